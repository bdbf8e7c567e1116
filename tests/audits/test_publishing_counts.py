"""Counts become public: true, month by month and once, and small ones hidden."""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import tasks
from audits.actions.publishing.all import ACTS
from audits.actions.publishing.complaints import publish_complaints
from audits.actions.publishing.coverage import publish_coverage
from audits.actions.publishing.drug_tests import publish_tests
from audits.actions.publishing.references import publish_references
from audits.models import (
    OpenCategory,
    OpenChange,
    OpenComplaints,
    OpenCoverage,
    OpenInaction,
    OpenRelease,
    OpenTests,
)
from cases.models import Complaint, Deed, Handover
from ledger import clock
from ledger.acting import record, record_all, recording
from ledger.actors import CLOCK
from officers.models import DrugTest, Unit
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


def on(day: str):
    return clock.at(timezone.make_aware(datetime.fromisoformat(f"{day}T09:00")))


@pytest.fixture
def place():
    """A province with a district and two posts, and a second one with a single post."""
    place = make.Province()
    place.second = make.unit(
        place.general, kind=Unit.Kind.PROVINCIAL_COMMISSARIAT, code="P-09", admin_code="09"
    )
    place.post = make.unit(place.second, code="C-0901", admin_code="090101")
    publish_references(CLOCK)
    return place


def complaints(number: int, unit, day: str, *, acted_on=None, by=None, up_to=None, **said) -> list[Complaint]:
    """Complaints that a unit had first; acted on by a unit, or taken up to one on a day."""
    day, acted = date.fromisoformat(day), acted_on and date.fromisoformat(acted_on)
    rows = [
        Complaint(
            **{"channel": "phone", "category": "drug_dealing", "narrative": "A house.", "received_on": day}
            | {"unit": up_to[0] if up_to else unit, "level": 0, "base_level": 0, "came_on": day}
            | {"acted_on": acted}
            | said
        )
        for _ in range(number)
    ]
    record_all(rows, "complaint.received", actor=CLOCK)
    handovers = [Handover(complaint=row, why="routed", to_unit=unit, level=0, on=day) for row in rows]
    if up_to:
        handovers += [
            Handover(complaint=row, why="escalated", from_unit=unit, to_unit=up_to[0], level=1, on=up_to[1])
            for row in rows
        ]
    record_all(handovers, "complaint.routed", actor=CLOCK)
    if by:
        who = make._registrar()
        deeds = [
            Deed(complaint=row, kind="visited", text="Went there.", done_on=acted, by=who, unit=by)
            for row in rows
        ]
        record_all(deeds, "complaint.acted_on", actor=CLOCK)
    return rows


def row(model, key: str) -> list:
    one = model.objects.get(pk=key)
    return [getattr(one, name) for name in model.columns[1:-1]]


def test_months_come_out_true_when_the_horizon_is_over_and_nothing_changes_them(place):
    complaints(20, place.commune, "2024-01-10", acted_on="2024-01-20", by=place.commune)
    complaints(15, place.commune, "2024-01-31", acted_on="2024-03-31", by=place.commune)
    late = complaints(12, place.commune, "2024-01-31", acted_on="2024-04-01", by=place.commune)
    with on("2024-04-29"):
        assert publish_complaints(CLOCK)["complaints"] == 0
    with on("2024-05-01"):
        assert publish_complaints(CLOCK)["complaints"] == 27
        assert row(OpenComplaints, "2024-01.KH") == ["2024-01", "KH", 47, 20, 15, 12]
        assert row(OpenComplaints, "2024-01.07") == ["2024-01", "07", 47, 20, 15, 12]
        assert row(OpenComplaints, "2024-01.09") == ["2024-01", "09", 0, 0, 0, 0]
        before = OpenChange.objects.count()
        late[0].acted_on = date(2024, 1, 31)
        record(late[0], "complaint.acted_on", actor=CLOCK)
        complaints(30, place.post, "2024-01-31")
        assert publish_complaints(CLOCK)["complaints"] == 0
    assert OpenChange.objects.count() == before


def test_small_cells_are_null_with_what_would_give_them_back_and_zero_is_shown(place):
    complaints(40, place.commune, "2024-01-10", acted_on="2024-01-12")
    complaints(3, place.commune, "2024-01-11", acted_on="2024-02-12")
    complaints(30, place.commune, "2024-01-10")
    complaints(50, place.post, "2024-01-10", acted_on="2024-01-12")
    with on("2024-05-01"):
        publish_complaints(CLOCK)
    for area, received in (("KH", 123), ("07", 73), ("09", 50)):
        one = OpenComplaints.objects.get(pk=f"2024-01.{area}")
        # What keeps the late ones company is drawn.
        assert (one.received, one.late) == (received, None)
        assert None in (one.in_time, one.not_acted)
    assert OpenComplaints.objects.get(pk="2024-01.00").received == 0


def test_a_year_counts_by_the_unit_that_had_it_first_and_by_category(place):
    up = (place.district, date(2024, 2, 1))
    complaints(20, place.commune, "2024-01-10", acted_on="2024-01-12", by=place.commune)
    complaints(11, place.commune, "2024-01-10", up_to=up)
    complaints(12, place.commune, "2024-01-10", acted_on="2024-02-10", by=place.district, up_to=up)
    complaints(30, place.other_commune, "2024-12-10", category="extortion")
    complaints(40, place.post, "2024-06-10", acted_on="2024-06-12", by=place.post)
    with on("2025-04-01"):
        assert publish_complaints(CLOCK) == {"complaints": 11 * 27, "inaction": 0, "categories": 0}
    with on("2025-04-02"):
        assert publish_complaints(CLOCK)["complaints"] == 27
    assert row(OpenInaction, "2024.C-070101") == [2024, "C-070101", 5, 43, 20, 23, 0]
    assert row(OpenInaction, "2024.D-0701") == [2024, "D-0701", 4, 73, 20, 23, 30]
    assert row(OpenInaction, "2024.KH") == [2024, "KH", 0, 113, 60, 23, 30]
    assert row(OpenCategory, "2024.drug_dealing") == [2024, "drug_dealing", 83]
    assert row(OpenCategory, "2024.extortion") == [2024, "extortion", 30]
    assert row(OpenCategory, "2024.collusion") == [2024, "collusion", 0]
    with on("2025-04-03"):
        assert not any(publish_complaints(CLOCK).values())


def test_months_come_out_in_order_and_catching_up_equals_coming_out_in_time(place):
    for month in range(1, 13):
        complaints(7 * month % 23, place.commune, f"2024-{month:02}-10", acted_on=f"2024-{month:02}-20")
        complaints(
            5 * month % 19, place.post, f"2024-{month:02}-11", by=place.post, acted_on=f"2024-{month:02}-28"
        )
        complaints(3, place.other_commune, f"2024-{month:02}-12", category="extortion")

    def public() -> dict:
        return {
            model: list(model.objects.order_by("pk").values_list(*model.columns[:-1]))
            for model in (OpenComplaints, OpenInaction, OpenCategory)
        }

    with rolled_back():
        day = date(2024, 3, 1)
        while day < date(2025, 3, 28):
            with on(f"{day}"):
                publish_complaints(CLOCK)
            day += timedelta(days=16)
        with on("2025-04-04"):
            publish_complaints(CLOCK)
        in_time = public()
    with on("2025-04-05"):
        publish_complaints(CLOCK)
    assert public() == in_time
    assert in_time[OpenInaction]
    lines = OpenChange.objects.filter(collection="complaints").order_by("seq").values_list("row", flat=True)
    assert list(lines) == sorted(lines)


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_what_is_entered_after_its_month_came_out_is_in_no_year(place):
    complaints(20, place.commune, "2024-01-10")
    with on("2024-05-01"):
        publish_complaints(CLOCK)
    complaints(13, place.commune, "2024-01-10")
    with on("2025-04-05"):
        publish_complaints(CLOCK)
    assert OpenInaction.objects.get(pk="2024.KH").received == 20


def lines_of(number: int, unit, day: str, **said) -> list[DrugTest]:
    """Lines of one sheet."""
    moment = timezone.make_aware(datetime.fromisoformat(f"{day}T09:00"))
    with clock.at(moment):
        by = make.user(Role.ADMINISTRATOR, unit)
        sheet = make.sheet(by, unit)
        people = [make.officer(unit, since=date(2020, 1, 1)) for _ in range(number)]
    about = {"screened_for": list(make.DRUGS), "status": "NEGATIVE", "tested_on": moment.date()}
    about |= {"entered_by": by, "entered_at": moment} | said
    rows = [
        DrugTest(sheet=sheet, line=number + 1, officer=person, unit=unit, **about)
        for number, person in enumerate(people)
    ]
    record_all(rows, "drug_test.entered", actor=CLOCK)
    return rows


def test_tests_are_counted_by_area_and_outcomes_of_the_country(place):
    lines_of(12, place.commune, "2024-01-10")
    lines_of(11, place.post, "2024-01-10")
    lines_of(
        6,
        place.post,
        "2024-01-11",
        status="NOT_TAKEN",
        not_taken="absent",
        excuse="medical_leave",
        screened_for=[],
    )
    with on("2024-05-01"):
        assert publish_tests(CLOCK) == {"tests": 27}
        assert publish_tests(CLOCK) == {"tests": 0}
    assert row(OpenTests, "2024-01.KH") == ["2024-01", "KH", 23, 23, 0, 0, 0, 0]
    assert row(OpenTests, "2024-01.07") == ["2024-01", "07", 12] + [None] * 5
    assert row(OpenTests, "2024-01.01")[2] == 0


def test_tests_that_were_not_settled_by_the_horizon_are_other(place):
    lines_of(20, place.commune, "2024-01-10")
    for number in range(6):
        lines_of(
            1,
            place.commune,
            "2024-01-12",
            status="CONFIRMATION_NEEDED",
            non_negative_for=["mdma"],
            specimen_number=f"X-{number}",
        )
    lines_of(12, place.commune, "2024-01-15", entered_at=timezone.make_aware(datetime(2024, 6, 1)))  # noqa: DTZ001
    with on("2024-05-01"):
        publish_tests(CLOCK)
    assert row(OpenTests, "2024-01.KH") == ["2024-01", "KH", 26, 20, 0, 0, 0, 6]


def test_coverage_is_of_those_who_serve_at_the_end_of_the_year_and_a_single_officer_is_hidden(place):
    lines_of(30, place.commune, "2024-02-10")
    lines_of(
        12,
        place.commune,
        "2024-02-11",
        status="NOT_TAKEN",
        not_taken="absent",
        excuse="maternity",
        screened_for=[],
    )
    for _ in range(14):
        make.officer(place.commune, since=date(2023, 1, 1))
    make.officer(place.commune, since=date(2025, 1, 1))
    alone = make.officer(place.other_commune, since=date(2023, 1, 1))
    for _ in range(20):
        make.officer(place.district, since=date(2023, 1, 1))
    with on("2025-04-05"):
        publish_coverage(CLOCK)
        assert publish_coverage(CLOCK) == {"coverage": 0}
    assert row(OpenCoverage, "2024.KH") == [2024, "KH", 0, 77, 30, 12, 35]
    single = OpenCoverage.objects.get(pk=f"2024.{alone.unit.code}")
    assert (single.strength, single.not_tested) == (None, None)


def test_no_more_is_asked_of_the_database_for_more_units_and_months(place):
    def asked(day: str) -> int:
        with (
            on(day),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            for act in (publish_complaints, publish_tests, publish_coverage):
                act(CLOCK)
        return len(queries)

    complaints(20, place.commune, "2023-12-10")
    lines_of(12, place.commune, "2023-12-10")
    few = asked("2024-04-05")
    for month in range(1, 13):
        complaints(20, make.unit(place.second), f"2024-{month:02}-10")
    lines_of(12, place.post, "2024-12-10")
    publish_references(CLOCK)
    assert asked("2025-04-05") <= few
    assert OpenRelease.objects.filter(of="complaints").count() == 13


def test_the_job_and_the_command_publish_every_part(place, capsys):
    complaints(20, place.commune, "2024-01-10")
    batch = tasks.publish_open_data.job.function(period=clock.now())
    assert (batch.done, batch.failed) == (len(ACTS), 0)
    assert OpenComplaints.objects.exists()
    call_command("publish_open_data")
    said = capsys.readouterr().out
    assert all(f"{part}: 0 " in said for part in ACTS)


def test_a_part_that_fails_does_not_keep_the_others(place):
    complaints(20, place.commune, "2024-01-10")
    lines_of(12, place.commune, "2024-01-10")
    # A month that stands there already, which the releases do not know of.
    with recording("open_data.published", actor=CLOCK, subject=OpenComplaints):
        OpenComplaints.objects.create(
            id="2024-01.KH", month="2024-01", area="KH", published_on=date(2024, 5, 1)
        )
    batch = tasks.publish_open_data.job.function(period=clock.now())
    assert (batch.done, batch.failed) == (len(ACTS) - 1, 1)
    assert OpenTests.objects.exists()


def test_nobody_but_the_clock_publishes():
    for act in (publish_complaints, publish_tests, publish_coverage):
        with pytest.raises(PermissionDenied):
            act(make.user(Role.AUDITOR))
