"""Pages of misses: what has added up at a unit is decided by a person of the level above."""

import pytest
from django.urls import reverse

from cases.models import FailureProposal
from officers.models.users import Role
from tests import make
from tests.cases.test_failures import missed, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def sign_in(user):
        client.force_login(user)
        client.cookies["language"] = "en"
        return user

    return sign_in


def test_what_has_added_up_is_seen_and_decided_by_the_level_above_and_not_by_the_unit(client, place, sign_in):
    missed(place, 3)
    (row,) = proposed()
    address = reverse("failure", args=[row.pk])
    for role in (Role.SUPERVISOR, Role.CASE_OFFICER):
        sign_in(make.user(role, place.district))
        assert address not in client.get(reverse("misses")).text
        assert client.get(address).status_code == 404
    sign_in(make.user(Role.SUPERVISOR, place.province))
    assert address in client.get(reverse("misses")).text
    assert "Units whose misses have added up" in client.get(reverse("complaints_waiting")).text
    wrong = client.post(address, {"answer": "accept", "reason": " ", "version": row.version})
    assert wrong.context["form"].errors.keys() == {"reason"}
    client.post(address, {"answer": "accept", "reason": "It goes on.", "version": row.version})
    accepted = FailureProposal.objects.get()
    assert (accepted.status, accepted.reason) == ("ACCEPTED", "It goes on.")
    assert client.get(address).status_code == 409
    assert address not in client.get(reverse("misses")).text


def test_a_proposal_is_declined_by_the_same_page(client, place, sign_in):
    missed(place, 3)
    (row,) = proposed()
    sign_in(make.user(Role.INSPECTOR, place.province))
    client.post(
        reverse("failure", args=[row.pk]),
        {"answer": "decline", "reason": "A flood of reports.", "version": row.version},
    )
    assert FailureProposal.objects.get().status == "DECLINED"
