"""A roster that comes as a file."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from ledger.acting import recording, save_all
from ledger.conflict import Conflict
from officers.actions import imports
from officers.actions import officers as roll
from officers.models import Import, Officer, ServiceNumber, Unit
from officers.models.users import Role
from officers.queries import find_officers
from tests import make
from tests.files import make_files as made
from tests.officers.importing import World, at_the_time_of_the_files, checked, csv, named, taken, work, world

pytestmark = pytest.mark.django_db
S = Import.Status
HEADER = [
    "អត្តលេខ",
    "Name in Khmer",
    "Name in Latin",
    "Sex",
    "Birth year",
    "Rank",
    "Unit code",
    "Post",
    "Since",
]
DARA = ["100001", "សុខ ដារ៉ា", "Sok Dara", "M", 1988, "Sergeant", "0102", "", ""]


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with at_the_time_of_the_files():
        yield


@pytest.fixture
def here() -> World:
    return world(enrolled=False)


@pytest.fixture
def province(here) -> Unit:
    return here.unit.parent


def officer(number: str) -> Officer:
    return Officer.objects.exclude(status="ENTERED_IN_ERROR").get(service_number=number)


def row_of(file: Import, number: str = "100001"):
    return file.staged.get(cells__service_number=number)


@pytest.mark.parametrize("name", ["roster.csv", "roster.xlsx"])
def test_a_roster_enters_its_officers_with_number_posting_and_rank(here, province, name):
    file = taken(here.registrar, province, name, kind="ROSTER")

    assert (file.status, file.rows, file.bad_rows, file.unchanged_rows) == (S.TAKEN, 20, 0, 0)
    dara = officer("100001")
    assert (dara.name_km, dara.name_latin, dara.sex, dara.birth_year) == ("សុខ ដារ៉ា", "Sok Dara", "M", 1988)
    assert (dara.unit.code, dara.rank) == ("D-0102", "R01")
    assert dara.postings.get().held.lower == date(2024, 1, 1)
    assert dara.service_numbers.get().number == "100001"
    assert officer("100003").unit.code == "D-0203"
    assert {r.target_id for r in file.staged.all()} == set(
        Officer.objects.filter(service_number__lt="100021").values_list("pk", flat=True)
    )


def test_the_same_roster_twice_changes_nothing(here, province):
    taken(here.registrar, province, "roster.csv", kind="ROSTER")
    before = {o.pk: o.version for o in Officer.objects.all()}

    again = checked(here.registrar, province, "roster.xlsx", kind="ROSTER")

    assert (again.status, again.rows, again.bad_rows, again.unchanged_rows) == (S.CHECKED, 20, 0, 20)
    with pytest.raises(ValidationError, match="No row of this file would change anything"):
        imports.take(here.registrar, again.pk)
    assert {o.pk: o.version for o in Officer.objects.all()} == before


def test_differences_are_shown_field_by_field_and_taken_as_corrections_and_postings(here, province):
    taken(here.registrar, province, csv(HEADER, DARA), kind="ROSTER")
    changed = ["១០០០០១", "សុខ ដារា", "Sok Dara", "ប្រុស", "២៥៣២", "Captain", "0203", "ប្រធាន", "01/10/2026"]
    file = checked(here.registrar, province, csv(HEADER, changed), kind="ROSTER")

    assert named(file) == [(2, "I", "posting_later")]  # he was entered as of today

    early = [*DARA[:-1], "01/01/2024"]
    early[0] = "100002"
    taken(here.registrar, province, csv(HEADER, early), kind="ROSTER")
    changed[0] = "១០០០០២"
    file = checked(here.registrar, province, csv(HEADER, changed), kind="ROSTER")
    row = row_of(file, "១០០០០២")
    assert row.effect == "CHANGED"
    assert row.changes == {
        "name_km": ["សុខ ដារ៉ា", "សុខ ដារា"],
        "birth_year": [1988, 1989],
        "unit": ["D-0102", "D-0203"],
        "rank": ["R01", "R04"],
        "title": ["", "ប្រធាន"],
    }
    imports.take(here.registrar, file.pk)
    assert work(file).status == S.TAKEN
    dara = officer("100002")
    assert (dara.name_km, dara.birth_year, dara.unit.code, dara.rank) == ("សុខ ដារា", 1989, "D-0203", "R04")
    first, second = dara.postings.order_by("held")
    assert (first.held.lower, first.held.upper) == (date(2024, 1, 1), date(2026, 10, 1))
    assert (second.held.lower, second.held.upper, second.title) == (date(2026, 10, 1), None, "ប្រធាន")
    assert dara in find_officers(here.registrar, "សុខដារា")


def test_a_number_of_somebody_else_is_a_problem_and_no_change(here, province):
    taken(here.registrar, province, csv(HEADER, DARA), kind="ROSTER")
    other = ["100001", "លី ស្រីមុំ", "Ly Sreymom", "F", 1994, "Sergeant", "0102", "", ""]
    misspelt = ["100001", "សុខ ដារា", "Sok Dara", "M", 1978, "Sergeant", "0102", "", ""]

    assert named(checked(here.registrar, province, csv(HEADER, other), kind="ROSTER")) == [
        (2, "A", "another_person")
    ]
    file = checked(here.registrar, province, csv(HEADER, misspelt), kind="ROSTER")
    assert row_of(file).changes.keys() == {"name_km", "birth_year"}


def test_bad_rows_of_a_roster_are_named(here, province):
    outside = make.unit(code="P-77", admin_code="77")
    rows = [
        ["100001", "សុខ ដារ៉ា", "", "M", 1988, "Sergeant", "0102", "", ""],
        ["", "សុខ ដារ៉ា", "", "M", 1988, "Sergeant", "0102", "", ""],
        ["100001", "សុខ ដារ៉ា", "", "M", 1988, "Sergeant", "0102", "", ""],
        ["100004", "Sok Dara", "", "M", 1988, "Sergeant", "0102", "", ""],
        ["100005", "សុខ ដារ៉ា", "", "boy", 1988, "Sergeant", "0102", "", ""],
        ["100006", "សុខ ដារ៉ា", "", "M", "long ago", "Sergeant", "0102", "", ""],
        ["100007", "សុខ ដារ៉ា", "", "M", 1988, "Emperor", "0102", "", ""],
        ["100008", "សុខ ដារ៉ា", "", "M", 1988, "Sergeant", "9999", "", ""],
        ["100009", "សុខ ដារ៉ា", "", "M", 1988, "Sergeant", outside.code, "", ""],
        ["100010", "សុខ ដារ៉ា", "", "M", 1988, "Sergeant", "0102", "", "31/02/2026"],
        ["100011", "សុខ ដារ៉ា", "", "M", 1988, "Sergeant", "0102", "", "01/01/2030"],
        ["100012", "ស" * 130, "", "M", 1988, "Sergeant", "0102", "", ""],
        ["100013", "សុខ", "ដារ៉ា", "", "M", 1988, "Sergeant", "0102", "", "too many"],
    ]
    file = checked(here.registrar, province, csv(HEADER, *rows), kind="ROSTER")

    assert named(file) == [
        (3, "A", "missing"),
        (4, "A", "number_twice"),
        (5, "B", "not_khmer"),
        (6, "D", "unknown_choice"),
        (7, "E", "not_a_year"),
        (8, "F", "unknown_rank"),
        (9, "G", "unknown_unit"),
        (10, "G", "unit_outside"),
        (11, "I", "not_a_date"),
        (12, "I", "in_the_future"),
        (13, "B", "too_long"),
        (14, "", "surplus"),
    ]


def test_an_officer_of_a_unit_one_does_not_keep_is_not_moved(here, province):
    elsewhere = make.unit()
    make.officer(elsewhere, service_number="100001", birth_year=1988, name_km="សុខ ដារ៉ា")
    keeper = make.user(Role.REGISTRAR, province)

    file = checked(keeper, province, csv(HEADER, DARA), kind="ROSTER")

    assert named(file) == [(2, "G", "moved")]


def test_an_officer_who_left_is_not_taken_on_again(here, province):
    taken(here.registrar, province, csv(HEADER, [*DARA[:-1], "01/01/2024"]), kind="ROSTER")
    roll.leave(here.registrar, officer("100001").pk, status="RETIRED", reason="Age.")

    file = checked(here.registrar, province, csv(HEADER, DARA), kind="ROSTER")

    assert named(file) == [(2, "A", "officer_not_serving")]


def test_rows_in_bulk_do_what_single_acts_do(here, province):
    early = date(2024, 1, 1)
    base = {"sex": "M", "rank": "R01", "unit_id": here.unit.pk, "since": early}
    twins = [
        roll.register(
            here.registrar,
            service_number=n,
            name_km="សុខ ដារ៉ា",
            name_latin="Sok Dara",
            birth_year=1988,
            **base,
        )
        for n in ("300001", "300002")
    ]
    there = Unit.objects.get(code="D-0203")
    since = date(2026, 10, 1)
    roll.correct(
        here.registrar,
        twins[0].pk,
        name_km="សុខ ដារា",
        name_latin="Sok Dara",
        sex="M",
        birth_year=1989,
        reason="x",
    )
    roll.post(
        here.registrar, twins[0].pk, unit_id=there.pk, rank="R04", title="ប្រធាន", since=since, reason="x"
    )
    row = ["300002", "សុខ ដារា", "Sok Dara", "M", 1989, "Captain", there.code, "ប្រធាន", "01/10/2026"]
    taken(here.registrar, province, csv(HEADER, row), kind="ROSTER")

    def read(number):
        one = officer(number)
        fields = {f.attname: getattr(one, f.attname) for f in Officer._meta.concrete_fields}
        for name in ("id", "service_number"):
            fields.pop(name)
        fields["sort_key"] = bytes(fields["sort_key"])
        postings = one.postings.order_by("held").values(
            "unit_id", "rank", "title", "is_head", "held", "version"
        )
        return fields, list(postings)

    one, two = read("300001"), read("300002")
    assert {k: (v, two[0][k]) for k, v in one[0].items() if v != two[0][k]} == {}
    assert one == two


def test_undo_puts_the_roll_back_as_it_was(here, province):
    taken(here.registrar, province, csv(HEADER, [*DARA[:-1], "01/01/2024"]), kind="ROSTER")
    dara = officer("100001")
    rows = [
        ["100001", "សុខ ដារា", "Sok Dara", "M", 1989, "Captain", "0203", "", "01/10/2026"],
        ["100002", "ចាន់ សុភា", "Chan Sophea", "F", 1991, "Sergeant", "0102", "", ""],
    ]
    file = taken(here.registrar, province, csv(HEADER, *rows), kind="ROSTER")
    assert (officer("100001").rank, officer("100002").status) == ("R04", "SERVING")

    imports.undo(here.registrar, file.pk, reason="The file was of last year.")

    again = officer("100001")
    assert (again.name_km, again.birth_year, again.rank, again.unit_id) == (
        "សុខ ដារ៉ា",
        1988,
        "R01",
        dara.unit_id,
    )
    assert bytes(again.sort_key) == bytes(dara.sort_key)
    assert again.postings.standing().get().held.upper is None
    sophea = Officer.objects.get(service_number="100002")
    assert sophea.status == Officer.Status.ENTERED_IN_ERROR
    assert not Officer.objects.visible_to(here.registrar).filter(pk=sophea.pk).exists()
    assert not find_officers(here.registrar, "100002").exists()
    assert Officer.objects.visible_to(make.user(Role.AUDITOR)).filter(pk=sophea.pk).exists()
    assert not ServiceNumber.objects.standing().filter(officer=sophea).exists()
    # The number is free for whoever it belongs to.
    assert taken(here.registrar, province, csv(HEADER, rows[1]), kind="ROSTER").status == S.TAKEN
    assert officer("100002").pk != sophea.pk


def test_a_roster_whose_officer_was_touched_since_cannot_be_undone(here, province):
    file = taken(here.registrar, province, csv(HEADER, [*DARA[:-1], "01/01/2024"]), kind="ROSTER")
    dara = officer("100001")
    roll.correct(
        here.registrar,
        dara.pk,
        name_km="សុខ ដារា",
        name_latin="Sok Dara",
        sex="M",
        birth_year=1988,
        reason="Spelt so.",
    )

    with pytest.raises(ValidationError, match="changed since"):
        imports.undo(here.registrar, file.pk, reason="Too late.")

    assert officer("100001").status == "SERVING"


def test_a_roster_whose_officer_was_tested_since_cannot_be_undone(here, province):
    file = taken(here.registrar, province, csv(HEADER, [*DARA[:-1], "01/01/2024"]), kind="ROSTER")
    make.test(here.administrator, make.sheet(here.administrator, here.unit), of=officer("100001"))

    with pytest.raises(ValidationError, match="tested since"):
        imports.undo(here.registrar, file.pk, reason="Too late.")


def test_nobody_undoes_anothers_file(here, province):
    file = taken(here.registrar, province, "roster.csv", kind="ROSTER")

    with pytest.raises(PermissionDenied):
        imports.undo(make.user(Role.SYSTEM_ADMINISTRATOR), file.pk, reason="Mine now.")


def test_a_sheet_is_no_roster(here, province):
    file = checked(here.registrar, province, "sheet_plain.xlsx", kind="ROSTER")

    assert file.status == S.UNREADABLE
    assert "missing" in file.problem["en"]


def test_five_thousand_rows_are_checked_and_taken_with_few_statements(
    here, province, django_assert_max_num_queries
):
    rows = [
        [
            str(400_000 + n),
            made.PEOPLE[n % 20][0],
            made.PEOPLE[n % 20][1],
            "M",
            1988,
            "Sergeant",
            "0102",
            "",
            "",
        ]
        for n in range(5_000)
    ]
    file = None
    with django_assert_max_num_queries(120):
        file = checked(here.registrar, province, csv(HEADER, *rows), kind="ROSTER")
    imports.take(here.registrar, file.pk)
    with django_assert_max_num_queries(220):
        file = work(file)

    assert (file.status, file.rows, file.bad_rows) == (S.TAKEN, 5_000, 0)


def test_many_rows_are_written_only_if_each_is_still_as_it_was_read(here):
    one, two = (make.officer(here.unit) for _number in range(2))
    stale = Officer.objects.get(pk=two.pk)
    with recording("officer.corrected", actor=here.registrar, subject=Officer):
        save_all([two], ["name_latin"])
        with pytest.raises(Conflict):
            save_all([one, stale], ["name_latin"])
