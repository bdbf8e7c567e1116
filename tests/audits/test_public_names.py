"""Names by the publication policy: nobody by default, final dismissals from a rank on, for a time, then gone."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.http import Http404

from audits.actions.publishing.measures import publish_measures
from audits.actions.publishing.names import publish_names, take_names_down, withhold
from audits.models import OpenChange, OpenNotice, OutcomeNotice
from audits.queries.disclosure import disclosed_models
from cases.actions import appeals, enforcement
from cases.models import Measure
from ledger import clock
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Change, Event
from officers.actions import settings
from officers.models.users import Role
from officers.reckoning.publication import PUBLICATION
from tests import make
from tests.dismissals import Road, again, at_door

pytestmark = pytest.mark.django_db
NAME = {"name_km": "ឈ្មោះសាកល្បង", "name_latin": "Invented Namesake"}


def policy(rank: int, days: int = 28, since: date | None = None) -> None:
    """Put the policy: from which place in the ladder of ranks on, and for how many days."""
    said = {"naming_from_rank": rank, "naming_days": days}
    rows = [row | {"value": said.get(row["code"], row["value"])} for row in PUBLICATION]
    settings.put(
        CLOCK,
        kind="publication",
        effective_from=since or clock.today(),
        content={"publication": rows},
        reason="The Ministry decided it.",
    )


def dismissed(**said):
    """A case of an officer of the lowest rank who was told of his dismissal: it becomes final after `appeal_until`."""
    road = Road()
    return road.told(road.opened(road.officer(**NAME)), **said)


@pytest.fixture
def named():
    """A name that is shown: its case, and the moment at which it was."""
    policy(1)
    case = dismissed()
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        assert publish_names(CLOCK) == {"shown": 1, "down": 0}
        yield again(case)


def said_anywhere() -> str:
    """All that the public can read in the tables, as one text."""
    return "\n".join(
        json.dumps(list(model._base_manager.values()), default=str, ensure_ascii=False)
        for model in disclosed_models()
    )


def assert_gone(gone: str) -> None:
    row = OpenNotice.objects.get()
    said = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields}
    assert {name for name, value in said.items() if value is not None} == {"id", "gone", "gone_on"}
    assert row.gone == gone
    text = said_anywhere()
    assert NAME["name_km"] not in text
    assert NAME["name_latin"] not in text
    for image in Change.objects.filter(table_name__startswith="audits_").values_list("image", flat=True):
        assert NAME["name_latin"] not in json.dumps(image)
    for event in Event.objects.filter(verb__startswith="outcome_notice."):
        assert NAME["name_latin"] not in json.dumps(event.facts) + event.reason


def test_nobody_is_named_by_default():
    case = dismissed()
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        assert publish_names(CLOCK) == {"shown": 0, "down": 0}
        policy(0)
        assert publish_names(CLOCK) == {"shown": 0, "down": 0}
    assert not OpenNotice.objects.exists()


def test_a_final_dismissal_of_a_rank_is_shown_with_no_more_than_the_policy_says(named):
    row = OpenNotice.objects.get()
    measure = Measure.objects.get(case=named)
    assert (row.name_km, row.name_en, row.rank, row.rank_en) == (*NAME.values(), "R01", "Constable")
    assert (row.measure, row.ground, row.month) == (
        "dismissal",
        "drug_involvement",
        f"{measure.effective_on:%Y-%m}",
    )
    assert row.shown_until - row.shown_from == timedelta(days=28)
    officer = named.officer
    text = said_anywhere()
    for secret in (officer.service_number, officer.number, named.officer_unit.name_km, named.reference):
        assert secret not in text
    assert not OpenChange.objects.filter(collection__contains="notice").exists()
    assert publish_names(CLOCK) == {"shown": 0, "down": 0}


def test_a_lower_rank_is_not_named():
    policy(13)
    case = dismissed()
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        assert publish_names(CLOCK)["shown"] == 0


def test_nobody_is_named_before_the_dismissal_is_final():
    policy(1)
    case = dismissed()
    assert publish_names(CLOCK)["shown"] == 0
    with clock.at(case.appeal_until - timedelta(hours=1)):
        assert publish_names(CLOCK)["shown"] == 0


def test_nobody_is_named_for_what_was_decided_before_the_policy():
    case = dismissed()
    with clock.at(case.appeal_until + timedelta(hours=1)):
        policy(1)
        enforcement.become_final(CLOCK, case.pk)
        assert publish_names(CLOCK)["shown"] == 0


def test_a_lesser_measure_is_never_named():
    policy(1)
    case = dismissed(measure="suspension", days=30)
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        assert publish_names(CLOCK)["shown"] == 0


def test_a_name_comes_down_on_the_day_after_its_last(named):
    until = OpenNotice.objects.get().shown_until
    with clock.at(clock.now() + (until - clock.today())):
        assert take_names_down(CLOCK) == {"down": 0}
    with clock.at(clock.now() + (until - clock.today()) + timedelta(days=1)):
        assert take_names_down(CLOCK) == {"down": 1}
        assert_gone("over")
        assert publish_names(CLOCK) == {"shown": 0, "down": 0}
    assert OutcomeNotice.objects.get().status == "OVER"


def test_an_appeal_takes_a_name_down_and_it_never_comes_back(named):
    appeals.lodge(
        at_door(named), named.pk, ground="new_evidence", text="There is a witness.", late_cause="I was ill."
    )
    assert take_names_down(CLOCK) == {"down": 1}
    assert_gone("retracted")
    road = Road()
    appeal = again(named).appeals.get()
    appeals.admit(road.member, appeal.pk)
    appeals.draft(road.member, appeal.pk, outcome="upheld", reasons="The witness saw nothing.")
    appeals.agree(road.second_member, appeal.pk, no_conflict=True)
    assert again(named).status == "FINAL"
    assert publish_names(CLOCK) == {"shown": 0, "down": 0}


def test_what_an_appeal_overturned_is_taken_down_with_the_next_look(named):
    road = Road()
    appeal = appeals.lodge(
        at_door(named), named.pk, ground="new_evidence", text="There is a witness.", late_cause="I was ill."
    )
    road.decide_appeal(appeal, "overturned")
    assert take_names_down(CLOCK) == {"down": 1}
    assert_gone("retracted")


def test_a_policy_that_names_nobody_any_more_takes_names_down(named):
    policy(0)
    assert publish_names(CLOCK) == {"shown": 0, "down": 1}
    assert_gone("retracted")


def test_an_inspector_withholds_a_name_at_once(named):
    inspector = make.user(Role.INSPECTOR)
    with pytest.raises(ValidationError):
        withhold(inspector, named.pk, reason=" ")
    notice = withhold(inspector, named.pk, reason="His children were threatened.")
    assert (notice.status, notice.withheld_by) == ("WITHHELD", inspector)
    assert_gone("retracted")
    with pytest.raises(Conflict):
        withhold(inspector, named.pk, reason="Again.")
    assert publish_names(CLOCK) == {"shown": 0, "down": 0}


def test_a_name_that_was_withheld_before_is_never_shown():
    policy(1)
    case = dismissed()
    withhold(make.user(Role.INSPECTOR), case.pk, reason="His children were threatened.")
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        assert publish_names(CLOCK) == {"shown": 0, "down": 0}
    assert not OpenNotice.objects.exists()


def test_a_case_without_a_dismissal_in_force_has_no_name_to_withhold():
    case = Road().decided()
    with pytest.raises(Conflict):
        withhold(make.user(Role.INSPECTOR), case.pk, reason="Just so.")


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.INSPECTOR])
def test_nobody_but_an_inspector_withholds(role):
    case = Road().in_force()
    with pytest.raises((PermissionDenied, Http404)):
        withhold(make.user(role), case.pk, reason="Just so.")
    assert not OutcomeNotice.objects.exists()


def test_nobody_but_the_clock_shows_names():
    for act in (publish_names, take_names_down):
        with pytest.raises(PermissionDenied):
            act(make.user(Role.INSPECTOR))


def put(row) -> None:
    """Past the actions, with an event declared; and what a commit would ask is asked."""
    with transaction.atomic():
        with recording("outcome_notice.shown", actor=CLOCK):
            row.save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(match: str, row) -> None:
    with pytest.raises(IntegrityError, match=match):
        put(row)


def notice_of(case, key: str = "0123456789abcdef", **said) -> OutcomeNotice:
    today = clock.today()
    about = {"status": "SHOWN", "shown_from": today, "shown_until": today + timedelta(days=28)} | said
    return OutcomeNotice(key=key, measure=case.measures.get(), **about)


def shown(**said) -> OpenNotice:
    today = clock.today()
    about = {
        "id": "0123456789abcdef",
        "name_km": "ក",
        "name_en": "A",
        "rank": "COL",
        "rank_km": "ក",
        "rank_en": "Colonel",
        "month": "2026-01",
        "measure": "dismissal",
        "ground": "drug_involvement",
        "shown_from": today,
        "shown_until": today + timedelta(days=28),
    }
    return OpenNotice(**about | said)


def test_the_database_refuses_a_notice_of_what_is_not_final_or_not_in_the_policy():
    case = dismissed()
    refused("no final dismissal", notice_of(case))
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        refused("policy does not name", notice_of(case))
        refused("no_less_than_it_must_be", notice_of(case, shown_until=clock.today() + timedelta(days=27)))


def test_the_database_refuses_a_name_that_no_notice_shows(named):
    refused("no notice shows", shown(id="fedcba9876543210"))
    with (
        pytest.raises(ProgrammingError, match="without an event"),
        transaction.atomic(),
    ):
        shown().save(force_insert=True)
    refused("leaves_its_key_and_the_day", shown(gone="over", gone_on=clock.today()))


def test_the_row_without_a_name_leads_to_no_notice(named):
    publish_measures(CLOCK)
    key = OpenNotice.objects.get().pk
    assert key not in json.dumps(
        list(OpenChange.objects.values()), default=str
    )  # rows of measures have other keys
