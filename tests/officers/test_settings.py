"""Settings that are data: the action, and what it finds wrong."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from ledger import clock
from officers.actions import settings
from officers.models import SettingVersion
from officers.models.users import Role
from officers.queries.settings import rank_choices, rank_names, rows_in_force
from officers.reckoning import defaults
from officers.reckoning.settings import Fault, faults
from tests import make

DRUG = {"code": "mdma", "name_km": "អ៊ិចស្តាស៊ី", "name_en": "MDMA"}
RANK = make.RANKS[0]
HOLIDAY = {"date": "2026-11-24", "name_km": "បុណ្យអុំទូក", "name_en": "Water Festival", "source": "Sub-decree"}
DEADLINE = {
    "clock": "appeal",
    "name_km": "បណ្តឹង",
    "name_en": "Appeal",
    "length": 15,
    "unit": "days",
    "basis": "Own",
}


@pytest.mark.parametrize("kind", ["ranks", "holidays", "deadlines", "drugs"])
def test_what_the_system_begins_with_has_no_fault(kind):
    assert faults(kind, defaults.settings(date(2026, 11, 23))[kind]) == []


@pytest.mark.parametrize(
    ("kind", "row", "fault"),
    [
        ("drugs", DRUG | {"code": "MDMA!"}, Fault(1, "code", "not_a_code")),
        ("drugs", DRUG | {"name_km": " "}, Fault(1, "name_km", "missing")),
        ("ranks", RANK | {"order": "1"}, Fault(1, "order", "not_whole", {"least": 1})),
        ("ranks", RANK | {"order": True}, Fault(1, "order", "not_whole", {"least": 1})),
        ("ranks", RANK | {"code": ""}, Fault(1, "code", "missing")),
        ("ranks", RANK | {"code": "A" * 11}, Fault(1, "code", "too_long", {"limit": 10})),
        ("holidays", HOLIDAY | {"date": "24/11/2026"}, Fault(1, "date", "not_a_date")),
        ("holidays", HOLIDAY | {"date": None}, Fault(1, "date", "not_a_date")),
        ("holidays", HOLIDAY | {"source": ""}, Fault(1, "source", "missing")),
        ("deadlines", DEADLINE | {"length": 0}, Fault(1, "length", "not_whole", {"least": 1})),
        (
            "deadlines",
            DEADLINE | {"unit": "moons"},
            Fault(1, "unit", "unknown_choice", {"choices": "hours, days, working_days"}),
        ),
    ],
)
def test_a_fault_names_its_row_and_field(kind, row, fault):
    assert faults(kind, {kind: [row]}) == [fault]


@pytest.mark.parametrize(
    "content",
    [None, [], {}, {"drugs": {}}, {"drugs": ["mdma"]}, {"drugs": [DRUG], "more": 1}, {"ranks": [DRUG]}],
)
def test_content_of_another_form_is_refused_as_a_whole(content):
    assert [fault.code for fault in faults("drugs", content)] == ["not_rows"]


def test_what_must_be_unique_is_named_in_every_row_that_repeats_it():
    found = faults("drugs", {"drugs": [DRUG, DRUG | {"code": "ketamine"}, DRUG]})
    assert [(fault.row, fault.code) for fault in found] == [(1, "not_unique"), (3, "not_unique")]


def test_only_holidays_may_be_none():
    assert faults("holidays", {"holidays": []}) == []
    assert [fault.code for fault in faults("drugs", {"drugs": []})] == ["no_rows"]


@pytest.fixture
def keeper(db):
    make.root()
    return make.user(Role.SYSTEM_ADMINISTRATOR)


def put(actor, content=None, days=0, kind="drugs"):
    return settings.put(
        actor,
        kind=kind,
        effective_from=clock.today() + timedelta(days=days),
        content=content or {"drugs": [DRUG]},
        reason="New kit.",
    )


def test_a_new_version_rules_from_its_day_and_the_old_one_stays(keeper):
    before = SettingVersion.objects.get(kind="drugs")
    put(keeper, days=10)
    assert len(rows_in_force("drugs")) == len(make.DRUGS)
    with clock.at(clock.now() + timedelta(days=10)):
        assert rows_in_force("drugs") == [DRUG]
    before.refresh_from_db()
    assert before.version == 1
    assert SettingVersion.objects.in_force("drugs", clock.today()) == before


def test_two_versions_of_one_day_are_ruled_by_the_newer(keeper):
    put(keeper)
    put(keeper, {"drugs": [DRUG, DRUG | {"code": "ketamine"}]})
    assert len(rows_in_force("drugs")) == 2


def test_a_version_cannot_rule_over_days_gone_by(keeper):
    with pytest.raises(ValidationError) as refusal:
        put(keeper, days=-1)
    assert "effective_from" in refusal.value.error_dict


def test_a_rank_that_officers_hold_cannot_vanish(keeper):
    make.officer(rank="R13")
    with pytest.raises(ValidationError, match="R13"):
        put(keeper, {"ranks": [RANK]}, kind="ranks")


def test_a_version_that_does_not_rule_yet_is_withdrawn_and_one_that_rules_is_not(keeper):
    coming = put(keeper, days=10)
    settings.withdraw(keeper, coming.pk, reason="Too early.")
    with clock.at(clock.now() + timedelta(days=20)):
        assert len(rows_in_force("drugs")) == len(make.DRUGS)
    ruling = put(keeper)
    for gone in (ruling, coming):
        with pytest.raises(ValidationError):
            settings.withdraw(keeper, gone.pk, reason="Regret.")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMINISTRATOR])
def test_no_other_role_keeps_the_settings(keeper, role):
    with pytest.raises(PermissionDenied):
        put(make.user(role))


def test_a_system_administrator_of_a_part_does_not_keep_what_rules_everywhere(keeper):
    with pytest.raises(PermissionDenied):
        put(make.user(Role.SYSTEM_ADMINISTRATOR, make.unit()))


def test_ranks_are_named_in_the_readers_language_from_the_highest_down(keeper):
    with override("en"):
        assert rank_choices() == [("R13", "Brigadier"), ("R01", "Constable")]
    with override("km"):
        assert rank_names()["R01"] == "នគរបាលត្រី"


def test_a_rank_abolished_keeps_its_name_in_old_postings(keeper):
    put(keeper, {"ranks": [RANK]}, kind="ranks")
    with override("en"):
        assert rank_names()["R13"] == "Brigadier"
        assert rank_choices() == [("R01", "Constable")]
