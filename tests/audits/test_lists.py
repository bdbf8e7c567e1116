"""A list from outside is kept as it came, matched as far as is certain, and edits nothing."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from audits import imports
from audits.actions import lists
from audits.models import OutsideLine, OutsideList
from audits.queries import lists as compared
from cases.models import Measure
from ledger import clock
from ledger.conflict import Conflict
from ledger.models import Change, Event
from officers.models import Officer
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db
PAYROLL = "អត្តលេខ,គោត្តនាម និងនាម,Latin name,Birth year,អង្គភាព\n"
DISMISSALS = "Service number,Khmer name,Measure,Effective date,Order number\n"


@pytest.fixture
def bench():
    return Bench()


def entered(bench, text, of="in_service", **said):
    file = SimpleUploadedFile("list.csv", text if isinstance(text, bytes) else text.encode())
    named = imports.named(file)
    about = {
        "unit_id": bench.unit.pk,
        "lists": of,
        "source": "payroll",
        "title": "Payroll of the month",
        "published_on": clock.today(),
        "period_from": clock.today() - timedelta(days=30),
        "period_to": clock.today(),
        "filename": named.filename,
        "sha256": named.sha256,
    } | said
    with imports.opened(file, of) as table:
        return lists.enter(bench.lead, imports.rows(table, of), **about)


def group(row, bench, code):
    (one,) = [one for one in compared.groups_of(row) if one.code == code]
    return list(compared.rows_of(row, one, bench.lead).order_by(*compared.order_of(one)))


def numbers(row, bench):
    return {code: count for code, count in compared.counts(row, bench.lead).items() if count}


def test_each_row_is_matched_by_number_or_by_name_with_year_or_unit_and_the_rest_waits(bench):
    unit = make.unit(code="P-77", name_latin="Post 77")
    first, second = (
        make.officer(unit, name_km="សុខ ដារ៉ា"),
        make.officer(unit, name_km="ចាន់ បូរ៉ា", birth_year=1985),
    )
    third = make.officer(unit, name_km="លី សុភា", birth_year=1990)
    twins = [make.officer(unit, name_km="ហេង វណ្ណា", birth_year=1980) for _ in range(2)]

    row = entered(
        bench,
        PAYROLL
        + f"{first.service_number},សុខដារ៉ា,,,\n"  # the number, the name without its space
        + ",ចាន់បូរ៉ា,,២៥២៨,\n"  # the name, a year of the Buddhist era in Khmer digits
        + ",លី សុភា,,,P-77\n"  # the name and the unit
        + ",លី សុភា,,,\n"  # the name alone
        + ",ហេង វណ្ណា,,1980,P-77\n"  # two of one name, year and unit
        + f"{first.service_number},អ្នកណាម្នាក់,,,\n"  # the number under another name
        + "999999,ប៉ែន សុវណ្ណ,,1970,\n"
        + ",,,,P-77\n",
    )

    found = [
        (line.how, line.officer_id, line.candidates, line.problem) for line in row.lines.order_by("line")
    ]
    assert found == [
        ("number", first.pk, [], ""),
        ("name", second.pk, [], ""),
        ("name", third.pk, [], ""),
        ("", None, [third.pk], ""),
        ("", None, [one.pk for one in twins], ""),
        ("", None, [first.pk], ""),
        ("", None, [], ""),
        ("", None, [], "nobody"),
    ]
    assert row.rows == 8


def test_a_row_that_cannot_be_read_stays_with_its_reason_and_a_second_naming_is_told(bench):
    officer = make.officer()
    number = officer.service_number

    row = entered(
        bench,
        PAYROLL + f"{number},,,nineteen,\n{'x' * 30},ក,,,\n,,,1980,P-1\n{number},,,,P-1\n{number},,,,P-1\n",
    )

    assert [line.problem for line in group(row, bench, "bad")] == ["year", "too_long", "nobody"]
    assert group(row, bench, "bad")[0].raw[:4] == [number, "", "", "nineteen"]
    (twin,) = group(row, bench, "twins")
    assert (twin.line, twin.twin, twin.officer_id) == (6, 5, officer.pk)


def test_a_workbook_is_read_like_a_text_and_in_lots_of_which_each_knows_the_ones_before(bench, monkeypatch):
    monkeypatch.setattr(lists, "CHUNK", 2)
    officers = [make.officer() for _ in range(3)]
    book = Workbook()
    book.active.append(["ល.រ", "អត្តលេខ", "ឈ្មោះ", "Birth year"])
    for number, one in enumerate([*officers, officers[0]], 1):
        book.active.append([number, int(one.service_number), one.name_km, one.birth_year])
    file = BytesIO()
    book.save(file)

    row = entered(bench, file.getvalue())

    found = row.lines.order_by("line").values_list("line", "officer_id", "twin")
    assert list(found) == [
        *((line, one.pk, None) for line, one in enumerate(officers, 2)),
        (5, officers[0].pk, 2),
    ]


def test_a_payroll_shows_who_is_paid_after_dismissal_and_who_serves_unpaid(bench):
    road = Road()
    dismissed = road.in_force().officer
    Measure.objects.get(officer=dismissed)
    paid, unpaid = make.officer(road.unit), make.officer(road.unit)
    text = (
        PAYROLL
        + f"{dismissed.service_number},,,,\n".replace(",,,,", ",,,,P-1")
        + f"{paid.service_number},,,,P-1\n"
    )
    text += "777777,គ្មាន នរណា,,1970,\n"

    now = entered(bench, text)
    later = entered(
        bench, text + "\n", unit_id=road.unit.pk, period_from=clock.today() + timedelta(days=1),
        period_to=clock.today() + timedelta(days=30),
    )  # fmt: skip

    assert [line.officer_id for line in group(now, bench, "gone")] == [dismissed.pk]
    assert [line.officer_id for line in group(later, bench, "after")] == [dismissed.pk]
    assert group(later, bench, "gone") == []
    assert [line.officer_id for line in group(later, bench, "both")] == [paid.pk]
    assert [line.service_number for line in group(later, bench, "unknown")] == ["777777"]
    assert group(later, bench, "here") == [unpaid]


def test_a_list_of_dismissals_shows_what_was_not_published_and_what_differs(bench):
    road = Road()
    told, other_day, silent = (road.in_force().officer for _ in range(3))
    serving = make.officer(road.unit)
    today, before = clock.today(), clock.today() - timedelta(days=3)

    row = entered(
        bench,
        DISMISSALS
        + f"{told.service_number},{told.name_km},dismissed,{today:%d/%m/%Y},1\n"
        + f"{other_day.service_number},{other_day.name_km},បណ្តេញចេញ,{before:%d/%m/%Y},2\n"
        + f"{serving.service_number},{serving.name_km},,{today:%d/%m/%Y},3\n"
        + "888888,គ្មាន នរណា,dismissed,,4\n"
        + f"{serving.service_number},{serving.name_km},promoted,,5\n",
        of="dismissals",
        source="gazette",
    )

    assert [line.officer_id for line in group(row, bench, "both")] == [told.pk]
    assert [line.officer_id for line in group(row, bench, "differs")] == [other_day.pk]
    assert [line.officer_id for line in group(row, bench, "none")] == [serving.pk]
    assert [line.service_number for line in group(row, bench, "unknown")] == ["888888"]
    assert [line.problem for line in group(row, bench, "bad")] == ["measure"]
    assert [one.officer_id for one in group(row, bench, "here")] == [silent.pk]
    assert sum(numbers(row, bench).values()) == row.rows + 1


def test_a_person_settles_a_doubtful_row_and_takes_it_back_and_the_log_has_both(bench):
    officer = make.officer(name_km="សុខ ដារ៉ា")
    row = entered(bench, PAYROLL + ",សុខ ដារ៉ា,Sok Dara,,\n,គ្មាន នរណា,Nobody,,\n")
    line, other = row.lines.order_by("line")
    before = Officer.objects.get(pk=officer.pk).version

    with pytest.raises(ValidationError, match="Say why"):
        lists.settle(bench.lead, line.pk, officer_id=officer.pk, reason="")
    lists.settle(bench.lead, line.pk, officer_id=officer.pk, reason="The same father’s name.")
    with pytest.raises(Conflict):
        lists.settle(bench.lead, line.pk, officer_id=None, reason="Again.")
    lists.settle(bench.lead, other.pk, officer_id=None, reason="Asked the personnel department.")
    assert numbers(row, bench)["both"] == 1
    lists.unsettle(bench.second, line.pk, reason="He is another.")

    line.refresh_from_db()
    assert (line.how, line.officer_id, line.settled_why) == ("", None, "")
    said = Event.objects.filter(verb__startswith="outside_line.").order_by("pk").values_list("verb", "reason")
    assert [verb for verb, _reason in said] == ["outside_line.settled"] * 2 + ["outside_line.unsettled"]
    assert said[0][1] == "The same father’s name."
    assert Officer.objects.get(pk=officer.pk).version == before


def test_a_list_is_entered_once_whole_or_not_at_all_and_never_edits_the_record(bench):
    officer = make.officer()
    text = PAYROLL + f"{officer.service_number},,,,P-1\n"
    row = entered(bench, text)

    event = Event.objects.get(verb="outside_list.entered")
    written = set(Change.objects.filter(event=event).values_list("table_name", flat=True))
    assert written == {"audits_outsidelist", "audits_outsideline"}
    with pytest.raises((ValidationError, Conflict), match="uploaded already"):
        entered(bench, text)
    lists.void(bench.lead, row.pk, reason="The wrong unit.")
    entered(bench, text)
    with pytest.raises(ValidationError, match="no row"):
        entered(bench, PAYROLL + ",,,,\n")
    with pytest.raises(ValidationError):
        entered(bench, "Colour,Taste\nred,sweet\n")
    with pytest.raises(ValidationError, match="before the first"):
        entered(bench, text + "\n\n", period_to=clock.today() - timedelta(days=60))
    assert OutsideList.objects.count() == 2
    assert OutsideLine.objects.count() == 2


def test_only_auditors_of_the_unit_enter_settle_and_see_lists(bench):
    officer = make.officer()
    row = entered(bench, PAYROLL + f"{officer.service_number},,,,P-1\n")

    for role in set(Role.values) - {Role.AUDITOR}:
        bench.lead = make.user(role)
        with pytest.raises((PermissionDenied, ValidationError)):
            entered(bench, PAYROLL + f"{officer.service_number},,,,P-2\n")
        assert not OutsideList.objects.visible_to(bench.lead).exists()
        assert not OutsideLine.objects.visible_to(bench.lead).exists()
    elsewhere = make.user(Role.AUDITOR, make.unit())
    assert not OutsideList.objects.visible_to(elsewhere).filter(pk=row.pk).exists()
