import ast
from pathlib import Path

import pytest
from django.utils import translation

from officers.actions import drug_tests, sheets
from officers.queries.timelines import VERBS, timeline
from tests import make

pytestmark = pytest.mark.django_db


def test_a_timeline_tells_who_did_what_and_what_it_changed():
    unit = make.unit()
    by = make.user(unit=unit, name_latin="Entering Hand")
    sheet = make.sheet(by, unit)
    wrong, right = make.officer(unit), make.officer(unit)
    test = make.test(by, sheet, wrong)
    drug_tests.correct(by, test.pk, make.line(right, remark="seen twice"), reason="The wrong officer.")

    with translation.override("en"):
        corrected, entered = timeline(test, by)
        names = f"{wrong} → {right}"

    assert (entered["title"], entered["by"], entered["rows"]) == ("Line entered", "Entering Hand", [])
    assert (corrected["title"], corrected["text"]) == ("Line corrected", "The wrong officer.")
    assert dict(corrected["rows"]) == {"Officer": names, "Remark": "– → seen twice"}


def test_a_timeline_says_choices_and_days_in_words():
    sheet = make.sheet()
    sheets.amend(
        sheet.administrator, sheet.pk, reason="promotion", drugs=["mdma"], kit_expires_on=sheet.tested_on
    )

    with translation.override("en"):
        rows = dict(timeline(sheet, sheet.administrator)[0]["rows"])

    assert rows["Reason for test"] == "Random selection → Promotion"
    assert rows["Drugs screened for"].endswith("→ MDMA (ecstasy)")
    assert "Kit expires on" in rows


def test_an_officer_out_of_sight_is_named_by_number_only():
    here, elsewhere = make.unit(), make.unit()
    by = make.user(unit=here)
    sheet = make.sheet(by, here)
    seconded, own = make.officer(elsewhere), make.officer(here)
    test = make.test(by, sheet, seconded)
    drug_tests.correct(by, test.pk, make.line(own), reason="The wrong officer.")

    rows = dict(timeline(test, by)[0]["rows"])

    assert seconded.name_latin not in str(rows)
    assert seconded.number in str(rows)


def test_every_verb_that_an_action_records_has_words():
    said = {
        node.value
        for file in Path("officers/actions").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.count(".") == 1
        and node.value.replace(".", "").replace("_", "").isalpha()
        and node.value.islower()
    }

    assert said - VERBS.keys() == set()
