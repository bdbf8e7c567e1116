"""The public pages: the same for everybody, of the disclosed tables alone, in both languages."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])


def test_who_is_signed_in_is_not_asked_and_the_page_may_be_kept(client):
    stranger = client.get(reverse("open"))
    assert stranger.status_code == 200
    assert stranger.cookies == {}
    assert stranger["Cache-Control"] == "public, max-age=300"
    client.force_login(make.user())
    assert client.get(reverse("open")).content == stranger.content
    assert settings.SESSION_COOKIE_NAME not in client.get(reverse("open")).cookies
    assert client.get(reverse("open"), headers={"If-None-Match": stranger["ETag"]}).status_code == 304
