"""Mails about complaints: to whom, once, and never with what a complaint says."""

import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation

from cases.actions import complaints, escalations, intake
from cases.models import Accused
from cases.notices import NOTICES, tell
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.following import follow
from ledger.sealing import seal
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])


def told() -> dict[str, list[str]]:
    """Addresses by event of what was mailed since the last time, in Khmer as every account begins."""
    seal()
    mail.outbox.clear()
    follow("complaint notices", tell)
    with translation.override("km"):
        events = {str(notice.sentence): verb for verb, notice in reversed(NOTICES.items())}
    found: dict[str, list[str]] = {}
    for one in mail.outbox:
        found.setdefault(events[str(one.subject)], []).extend(one.to)
        assert "blue house" not in one.body + one.subject
        assert "trafficking" not in one.body
    return found


def test_the_unit_hears_of_a_report_and_nothing_of_what_it_says(place):
    officer = make.user(Role.CASE_OFFICER, place.district)
    make.user(Role.CASE_OFFICER, place.province)
    row = make.complaint(at=place.commune, category="trafficking_place")
    assert told() == {"complaint.received": [officer.email]}
    assert row.reference in mail.outbox[0].body
    assert told() == {}


def test_where_nobody_handles_complaints_the_unit_above_hears(place):
    above = make.user(Role.SUPERVISOR, place.province)
    make.complaint(at=place.commune, category="trafficking_place")
    assert told() == {"complaint.received": [above.email]}


def test_whoever_is_barred_by_now_hears_nothing(place):
    chief = make.officer(place.district)
    himself = make.user(Role.SUPERVISOR, place.district, officer=chief)
    above = make.user(Role.SUPERVISOR, place.province)
    row = make.complaint(
        at=place.commune, category="trafficking_place", named=[intake.Named("officer", "the chief")]
    )
    one = Accused.objects.get(complaint=row)
    complaints.match(above, row.pk, accused_id=one.pk, officer_id=chief.pk, evidence="His name.")
    assert himself.email not in [address for to in told().values() for address in to]


def test_both_levels_hear_when_a_case_moves_up(place):
    theirs = make.user(Role.CASE_OFFICER, place.district)
    above = make.user(Role.CASE_OFFICER, place.province)
    row = make.complaint(at=place.commune, category="trafficking_place")
    told()
    with transaction.atomic(), recording("test.late", actor=CLOCK, subject=row):
        type(row).objects.filter(pk=row.pk).update(moves_on="2026-01-01", act_by="2026-01-01")
    escalations.escalate(CLOCK, row.pk)
    found = told()
    assert sorted(address for to in found.values() for address in to) == sorted([theirs.email, above.email])


def test_nobody_is_told_of_what_he_did_himself(place):
    one = make.user(Role.CASE_OFFICER, place.district)
    other = make.user(Role.SUPERVISOR, place.district)
    row = make.complaint(at=place.commune, category="trafficking_place")
    told()
    complaints.assign(other, row.pk, handler_id=one.pk)
    assert told() == {"complaint.assigned": [one.email]}
