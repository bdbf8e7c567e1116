"""Labels and commands, judged in a campaign's file as on a sheet."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from ledger import clock
from officers.actions import claims, drug_tests, imports, specimen_numbers
from officers.actions import officers as roll
from officers.models import DrugTest, Officer, Sheet, Unit
from officers.models.users import Role
from officers.reckoning.lines import Line
from officers.reckoning.numbers import specimen_number
from tests import make
from tests.officers.importing import NOW, at_the_time_of_the_files, checked, csv, named, taken, world
from tests.officers.test_imports_campaigns import COLUMNS, HERE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with at_the_time_of_the_files():
        yield


@pytest.fixture
def here():
    return world()


def row(here, number, specimen, *, taken="taken", results=("-", "-"), excuse=""):
    return [*HERE, number, "", specimen, taken, *results, excuse, "", here.administrator.username]


def campaign(here, *rows):
    by = here.administrator
    return {
        "by": by,
        "unit": here.unit,
        "content": csv([*COLUMNS, "Administrator"], *rows),
        "kind": "CAMPAIGN",
    }


def post(here, number: str, unit: Unit, *, is_head: bool = False) -> None:
    officer = Officer.objects.get(service_number=number)
    roll.post(
        here.registrar,
        officer.pk,
        unit_id=unit.pk,
        rank=officer.rank,
        is_head=is_head,
        reason="Needed there.",
    )


def test_a_campaign_judges_labels_and_commands_as_a_sheet_does(here):
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    specimen_numbers.issue(keeper, unit_id=here.unit.parent.pk, number=5)
    specimen_numbers.issue(keeper, unit_id=Unit.objects.get(code="D-0203").pk, number=5)
    specimen_numbers.spoil(keeper, number=specimen_number(2026, 4), reason="Torn.")
    below = make.unit(here.unit)
    with clock.at(NOW + timedelta(days=1)):
        post(here, "100052", here.unit, is_head=True)
        post(here, "100051", below, is_head=True)
        post(here, "100031", below)
    plain, slipped = specimen_number(2026, 2), list(specimen_number(2026, 3))
    slipped[11], slipped[12] = slipped[12], slipped[11]
    lines = [
        Line("100011", specimen_number=specimen_number(2026, 1)),
        Line("100012", specimen_number=plain.replace("-", "").lower() + "a"),
        Line("100013", specimen_number=f"{plain}-B"),
        Line("100014", specimen_number="".join(slipped)),
        Line("100015", specimen_number=specimen_number(2026, 4)),
        Line("100016", specimen_number=specimen_number(2026, 900)),
        Line("100017", specimen_number=specimen_number(2026, 6)),
        Line("100018", specimen_number="SP-9"),
        Line("100019"),
        Line("100031"),
        Line("100052"),
        Line("100051"),
    ]
    sheet = Sheet(unit=here.unit, administrator=here.administrator, drugs=["mdma", "ketamine"])

    with clock.at(NOW + timedelta(days=1)):
        file = checked(**campaign(here, *(row(here, one.number, one.specimen_number) for one in lines)))
        by_hand = drug_tests.check_all(here.administrator, sheet, lines)

    of_file = [(number - 2, code) for number, _column, code in named(file)]
    assert of_file == [(n, problem.code) for n, found in enumerate(by_hand) for problem in found]
    assert [code for _line, code in of_file] == [
        "specimen_twice",
        "specimen_check_digits",
        "specimen_spoiled",
        *(["specimen_not_issued"] * 3),
        *(["in_command"] * 2),
        "own_test",
    ]


def test_a_label_is_kept_in_one_form_however_the_file_spells_it(here):
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    specimen_numbers.issue(keeper, unit_id=here.unit.pk, number=5)
    plain = specimen_number(2026, 2)

    taken(**campaign(here, row(here, "100011", plain.replace("-", "").translate(KHMER))))

    assert DrugTest.objects.get().specimen_number == plain
    specimen_numbers.issue(keeper, unit_id=here.unit.parent.pk, number=5)
    assert checked(**campaign(here, row(here, "100011", plain.lower()))).unchanged_rows == 1


KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


def test_a_line_that_stands_is_the_same_though_labels_were_issued_since(here):
    rows = [row(here, "100011", "SP-1")]
    taken(**campaign(here, *rows))
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    specimen_numbers.issue(keeper, unit_id=here.unit.pk, number=5)

    again = checked(**campaign(here, *rows, [""] * len(rows[0])))

    assert (again.bad_rows, again.unchanged_rows) == (0, 1)


def test_a_campaign_is_not_undone_once_a_refusal_was_claimed(here):
    file = taken(**campaign(here, row(here, "100011", "", taken="refused", results=("", ""))))
    claims.claim(
        here.administrator,
        DrugTest.objects.get().pk,
        reason_code="left_early",
        account="He left the queue.",
        witness="A witness",
    )

    with pytest.raises(ValidationError, match="built on"):
        imports.undo(here.administrator, file.pk, reason="Too late.")
