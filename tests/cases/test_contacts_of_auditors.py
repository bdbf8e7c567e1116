"""A sealed reporter is opened to an auditor by an inspector alone, and the inspectorate hears of it, twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone

from cases import tasks
from cases.actions import closing, contacts
from cases.models import ContactOpening
from ledger import clock
from ledger.acting import recording
from ledger.conflict import Conflict
from ledger.models import Event, Read
from ledger.sealing import seal
from officers.actions import users
from officers.models import Notice, User
from officers.models.users import Role
from tests import make
from tests.cases.prepared import CLOSING
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(place):
    return make.complaint(at=place.commune, category="trafficking_place", contact="Call 012 345 678.")


@pytest.fixture
def auditor(place):
    return make.user(Role.AUDITOR, place.province)


@pytest.fixture
def inspector(place):
    return make.user(Role.INSPECTOR, place.province)


def test_an_auditor_asks_an_inspector_grants_and_the_look_is_an_event_and_a_read(
    place, row, auditor, inspector
):
    contacts.ask(auditor, row.pk, reason="Was she ever called back?")
    assert ContactOpening.objects.get().for_audit
    with pytest.raises(PermissionDenied):
        contacts.read(auditor, row.pk)
    contacts.decide(inspector, row.pk, grant=True)

    assert contacts.read(auditor, row.pk) == "Call 012 345 678."
    look = Event.objects.get(verb="complaint.contact_read")
    assert (look.actor_id, look.reason) == (auditor.pk, "Was she ever called back?")
    read = Read.objects.get(fields=["contact"])
    assert (read.actor_id, read.row_id, read.reason) == (auditor.pk, row.pk, "Was she ever called back?")
    with pytest.raises(PermissionDenied):
        contacts.read(inspector, row.pk)
    with clock.at(timezone.now() + timedelta(days=8)), pytest.raises(PermissionDenied):
        contacts.read(auditor, row.pk)


def test_nobody_else_decides_on_an_auditors_wish(place, row, auditor, inspector):
    contacts.ask(auditor, row.pk, reason="Was she ever called back?")
    both = make.user(Role.INSPECTOR, place.province)
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), both.pk, role=Role.AUDITOR, unit_id=place.province.pk)
    for who in (
        auditor,
        make.user(Role.AUDITOR),
        make.user(Role.SUPERVISOR, place.district),
        make.user(Role.SUPERVISOR),
        make.user(Role.CASE_OFFICER, place.district),
        User.objects.get(pk=both.pk),
    ):
        with pytest.raises(PermissionDenied):
            contacts.decide(who, row.pk, grant=True)
    barred = make.user(Role.INSPECTOR, place.province)
    with recording("complaint.barred", actor=barred, subject=row):
        row.bars.create(user=barred, why="conflict")
    with pytest.raises(Http404):
        contacts.decide(barred, row.pk, grant=True)
    assert ContactOpening.objects.get().status == "ASKED"
    contacts.decide(inspector, row.pk, grant=False)
    with pytest.raises(PermissionDenied):
        contacts.read(auditor, row.pk)


def test_an_auditor_of_another_unit_and_one_without_a_reason_ask_for_nothing(place, row, auditor):
    elsewhere = make.user(Role.AUDITOR, make.unit())
    with pytest.raises(Http404):
        contacts.ask(elsewhere, row.pk, reason="Because.")
    with pytest.raises(ValidationError):
        contacts.ask(auditor, row.pk, reason=" ")


@pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])
def test_the_inspectorate_is_told_of_the_wish_and_of_the_grant(place, row, auditor, inspector):
    general = make.user(Role.INSPECTOR, place.inspectorate)
    supervisor = make.user(Role.SUPERVISOR, place.district)
    contacts.ask(auditor, row.pk, reason="Was she ever called back?")
    contacts.decide(inspector, row.pk, grant=True)

    seal()
    tasks.tell_of_complaints.job.function(period=clock.now())

    told = set(Notice.objects.filter(kind__startswith="complaint.contact").values_list("kind", "user_id"))
    assert told == {
        ("complaint.contact_asked", general.pk),
        ("complaint.contact_asked", inspector.pk),
        ("complaint.contact_granted", general.pk),
        ("complaint.contact_granted", auditor.pk),
    }
    assert supervisor.pk not in {user for _kind, user in told}


def test_of_a_closed_complaint_too(place, row, auditor, inspector):
    supervisor = make.user(Role.SUPERVISOR, place.district)
    closing.close(make.user(Role.CASE_OFFICER, place.district), row.pk, **CLOSING)
    closing.agree(supervisor, row.pk)
    contacts.ask(auditor, row.pk, reason="Was she ever called back?")
    contacts.decide(inspector, row.pk, grant=True)
    assert contacts.read(auditor, row.pk)
    with pytest.raises(Conflict):
        contacts.ask(make.user(Role.INSPECTOR, place.province), row.pk, reason="For us.")


# By SQL, as the application's own role.


def by_sql(opening, **columns):
    said = ", ".join(f"{name} = %s" for name in columns)
    with (
        transaction.atomic(),
        recording("complaint.contact_granted", actor=opening.asked_by, subject=opening.complaint),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE cases_contactopening SET version = version + 1, {said} WHERE id = %s",
            [*columns.values(), opening.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_by_sql_an_auditors_wish_is_granted_by_no_auditor_and_no_supervisor(place, row, auditor, inspector):
    contacts.ask(auditor, row.pk, reason="Was she ever called back?")
    opening = ContactOpening.objects.select_related("asked_by", "complaint").get()
    both = make.user(Role.INSPECTOR, place.province)
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), both.pk, role=Role.AUDITOR, unit_id=place.province.pk)
    elsewhere = make.user(Role.INSPECTOR, make.unit())
    for who in (
        auditor,
        make.user(Role.AUDITOR),
        make.user(Role.SUPERVISOR, place.district),
        both,
        elsewhere,
    ):
        with pytest.raises(IntegrityError, match=r"inspector|nobody_grants_himself"):
            by_sql(opening, status="GRANTED", decided_by_id=who.pk, decided_on=clock.today())
    with pytest.raises(IntegrityError, match="never changed"):
        by_sql(opening, for_audit=False)
    assert ContactOpening.objects.get().status == "ASKED"
    by_sql(opening, status="GRANTED", decided_by_id=inspector.pk, decided_on=clock.today())
    with pytest.raises(IntegrityError, match="once"):
        by_sql(opening, status="REFUSED")


def asked_by_sql(opening):
    with (
        transaction.atomic(),
        recording("complaint.contact_asked", actor=opening.asked_by, subject=opening.complaint),
        connection.cursor() as cursor,
    ):
        opening.save()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("for_audit", [True, False])
def test_by_sql_nobody_asks_as_what_he_is_not(place, row, auditor, for_audit):
    """An auditor not as a handler, a handler not as an auditor, and nobody without a part in it at all."""
    asker = make.user(Role.CASE_OFFICER, place.district) if for_audit else auditor
    for who in (asker, make.user(Role.SYSTEM_ADMINISTRATOR)):
        opening = ContactOpening(
            complaint=row, reason="x", asked_by=who, asked_on=clock.today(), for_audit=for_audit
        )
        with pytest.raises(IntegrityError, match="asks for a reporter"):
            asked_by_sql(opening)


# Pages and API.


def test_the_pages_lead_an_auditor_and_an_inspector_through_it(
    client, sign_in, place, row, auditor, inspector
):
    page = f"/complaints/{row.pk}/"
    sign_in(auditor)
    assert "ask_contact" in client.get(page).content.decode()
    version = type(row).objects.get(pk=row.pk).version
    assert (
        client.post(f"{page}ask_contact/", {"reason": "Called back?", "version": version}).status_code == 302
    )
    assert client.get(f"{page}contact/decide/").status_code == 403
    assert client.get(f"{page}contact/").status_code == 403
    sign_in(make.user(Role.SUPERVISOR, place.district))
    assert "contact/decide" not in client.get(page).content.decode()
    assert client.get(f"{page}contact/decide/").status_code == 403
    sign_in(inspector)
    shown = client.get(f"{page}contact/decide/").content.decode()
    assert "An audit" in shown
    version = type(row).objects.get(pk=row.pk).version
    assert client.post(f"{page}contact/decide/", {"agree": "yes", "version": version}).status_code == 302
    sign_in(auditor)
    assert "012 345" not in client.get(f"{page}contact/").content.decode()
    assert "012 345 678" in client.post(f"{page}contact/").content.decode()


def test_the_api_leads_to_the_same_and_names_the_steps(place, row, auditor, inspector):
    by_auditor, by_inspector = Caller(auditor), Caller(inspector)
    supervisor = Caller(make.user(Role.SUPERVISOR, place.district))
    path = f"complaints/{row.pk}/"
    assert by_auditor.get(path).json()["verbs"] == ["ask_contact"]
    assert by_auditor.post(f"{path}ask_contact/", {"reason": "Called back?"}).status_code == 200
    assert by_auditor.post(f"{path}decide_contact/", {"grant": True}).status_code == 403
    assert supervisor.post(f"{path}decide_contact/", {"grant": True}).status_code == 403
    assert "decide_contact" in by_inspector.get(path).json()["verbs"]
    assert by_inspector.post(f"{path}decide_contact/", {"grant": True}).status_code == 200
    assert "012 345" not in by_auditor.get(path).content.decode()
