"""What many tests of complaints begin with."""

import pytest

from tests import make


@pytest.fixture
def place():
    """The tree from a commune post to the inspectorate."""
    return make.Province()


@pytest.fixture
def sign_in(client):
    """Signs somebody in, in English."""

    def sign_in(user):
        client.logout()
        client.force_login(user)
        client.cookies["language"] = "en"
        return user

    return sign_in
