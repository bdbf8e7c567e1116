"""A sheet of 200 lines by keyboard: here, and in a plain Django admin with an inline."""

from collections import Counter
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers.models import DrugTest, Officer
from officers.models.users import Role
from tests import make, plain_admin
from tests.looking import Keys, go, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINES = 200


class Paper(NamedTuple):
    """A line of the paper sheet."""

    officer: Officer
    specimen: str = ""
    drug: str = ""
    not_taken: str = ""
    excuse: str = ""

    @property
    def kind(self) -> tuple[str, str, str]:
        """Lines of one kind take the same keys."""
        return self.drug, self.not_taken, self.excuse


@pytest.fixture
def unit():
    return make.unit(name_latin="Poipet Post")


@pytest.fixture
def paper(unit) -> list[Paper]:
    """Mostly negative, as sheets are; two non-negative, and six not taken."""
    lines = [Paper(make.officer(unit)) for _ in range(LINES)]
    lines[40] = lines[40]._replace(specimen="0041", drug="methamphetamine")
    lines[120] = lines[120]._replace(specimen="0121", drug="mdma")
    for at, not_taken, excuse in (
        (10, "absent", "medical_leave"),
        (55, "absent", "approved_leave"),
        (90, "absent", "training_abroad"),
        (91, "absent", "approved_leave"),
        (150, "refused", ""),
        (199, "unable", ""),
    ):
        lines[at] = lines[at]._replace(not_taken=not_taken, excuse=excuse)
    return lines


def by_our_sheet(page: Any, paper: list[Paper], sheet: Any) -> int:
    """Number and Enter; + and the drug's key, and the specimen when asked; / and the key of what happened."""
    drugs, excuses = [*make.DRUGS], ["medical_leave", "approved_leave", "training_abroad"]
    with page.expect_response(lambda answer: answer.url.endswith("/officers/")):
        page.goto(reverse("sheet", args=[sheet.pk]))
    expect(page.locator("[name=number]")).to_be_focused()
    keys = Keys(page)
    for line in paper:
        keys.type(line.officer.service_number)
        if line.drug:
            keys.type(f"+{drugs.index(line.drug) + 1}")
            keys.press("Enter")
            keys.type(line.specimen)
        elif line.not_taken:
            keys.type(f"/{['refused', 'absent', 'unable'].index(line.not_taken) + 1}")
            if line.excuse:
                keys.type(str(excuses.index(line.excuse) + 1))
        keys.press("Enter")
    expect(page.locator("[data-total=lines]")).to_have_text(str(LINES), timeout=60_000)
    return keys.pressed


def by_plain_admin(page: Any, paper: list[Paper]) -> dict[tuple[str, str, str], int]:
    """The keys that a line of each kind takes: Enter opens the search box of the officer, the number finds
    him, Enter takes him; Tab goes on; a letter chooses in a list; Tab leads to the next line.
    """
    plain_admin.taken.clear()
    page.goto("/plain/officers/sheet/add/")
    first_of_kind = {line.kind: line for line in reversed(paper)}
    page.locator("#tests-0 .select2-selection").focus()
    counted = {}
    for at, (kind, line) in enumerate(first_of_kind.items()):
        keys = Keys(page)
        keys.press("Enter")
        expect(page.locator(".select2-search__field")).to_be_focused()
        keys.type(line.officer.service_number)
        found = page.locator(".select2-results__option--highlighted")
        expect(found).to_contain_text(line.officer.service_number)
        keys.press("Enter", "Tab")
        keys.type(line.specimen)
        keys.press("Tab")
        keys.type(line.drug)
        keys.press("Tab")
        keys.type(line.not_taken[:1])
        keys.press("Tab")
        keys.type(line.excuse[:1])
        keys.press("Tab")
        next_line = page.locator(f"#tests-{at + 1} .select2-selection")
        while not next_line.evaluate("box => box === document.activeElement"):
            keys.press("Tab")
        counted[kind] = keys.pressed
    shoot(page, "plain-admin")
    go(page.locator("[name=_save]"))
    expect(page.get_by_text("taken", exact=True)).to_be_visible()
    assert [
        (
            said["officer"],
            said["specimen_number"],
            said["non_negative_for"],
            said["not_taken"],
            said["excuse"],
        )
        for said in plain_admin.taken
    ] == [
        (line.officer, line.specimen, [line.drug] if line.drug else [], line.not_taken, line.excuse)
        for line in first_of_kind.values()
    ]
    return counted


def test_a_sheet_of_200_lines_takes_at_most_half_the_keys_of_a_plain_admin(
    browser_page, paper, unit, settings
):
    """Counted here over the whole sheet. In the plain admin each kind of line is really typed once, and its
    keys taken as often as the paper has such lines: they are always the same.
    """
    administrator = make.user(Role.ADMINISTRATOR, unit)
    sheet = make.sheet(administrator, unit)
    sign_in(browser_page, administrator)

    here = by_our_sheet(browser_page, paper, sheet)
    shoot(browser_page, "sheet-200")
    entered = DrugTest.objects.order_by("line").values_list(
        "officer_id", "specimen_number", "non_negative_for", "not_taken", "excuse"
    )
    assert list(entered) == [
        (line.officer.pk, line.specimen, [line.drug] if line.drug else [], line.not_taken, line.excuse)
        for line in paper
    ]

    for name, value in plain_admin.with_the_admin().items():
        setattr(settings, name, value)
    counted = by_plain_admin(browser_page, paper)
    plain = sum(counted[kind] * lines for kind, lines in Counter(line.kind for line in paper).items())

    print(f"keystrokes for {LINES} lines: {here} here, {plain} in a plain admin ({here / plain:.0%})")
    assert here <= plain / 2
