"""How a reporter can be reached is opened for a reason, by two people, and every look is an event."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from cases.actions import contacts
from cases.models import ContactOpening
from ledger import clock
from ledger.models import Change, Event
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(place):
    return make.complaint(at=place.commune, category="trafficking_place", contact="Call 012 345 678.")


def test_it_takes_a_reason_and_a_second_person(place, row):
    officer, supervisor = (
        make.user(Role.CASE_OFFICER, place.district),
        make.user(Role.SUPERVISOR, place.district),
    )
    with pytest.raises(PermissionDenied):
        contacts.read(officer, row.pk)
    with pytest.raises(ValidationError):
        contacts.ask(officer, row.pk, reason=" ")
    contacts.ask(officer, row.pk, reason="A witness is needed in court.")
    with pytest.raises(ValidationError, match="already"):
        contacts.ask(supervisor, row.pk, reason="Me too.")
    with pytest.raises(PermissionDenied):
        contacts.decide(officer, row.pk, grant=True)
    with pytest.raises(PermissionDenied):
        contacts.read(officer, row.pk)
    contacts.decide(supervisor, row.pk, grant=True)

    assert contacts.read(officer, row.pk) == "Call 012 345 678."
    with pytest.raises(PermissionDenied):
        contacts.read(supervisor, row.pk)
    assert Event.objects.filter(verb="complaint.contact_read", subject_id=row.pk).count() == 1
    with clock.at(timezone.now() + timedelta(days=8)), pytest.raises(PermissionDenied):
        contacts.read(officer, row.pk)


def test_a_supervisor_who_asks_needs_another_too(place, row):
    one, other = make.user(Role.SUPERVISOR, place.district), make.user(Role.INSPECTOR, place.province)
    contacts.ask(one, row.pk, reason="Court.")
    with pytest.raises(PermissionDenied):
        contacts.decide(one, row.pk, grant=True)
    contacts.decide(other, row.pk, grant=False)
    assert ContactOpening.objects.get().status == "REFUSED"
    with pytest.raises(PermissionDenied):
        contacts.read(one, row.pk)


def test_where_nothing_was_left_there_is_nothing_to_ask_for(place):
    row = make.complaint(at=place.commune, category="trafficking_place")
    with pytest.raises(ValidationError, match="left nothing"):
        contacts.ask(make.user(Role.CASE_OFFICER, place.district), row.pk, reason="Court.")


def test_for_whom_the_complaint_is_not_there_neither_is_this(place, row):
    with pytest.raises(Http404):
        contacts.ask(make.user(Role.CASE_OFFICER, place.other_commune), row.pk, reason="Court.")


def test_it_stands_in_no_image_of_the_log(row):
    for change in Change.objects.all():
        assert "012 345" not in str(change.image)


def test_the_pages_lead_to_the_three_acts(client, place, row):
    officer, supervisor = (
        make.user(Role.CASE_OFFICER, place.district),
        make.user(Role.SUPERVISOR, place.district),
    )
    page = f"/complaints/{row.pk}/"

    client.force_login(officer)
    assert "ask_contact" in client.get(page).content.decode()
    assert client.post(f"{page}ask_contact/", {"reason": "Court.", "version": 2}).status_code == 302
    assert client.get(f"{page}contact/").status_code == 403
    assert client.get(f"{page}contact/decide/").status_code == 403
    client.force_login(supervisor)
    shown = client.get(f"{page}contact/decide/").content.decode()
    assert "Court." in shown
    assert "012 345" not in shown
    version = type(row).objects.get(pk=row.pk).version
    assert client.post(f"{page}contact/decide/", {"agree": "yes", "version": version}).status_code == 302
    assert client.get(f"{page}contact/").status_code == 403
    client.force_login(officer)
    assert "012 345" not in client.get(page).content.decode()
    assert "012 345" not in client.get(f"{page}contact/").content.decode()
    answer = client.post(f"{page}contact/")
    assert "012 345 678" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
