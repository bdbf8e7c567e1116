"""A campaign that comes as one file: many sheets."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from ledger.models import Event
from officers.actions import drug_tests, imports, sheets, users
from officers.models import DrugTest, Import, Sheet, User
from officers.models.users import Role
from officers.reckoning.lines import Line
from tests import make
from tests.officers.importing import (
    World,
    at_the_time_of_the_files,
    checked,
    csv,
    named,
    taken,
    work,
    world,
)

pytestmark = pytest.mark.django_db
S = Import.Status
COLUMNS = [
    *("Unit code", "Site", "Date", "Witness", "Reason for test", "Kit lot", "Kit expiry"),
    *("លេខមន្ត្រី", "Name", "Specimen number", "Taken", "MDMA", "Ketamine", "Excuse", "Remark"),
]
HERE = ["0102", "ទីស្នាក់ការ", "16/11/2026", "ជា ម៉ាណែត", "random", "KL-1", "30/06/2027"]
THERE = ["D-0203", "Gate 2", "១៧/១១/២០២៦", "Chea Manet", "ការជ្រើសរើសដោយចៃដន្យ", "KL-2", "30/06/2027"]


def line(number: str, specimen: str = "", results: tuple[str, ...] = ("-", "-"), **said: str) -> list[str]:
    return [
        number,
        said.get("name", ""),
        specimen,
        said.get("taken", "taken"),
        *results,
        said.get("excuse", ""),
        "",
    ]


GOOD = [
    [*HERE, *line("100001", "SP-1", name="សុខ ដារ៉ា")],
    [*THERE, *line("100003", "SP-3")],
    [*HERE, *line("100002", "SP-2", ("+", "-"))],
    [*THERE, *line("100004", "SP-4", ("invalid", "-"))],
    [*HERE, *line("100005", taken="absent", results=("", ""), excuse="medical leave")],
]


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with at_the_time_of_the_files():
        yield


@pytest.fixture
def here() -> World:
    return world()


@pytest.fixture
def by(here: World) -> User:
    """An administrator of the whole province."""
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR, make.root())
    user = users.create(keeper, username="province", name_km="ខេត្ត", name_latin="Province", language="en")
    users.grant(keeper, user.pk, role=Role.ADMINISTRATOR, unit_id=here.unit.parent.pk)
    return User.objects.get(pk=user.pk)


def of_campaign(by: User, here: World, *rows: list[str], columns: list[str] = COLUMNS) -> dict[str, Any]:
    return {"by": by, "unit": here.unit.parent, "content": csv(columns, *rows), "kind": "CAMPAIGN"}


def fields_of(test: DrugTest) -> dict[str, Any]:
    own = {"id", "sheet_id", "entered_at", "entry_key", "specimen_number", "officer_id"}
    return {
        f.attname: getattr(test, f.attname) for f in DrugTest._meta.concrete_fields if f.attname not in own
    }


def test_the_rows_of_a_campaign_make_a_sheet_for_each_site_and_day(here, by):
    file = taken(**of_campaign(by, here, *GOOD))

    assert (file.status, file.rows, file.bad_rows, file.taken_rows) == (S.TAKEN, 5, 0, 5)
    first, second = Sheet.objects.order_by("pk")
    assert (first.unit.code, first.site, first.tested_on) == ("D-0102", "ទីស្នាក់ការ", date(2026, 11, 16))
    assert (second.unit.code, second.witness, second.reason) == ("D-0203", "Chea Manet", "random")
    assert (first.status, second.status) == (Sheet.Status.SENT, Sheet.Status.SENT)
    assert first.administrator == by
    assert [t.officer.service_number for t in first.tests.order_by("line")] == ["100001", "100002", "100005"]
    assert [t.status for t in second.tests.order_by("line")] == ["NEGATIVE", "REPEAT_NEEDED"]
    assert Event.objects.filter(verb="drug_test.entered").count() == 1
    assert {event.actor_id for event in Event.objects.filter(verb="sheet.sent")} == {by.pk}


def test_a_campaign_does_what_a_sheet_taken_by_hand_does(here, by):
    taken(**of_campaign(by, here, *(row for row in GOOD if row[0] == "0102")))
    header = {
        "site": "ទីស្នាក់ការ",
        "tested_on": date(2026, 11, 16),
        "witness": "ជា ម៉ាណែត",
        "reason": "random",
        "kit_lot": "KL-1",
        "kit_expires_on": date(2027, 6, 30),
        "drugs": ["mdma", "ketamine"],
    }
    lines = [
        Line("100006", specimen_number="H-1"),
        Line("100007", specimen_number="H-2", non_negative_for=["mdma"]),
        Line("100008", not_taken="absent", excuse="medical_leave"),
    ]
    by_hand, _tests, _problems = sheets.take(by, unit_id=here.unit.pk, header=header, lines=lines)

    of_file = Sheet.objects.exclude(pk=by_hand.pk).get()
    own = {"id", "opened_at", "sent_at", "stated_taken", "stated_non_negative", "stated_not_taken"}
    names = [f.attname for f in Sheet._meta.concrete_fields if f.attname not in own]
    assert {n: getattr(of_file, n) for n in names} == {n: getattr(by_hand, n) for n in names}
    one, other = ([fields_of(t) for t in sheet.tests.order_by("line")] for sheet in (of_file, by_hand))
    assert one == other


TROUBLE = [
    Line("9999999"),
    Line("100011", name="Somebody Else"),
    Line("100012", name="Tep Rattanak"),
    Line("100013", specimen_number="USED"),
    Line("100014", specimen_number="TWICE"),
    Line("100015", specimen_number="TWICE"),
    Line("100016", specimen_number="T-1"),
    Line("100016", specimen_number="T-2"),
    Line("100051"),
    Line("OF-0000001-95"),
    Line("100017", non_negative_for=["mdma"]),
    Line("100018", specimen_number="x" * 31),
    Line("100019", not_taken="absent"),
    Line("100020", not_taken="refused", specimen_number="T-3"),
]


def test_a_campaign_refuses_the_lines_that_a_sheet_refuses(here, by):
    make.test(here.administrator, make.sheet(here.administrator, here.unit), specimen_number="USED")
    retired = DrugTest.objects.get().officer
    gone = Line(retired.service_number)
    retired_by = make.user(Role.REGISTRAR, make.root())
    from officers.actions import officers as roll

    roll.leave(retired_by, retired.pk, status="RETIRED", reason="Age.")
    lines = [*TROUBLE, gone]
    rows = [
        [
            *HERE,
            one.number,
            one.name,
            one.specimen_number,
            one.not_taken or "taken",
            *(["", ""] if one.not_taken else ["+" if "mdma" in one.non_negative_for else "-", "-"]),
            one.excuse,
            one.remark,
        ]
        for one in lines
    ]
    # Nobody is tested on a sheet he administers: officer 100051 is the district's administrator.
    by_columns = [*COLUMNS, "Administrator"]
    file = checked(
        **of_campaign(by, here, *([*row, here.administrator.username] for row in rows), columns=by_columns)
    )
    sheet = Sheet(unit=here.unit, administrator=here.administrator, drugs=["mdma", "ketamine"])

    by_hand = drug_tests.check_all(by, sheet, lines)

    of_file: dict[int, set[str]] = {}
    for number, _column, code in named(file):
        of_file.setdefault(number - 2, set()).add(code)
    assert of_file == {n: {p.code for p in found} for n, found in enumerate(by_hand) if found}
    assert {code for codes in of_file.values() for code in codes} >= {
        *("officer_unknown", "officer_name_differs", "specimen_used", "specimen_twice", "officer_twice"),
        *("own_test", "specimen_missing", "too_long", "absent_without_reason", "specimen_without_test"),
        "officer_not_serving",
    }


def test_bad_headers_are_named_by_their_column(here, by):
    outside = make.unit(code="P-77", admin_code="77")
    changes = [
        {0: "X-99"},
        {0: outside.code},
        {1: ""},
        {2: "31/02/2026"},
        {2: "25/11/2026"},
        {4: "because"},
        {5: "K" * 61},
        {6: "15/11/2026"},
    ]
    rows = []
    for n, change in enumerate(changes):
        row = [*HERE, *line(f"1000{n + 10}", f"SP-{n}")]
        for index, value in change.items():
            row[index] = value
        rows.append(row)

    file = checked(**of_campaign(by, here, *rows))

    assert [(at, code) for _line, at, code in named(file)] == [
        ("A", "unknown_unit"),
        ("A", "unit_not_administered"),
        ("B", "missing"),
        ("C", "not_a_date"),
        ("C", "in_the_future"),
        ("E", "unknown_choice"),
        ("F", "too_long"),
        ("G", "kit_expired"),
    ]


def test_what_is_the_same_for_all_rows_need_not_be_a_column(here, by):
    row = ["0102", *line("100001", "SP-1")]
    file = checked(**of_campaign(by, here, row, columns=[COLUMNS[0], *COLUMNS[7:]]))
    assert {code for _line, _column, code in named(file)} == {"missing"}

    imports.describe(
        by,
        file.pk,
        site="ទីស្នាក់ការ",
        tested_on=date(2026, 11, 16),
        witness="ជា ម៉ាណែត",
        reason="random",
        kit_lot="KL-1",
        kit_expires_on=date(2027, 6, 30),
    )
    file = work(file)

    assert (file.status, file.bad_rows) == (S.CHECKED, 0)


def test_a_sheet_that_misses_a_row_stays_open_until_the_corrected_row_comes(here, by):
    wrong = [*HERE, *line("100099", "SP-9")]
    first = taken(**of_campaign(by, here, *GOOD, wrong))
    assert (first.status, first.bad_rows, first.taken_rows) == (S.TAKEN, 1, 5)
    missing, whole = Sheet.objects.order_by("pk")
    assert (missing.status, whole.status) == (Sheet.Status.OPEN, Sheet.Status.SENT)

    corrected = [*HERE, *line("100009", "SP-9")]
    second = checked(**of_campaign(by, here, *GOOD, corrected))
    assert (second.rows, second.bad_rows, second.unchanged_rows) == (6, 0, 5)
    imports.take(by, second.pk)
    second = work(second)

    assert (second.status, second.taken_rows) == (S.TAKEN, 1)
    missing.refresh_from_db()
    assert missing.status == Sheet.Status.SENT
    assert list(missing.tests.order_by("line").values_list("officer__service_number", "line")) == [
        ("100001", 1),
        ("100002", 2),
        ("100005", 3),
        ("100009", 4),
    ]
    assert Sheet.objects.count() == 2


def test_only_the_row_that_was_corrected_may_come_alone_and_is_put_behind(here, by):
    taken(**of_campaign(by, here, *GOOD, [*HERE, *line("100099", "SP-9")]))

    alone = taken(**of_campaign(by, here, [*HERE, *line("100009", "SP-9")]))

    sheet = Sheet.objects.order_by("pk")[0]
    assert alone.taken_rows == 1
    assert (
        list(sheet.tests.order_by("line").values_list("officer__service_number", flat=True))[-1] == "100009"
    )
    assert sheet.status == Sheet.Status.SENT


def test_the_same_rows_in_another_file_change_nothing(here, by):
    taken(**of_campaign(by, here, *GOOD))

    again = checked(**of_campaign(by, here, *GOOD, ["", "", "", "", ""]))

    assert (again.rows, again.bad_rows, again.unchanged_rows) == (5, 0, 5)
    with pytest.raises(ValidationError, match="would change"):
        imports.take(by, again.pk)


def test_the_very_same_file_is_refused(here, by):
    taken(**of_campaign(by, here, *GOOD))

    with pytest.raises(ValidationError) as refused:
        checked(**of_campaign(by, here, *GOOD))

    assert refused.value.error_dict["file"][0].code == "taken_already"


def test_another_result_for_the_same_day_is_no_second_entry(here, by):
    taken(**of_campaign(by, here, *GOOD))
    sheet = Sheet.objects.order_by("pk")[0]

    file = checked(**of_campaign(by, here, [*HERE, *line("100001", "SP-77", ("+", "-"))]))

    assert [code for *_place, code in named(file)] == ["tested_already"]
    assert file.staged.get().problems[0]["params"]["other"] == sheet.reference


def test_all_or_nothing_means_it(here, by):
    file = checked(**of_campaign(by, here, *GOOD, [*HERE, *line("100099", "SP-9")]))

    with pytest.raises(ValidationError, match="Correct them"):
        imports.take(by, file.pk, all_or_nothing=True)

    assert not DrugTest.objects.exists()


def test_a_file_of_many_sheets_is_judged_and_taken_with_few_statements(
    here, by, django_assert_max_num_queries
):
    rows = []
    for n in range(20):
        header = list(HERE)
        header[1] = f"Site {n}"
        rows.append([*header, *line(f"{100001 + n}", f"SP-{n}")])

    with django_assert_max_num_queries(60):
        file = checked(**of_campaign(by, here, *rows))
    imports.take(by, file.pk)
    with django_assert_max_num_queries(90):
        file = work(file)

    assert (file.status, Sheet.objects.count()) == (S.TAKEN, 20)


def taking_clock() -> Any:
    from ledger.actors import CLOCK

    return CLOCK
