"""Cutoffs and validity to the last digit: tests T1 to T4 of the procedure."""

from datetime import date
from decimal import Decimal as D

import pytest

from officers.reckoning import panels
from officers.reckoning.cutoffs import PANELS
from officers.reckoning.numbers import label_of, plain_specimen, specimen_number
from officers.reckoning.panels import GravityMissing, NoPanel, Validity, validity
from officers.reckoning.settings import faults


def panel(authority: str, collected: str = "2026-01-15", received: str = "2026-01-16") -> panels.Panel:
    return panels.pick(
        PANELS,
        authority=authority,
        specimen="urine",
        collected=date.fromisoformat(collected),
        received=date.fromisoformat(received),
    )


@pytest.mark.parametrize(("value", "confirms"), [("499.9", False), ("500", True), ("500.1", True)])
def test_an_initial_value_calls_for_confirmation_from_its_cutoff_on(value, confirms):
    assert panels.needs_confirmation(panel("DOT"), "Amphetamine/Methamphetamine", D(value)) is confirms


@pytest.mark.parametrize(("value", "positive"), [("249.9", False), ("250", True), ("250.1", True)])
def test_a_confirmatory_value_counts_from_its_cutoff_on(value, positive):
    assert panels.is_positive(panel("DOT"), "methamphetamine", {"Methamphetamine": D(value)}) is positive


@pytest.mark.parametrize(("authority", "positive"), [("DOT", True), ("HHS", False), ("KH", False)])
def test_morphine_at_3000_is_positive_by_dot_alone(authority, positive):
    assert panels.is_positive(panel(authority), "Morphine", {"Morphine": D(3000)}) is positive


def test_hhs_goes_by_the_day_of_receipt_and_dot_by_that_of_collection():
    hhs = panel("HHS", "2025-07-06", "2025-07-07")
    assert (hhs.code, hhs.picked_on) == ("HHS-2025", date(2025, 7, 7))
    with pytest.raises(NoPanel):
        panel("HHS", "2025-07-06", "2025-07-06")
    assert panel("DOT", "2023-06-01", "2023-06-02").picked_on == date(2023, 6, 1)
    with pytest.raises(NoPanel):
        panel("DOT", "2023-05-31", "2023-06-01")


def test_a_newer_version_takes_over_on_its_day():
    newer = [
        row | {"panel": "HHS-2027", "effective_from": "2027-01-01", "confirm": "9000"}
        for row in PANELS
        if row["panel"] == "HHS-2025"
    ]
    days = {"collected": date(2026, 12, 31), "specimen": "urine", "authority": "HHS"}
    before = panels.pick([*PANELS, *newer], received=date(2026, 12, 31), **days)
    after = panels.pick([*PANELS, *newer], received=date(2027, 1, 1), **days)
    assert (before.code, after.code) == ("HHS-2025", "HHS-2027")


def test_a_panel_may_ask_for_another_analyte_beside():
    rows = [
        row | {"requires": "Amphetamine", "requires_least": "100"}
        if row["analyte"] == "Methamphetamine"
        else row
        for row in PANELS
    ]
    old = panels.pick(
        rows, authority="KH", specimen="urine", collected=date(2026, 1, 1), received=date(2026, 1, 1)
    )
    found = {"Methamphetamine": D(900)}
    assert not panels.is_positive(old, "Methamphetamine", found)
    assert not panels.is_positive(old, "Methamphetamine", found | {"Amphetamine": D("99.9")})
    assert panels.is_positive(old, "Methamphetamine", found | {"Amphetamine": D(100)})


@pytest.mark.parametrize(
    ("creatinine", "gravity", "found"),
    [
        ("20", None, ""),
        ("19.9", "1.0030", ""),
        ("19.9", "1.0029", "dilute"),
        ("19.9", "1.0010", "invalid"),
        ("5.0", "1.0011", "dilute"),
        ("2.0", "1.0011", "dilute"),
        ("2.0", "1.0010", "invalid"),
        ("2.0", "1.0200", ""),
        ("1.99", "1.0010", "substituted"),
        ("1.99", "1.0011", "invalid"),
        ("1.99", "1.0199", "invalid"),
        ("1.99", "1.0200", "substituted"),
    ],
)
def test_creatinine_and_specific_gravity(creatinine, gravity, found):
    measured = Validity(creatinine=D(creatinine), specific_gravity=D(gravity) if gravity else None)
    assert validity(measured) == found


def test_specific_gravity_must_be_measured_where_creatinine_is_low():
    with pytest.raises(GravityMissing):
        validity(Validity(creatinine=D("19.9")))


@pytest.mark.parametrize(
    ("measured", "found"),
    [
        ({"nitrite": D("499.99")}, ""),
        ({"nitrite": D(500)}, "adulterated"),
        ({"ph": D("2.99")}, "adulterated"),
        ({"ph": D(3)}, "invalid"),
        ({"ph": D("3.99")}, "invalid"),
        ({"ph": D(4)}, ""),
        ({"ph": D("10.99")}, ""),
        ({"ph": D(11)}, "adulterated"),
        ({"foreign_substance": "glutaraldehyde"}, "adulterated"),
    ],
)
def test_what_was_put_into_a_specimen(measured, found):
    assert validity(Validity(creatinine=D(100), **measured)) == found


@pytest.mark.parametrize(
    ("creatinine", "observed", "again"),
    [
        ("1.99", False, False),
        ("2", False, True),
        ("5", False, True),
        ("5.01", False, False),
        ("5", True, False),
    ],
)
def test_a_very_dilute_negative_is_collected_again_once(creatinine, observed, again):
    assert panels.is_recollected("negative_dilute", D(creatinine), observed=observed) is again


def test_a_slipped_digit_or_two_that_changed_places_are_noticed():
    number = specimen_number(2026, 123)
    assert label_of(f"{number}-A") == (2026, 123)
    assert plain_specimen(number.replace("-", "").lower() + "-b") == number
    for wrong in (number.replace("123", "124"), number.replace("000123", "000132")):
        with pytest.raises(ValueError, match=wrong):
            label_of(wrong)
    assert label_of("SP-00001") is None


@pytest.mark.parametrize(
    ("clock", "length", "unit", "code"),
    [
        ("retest_request", 71, "hours", "too_short_to_ask"),
        ("retest_request", 2, "days", "too_short_to_ask"),
        ("retest_request", 5, "working_days", "not_in_working_days"),
        ("reviewer_unreachable", 7, "working_days", "not_in_working_days"),
        ("retest_request", 3, "days", None),
        ("officer_response", 6, "days", "too_short_to_answer"),
        ("officer_response", 4, "working_days", "too_short_to_answer"),
        ("officer_response", 5, "working_days", None),
        ("appeal_lodging", 167, "hours", "too_short_to_answer"),
    ],
)
def test_clocks_of_a_review_run_in_hours_and_the_officers_own_times_are_not_cut_short(
    clock, length, unit, code
):
    names = {"name_en": "n", "name_km": "n", "basis": "b"}
    found = faults("deadlines", {"deadlines": [names | {"clock": clock, "length": length, "unit": unit}]})
    assert [fault.code for fault in found] == ([code] if code else [])


def test_the_first_panels_are_of_the_settings_form_and_what_is_wrong_is_named():
    assert faults("panels", {"panels": PANELS}) == []
    bad = [PANELS[0] | {"initial": 50}, PANELS[1] | {"authority": "DOT"}, PANELS[1], PANELS[1]]
    found = {(fault.row, fault.code) for fault in faults("panels", {"panels": bad})}
    assert {(1, "not_an_amount"), (2, "two_heads"), (4, "not_unique")} <= found
