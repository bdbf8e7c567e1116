"""A sheet that comes as a file."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ledger.conflict import Conflict
from officers.actions import custody, drug_tests, imports, sheets
from officers.actions.problems import sentence
from officers.models import DrugTest, Import, ImportRow, Sheet
from officers.models.users import Role
from officers.reckoning.lines import Line, Problem
from tests import make
from tests.files import make_files as made
from tests.officers.importing import (
    HEADER,
    World,
    at_the_time_of_the_files,
    checked,
    csv,
    named,
    taken,
    upload,
    work,
    world,
)

pytestmark = pytest.mark.django_db
S = Import.Status
BLOCK = {"sheet_utf8_bom.csv", "sheet_utf16le.csv", "sheet_semicolons.csv", "sheet_merged.xlsx"}
DATED = {"sheet_khmer_digits.csv", "sheet_buddhist_years.csv", "sheet_plain.xlsx"}
WHOLE = [
    "sheet_utf8.csv",
    "sheet_utf8_bom.csv",
    "sheet_utf16le.csv",
    "sheet_utf16be.csv",
    "sheet_mac_lines.csv",
    "sheet_semicolons.csv",
    "sheet_khmer_digits.csv",
    "sheet_buddhist_years.csv",
    "sheet_plain.xlsx",
    "sheet_merged.xlsx",
]


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with at_the_time_of_the_files():
        yield


@pytest.fixture
def here() -> World:
    return world()


def missing_from(name: str) -> dict:
    """What has to be filled in by hand, for one of the sample files."""
    header = dict(HEADER)
    if name in BLOCK:
        return {"reason": header["reason"]}
    return header if name in DATED else header | {"tested_on": made.DAY}


@pytest.mark.parametrize("name", WHOLE)
def test_every_readable_sheet_is_taken_whole(here, name):
    file = taken(here.administrator, here.unit, name, **missing_from(name))

    count = 12 if name == "sheet_merged.xlsx" else 20
    assert named(file) == []
    assert (file.status, file.rows, file.bad_rows) == (S.TAKEN, count, 0)
    sheet = file.sheet
    assert sheet.status == Sheet.Status.SENT
    assert (sheet.tested_on, sheet.kit_expires_on) == (made.DAY, date(2027, 6, 30))
    assert (sheet.witness, sheet.order_number, sheet.kit_lot) == ("100052", "014/26", "KL-2026-07")
    assert sheet.administrator == here.administrator
    assert {"methamphetamine", "amphetamine", "mdma"} <= set(sheet.drugs)
    lines = sheet.tests.select_related("officer").order_by("line")
    tests = {test.officer.service_number: test for test in lines}
    assert list(tests) == [str(made.FIRST_NUMBER + n) for n in range(count)]
    assert [test.line for test in tests.values()] == list(range(1, count + 1))
    assert tests["100005"].non_negative_for == ["methamphetamine", "amphetamine"]
    assert tests["100005"].status == DrugTest.Status.CONFIRMATION_NEEDED
    assert tests["100008"].invalid_for == ["mdma"]
    assert tests["100010"].not_taken == "refused"
    assert tests["100001"].status == DrugTest.Status.NEGATIVE
    assert tests["100002"].specimen_number == "SP-0002"
    if count == 20:
        assert (tests["100013"].not_taken, tests["100013"].excuse) == ("absent", "medical_leave")
        assert tests["100016"].not_taken == "unable"
    assert {row.target_id for row in file.staged.all()} == {test.pk for test in tests.values()}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sheet_truncated.xlsx", "cut off"),
        ("sheet_old.xls", "old format"),
        ("sheet_password.xlsx", "password"),
        ("sheet_web_page.xls", "web page"),
        ("sheet_open_document.ods", "OpenDocument"),
        ("roster.csv", "No column of this table is a drug"),
    ],
)
def test_a_file_that_is_no_sheet_is_not_readable_and_says_why(here, name, said):
    file = checked(here.administrator, here.unit, name)

    assert file.status == S.UNREADABLE
    assert said in file.problem["en"]
    assert file.problem["km"]
    assert not file.staged.exists()


@pytest.mark.parametrize("name", ["sheet_bad_rows.csv", "sheet_bad_rows.xlsx"])
def test_ten_kinds_of_bad_rows_are_named_with_line_column_and_reason(here, name):
    file = checked(here.administrator, here.unit, name, **HEADER)

    assert (file.status, file.rows, file.bad_rows) == (S.CHECKED, 30, 10)
    assert named(file) == [
        (4, "B", "officer_unknown"),
        (7, "B", "officer_missing"),
        (10, "F", "unknown_choice"),
        (13, "E", "no_result"),
        (16, "E", "not_taken_but_screened"),
        (19, "D", "specimen_twice"),
        (22, "B", "officer_twice"),
        (25, "A", "not_a_date"),
        (28, "N", "absent_without_reason"),
        (31, "", "surplus"),
    ]
    twice = file.staged.get(line=22).problems[0]
    assert twice["params"] == {"value": "100001", "other": 2}
    for row in file.staged.bad():
        assert all(sentence(Problem(**problem)) for problem in row.problems)


def test_good_rows_land_in_one_act_and_keep_their_places(here):
    file = taken(here.administrator, here.unit, "sheet_bad_rows.csv", **HEADER)

    assert (file.status, file.bad_rows) == (S.TAKEN, 10)
    assert file.sheet.status == Sheet.Status.OPEN
    assert file.sheet.tests.count() == 20
    places = dict(file.staged.good().values_list("target_id", "place"))
    assert places == dict(file.sheet.tests.values_list("pk", "line"))
    assert set(file.staged.bad().values_list("target_id", flat=True)) == {None}


def test_all_or_nothing_takes_nothing_while_a_row_is_bad(here):
    file = checked(here.administrator, here.unit, "sheet_bad_rows.csv", **HEADER)

    with pytest.raises(ValidationError, match="cannot be taken"):
        imports.take(here.administrator, file.pk, all_or_nothing=True)

    file.refresh_from_db()
    assert file.status == S.CHECKED
    assert not Sheet.objects.exists()


def test_a_row_that_became_impossible_since_the_check_sends_the_whole_file_back_if_all_were_asked_for(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    imports.take(here.administrator, file.pk, all_or_nothing=True)
    other = make.sheet(here.administrator, here.unit)
    make.test(here.administrator, other, of=None, specimen_number="SP-0003")

    file = work(file)

    assert file.status == S.CHECKING
    assert "impossible" in file.problem["en"]
    assert not DrugTest.objects.exclude(sheet=other).exists()
    file = work(file)
    assert (file.status, file.bad_rows) == (S.CHECKED, 1)
    assert named(file) == [(4, "D", "specimen_used")]
    assert "impossible" in file.problem["en"]


def test_a_row_that_became_impossible_since_the_check_is_left_out_and_named(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    imports.take(here.administrator, file.pk)
    make.test(here.administrator, make.sheet(here.administrator, here.unit), specimen_number="SP-0003")

    file = work(file)

    assert (file.status, file.bad_rows) == (S.TAKEN, 1)
    assert named(file) == [(4, "D", "specimen_used")]
    assert file.sheet.tests.count() == 19


def test_the_same_sheet_by_hand_by_bulk_and_by_file_is_the_same_record(here):
    name = "sheet_utf8_bom.csv"
    by_file = taken(here.administrator, here.unit, name, reason="random").sheet
    lines = [imports.line_of(row) for row in ImportRow.objects.order_by("line")]
    compared = {}

    def read(sheet):
        fields = [f.attname for f in DrugTest._meta.concrete_fields]
        own = {"id", "sheet_id", "entry_key", "entered_at"}
        header = [f.attname for f in Sheet._meta.concrete_fields]
        of_sheet = {
            n: getattr(sheet, n) for n in header if n not in {"id", "opened_at", "sent_at", "version"}
        }
        return of_sheet, [
            {n: getattr(test, n) for n in fields if n not in own} for test in sheet.tests.order_by("line")
        ]

    compared["file"] = read(by_file)
    header = {name: getattr(by_file, name) for name in sheets.HEADER}
    imports.undo(here.administrator, Import.objects.get().pk, reason="For comparison.")

    one_by_one = sheets.open(here.administrator, unit_id=here.unit.pk, **header)
    for line in lines:
        drug_tests.enter(here.administrator, one_by_one.pk, Line(**{**vars(line), "place": None}))
    compared["page"] = read(sheets.send(here.administrator, one_by_one.pk))
    drug_tests.void_all(here.administrator, one_by_one.pk, reason="For comparison.")

    whole, tests, _problems = sheets.take(
        here.administrator, unit_id=here.unit.pk, header=header, lines=lines
    )
    assert all(tests)
    compared["bulk"] = read(Sheet.objects.get(pk=whole.pk))

    assert compared["page"] == compared["file"]
    assert compared["bulk"] == compared["file"]


def test_the_same_file_is_refused_once_it_was_taken_and_accepted_again_once_undone(here):
    first = taken(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)

    with pytest.raises(ValidationError, match=f"No. {first.pk}"):
        upload(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)

    imports.undo(here.administrator, first.pk, reason="Wrong day.")
    again = taken(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    assert again.status == S.TAKEN
    assert DrugTest.objects.standing().count() == 20


def test_two_uploads_of_one_file_are_taken_once(here):
    one = checked(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    two = checked(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    imports.take(here.administrator, one.pk)

    with pytest.raises((ValidationError, Conflict), match="taken for this unit already"):
        imports.take(here.administrator, two.pk)


def test_undo_voids_every_line_and_the_sheet_and_the_log_says_so(here):
    file = taken(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)

    imports.undo(here.administrator, file.pk, reason="It was another unit's.")

    file.refresh_from_db()
    assert file.status == S.UNDONE
    assert file.sheet.status == Sheet.Status.VOID
    assert not DrugTest.objects.standing().exists()


def test_a_file_on_which_something_was_built_cannot_be_undone(here):
    file = taken(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    test = file.sheet.tests.get(officer__service_number="100005")
    custody.dispatch(
        here.administrator, test.pk, laboratory="NIPH", received_by="A. Clerk", place="Gate", seal="SL-1"
    )

    with pytest.raises(ValidationError, match="built on"):
        imports.undo(here.administrator, file.pk, reason="Too late.")

    file.refresh_from_db()
    assert file.status == S.TAKEN
    assert DrugTest.objects.standing().count() == 20


def test_a_sheet_with_lines_by_hand_cannot_be_undone_as_a_file(here):
    file = taken(here.administrator, here.unit, "sheet_bad_rows.csv", **HEADER)
    drug_tests.enter(here.administrator, file.sheet_id, Line(number="100031"))

    with pytest.raises(ValidationError, match="by hand"):
        imports.undo(here.administrator, file.pk, reason="Too late.")


def test_undo_needs_a_reason(here):
    file = taken(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)

    with pytest.raises(ValidationError, match="reason"):
        imports.undo(here.administrator, file.pk, reason=" ")


def test_what_the_file_does_not_say_must_be_filled_in_before_it_is_taken(here):
    file = checked(here.administrator, here.unit, "sheet_utf8.csv")
    assert file.status == S.CHECKED

    with pytest.raises(ValidationError) as refusal:
        imports.take(here.administrator, file.pk)
    assert {"site", "tested_on", "witness", "reason"} <= set(refusal.value.error_dict)

    imports.describe(here.administrator, file.pk, **HEADER, tested_on=made.DAY)
    file = work(file)
    imports.take(here.administrator, file.pk)
    assert work(file).status == S.TAKEN


def test_a_row_of_another_day_is_named(here):
    rows = [["Date", "Officer number", "MDMA"], ["16/11/2026", "100001", "-"], ["17/11/2026", "100002", "-"]]
    file = checked(here.administrator, here.unit, csv(*rows), **HEADER | {"tested_on": made.DAY})

    assert named(file) == [(3, "A", "another_day")]


def test_a_file_that_names_another_unit_is_not_taken(here):
    rows = [["Unit:", "0103"], [], ["Officer number", "MDMA"], ["100001", "-"]]
    file = checked(here.administrator, here.unit, csv(*rows), **HEADER | {"tested_on": made.DAY})

    assert [problem["code"] for problem in file.reading["problems"]] == ["another_unit"]
    with pytest.raises(ValidationError, match="another unit"):
        imports.take(here.administrator, file.pk)


def test_the_sheet_is_his_who_collected_it_even_if_another_uploads_the_file(here):
    clerk = make.user(Role.ADMINISTRATOR, here.unit)
    file = taken(clerk, here.unit, "sheet_utf8_bom.csv", reason="random")

    assert file.sheet.administrator == here.administrator
    assert file.sheet.opened_by == clerk


def test_an_administrator_nobody_knows_must_be_chosen_by_hand(here):
    rows = [["Administrator:", "777777"], [], ["Officer number", "MDMA"], ["100001", "-"]]
    file = checked(here.administrator, here.unit, csv(*rows), **HEADER | {"tested_on": made.DAY})

    assert "administrator" not in file.header
    assert [problem["code"] for problem in file.reading["problems"]] == ["administrator_unknown"]


def test_nobody_uploads_for_a_unit_he_does_not_serve(here):
    elsewhere = make.user(Role.ADMINISTRATOR, make.unit())

    with pytest.raises(PermissionDenied):
        upload(elsewhere, here.unit, "sheet_plain.xlsx")
    with pytest.raises(PermissionDenied):
        upload(here.registrar, here.unit, "sheet_plain.xlsx")


def test_files_are_seen_by_their_owner_and_auditors_and_sheets_not_by_system_administrators(here):
    file = upload(here.administrator, here.unit, "sheet_plain.xlsx")
    roster = upload(here.registrar, here.unit, "roster.csv", kind="ROSTER")

    def seen(user):
        return set(Import.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(here.administrator) == {file.pk}
    assert seen(here.registrar) == {roster.pk}
    assert seen(make.user(Role.AUDITOR, here.unit)) == {file.pk, roster.pk}
    assert seen(make.user(Role.SYSTEM_ADMINISTRATOR)) == {roster.pk}
    assert seen(make.user(Role.ADMINISTRATOR, here.unit)) == set()


def test_a_cancelled_file_leaves_no_rows(here, django_capture_on_commit_callbacks):
    from foundation.files import kept_path

    file = checked(here.administrator, here.unit, "sheet_plain.xlsx")
    path = kept_path(imports.FOLDER, file.stored_as)
    assert path.stat().st_mode & 0o777 == 0o600

    with django_capture_on_commit_callbacks(execute=True):
        imports.cancel(here.administrator, file.pk)

    assert not file.staged.exists()
    assert not path.exists()


def test_an_empty_file_and_one_without_rows_are_refused(here):
    with pytest.raises(ValidationError, match="empty"):
        upload(here.administrator, here.unit, b"")
    file = checked(here.administrator, here.unit, csv(["Officer number", "MDMA"]))
    assert "no row" in file.problem["en"]


def test_whoever_lost_his_role_since_takes_nothing(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    imports.take(here.administrator, file.pk)
    held = here.administrator.role_assignments.get()
    from officers.actions import users

    users.end_role(make.user(Role.SYSTEM_ADMINISTRATOR), held.pk, reason="Moved on.")

    file = work(file)

    assert file.status == S.CHECKING
    assert file.problem["en"]
    assert not Sheet.objects.exists()
