"""The bulk twins leave cases as the single acts do, and work in no live database."""

import pytest
from django.core.exceptions import PermissionDenied

from cases.actions import histories
from cases.management.course import Course, People, play
from cases.models import Case
from ledger import clock
from tests import make
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
#: What differs by its nature: who, when, and what was written.
_OWN = {"id", "officer_id", "investigation", "severity_reasons", "last_event"}


def shape(case: Case) -> dict[str, object]:
    """A case without what is its own: of moments and people, whether there are any; and how much belongs to it."""
    values = {
        field.attname: getattr(case, field.attname)
        for field in Case._meta.concrete_fields
        if field.attname not in _OWN
    }
    said = {
        name: value is not None if name.endswith(("_at", "_by_id", "_until")) else value
        for name, value in values.items()
        if name not in ("version", "due_on")
    }
    parts = ("grounds", "papers", "notices", "proposals", "opinions", "decisions", "measures", "order_lines")
    return said | {part: getattr(case, part).count() for part in parts}


def test_cases_taken_through_together_stand_as_one_taken_through_alone():
    road = Road(make.Province().commune)
    alone = road.told()
    people = People(road.case_officer, road.legal, road.authority, road.registrar, road.verifier)
    course = Course(people, clock.now(), [road.officer(), road.officer()])
    play([course.upto("told")])
    together = [again(Case.objects.get(pk=pk)) for pk in course.cases]

    for case in together:
        assert shape(case) == shape(again(alone))
        notices = {notice.kind: set(notice.content) for notice in case.notices.all()}
        assert notices == {notice.kind: set(notice.content) for notice in alone.notices.all()}
    assert {case.officer.status for case in together} == {"DISMISSED"}


def test_in_a_live_database_there_are_no_histories(monkeypatch):
    road = Road(make.Province().commune)
    monkeypatch.setattr(clock, "mode", lambda: "live")
    with pytest.raises(PermissionDenied):
        histories.open_all(road.case_officer, [histories.Opening(road.officer(), "absence", "x")])

    assert not Case.objects.exists()
