"""A file of a laboratory: a row for each value, or for each specimen that is rejected."""

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from foundation.files import Row
from foundation.khmer import digits
from officers.actions import imports
from officers.actions import laboratory_files as actions
from officers.imports import words
from officers.models import AnalyteValue, Import, LaboratoryReport
from officers.reckoning.lines import Problem
from officers.reckoning.numbers import plain_specimen

_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
_MEASURED = ("creatinine", "specific_gravity", "ph", "nitrite")
_TEXTS = {"specimen_number": 30, "analyte": 60, "foreign_substance": 200, "certified_by": 120}


class Understanding:
    """Reads the rows of one file. Rows of the same specimen may stand anywhere in it."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        #: That of the specimen in the row read last; none for a row that names no specimen.
        self.sheet_number = 0
        self._choices = {
            "method": words.methods(),
            "stage": words.stages(),
            "flaw": words.flaws(),
            "result": words.lab_results(),
            "is_on_two_aliquots": words.yes_or_no(),
        }

    def of(self, row: Row) -> tuple[dict[str, Any] | None, list[Problem]]:
        """What a row says of its specimen, or why it says nothing. Only the row itself is looked at here."""
        number = plain_specimen(row.text("specimen_number"))
        self.sheet_number = self._places.setdefault(number, len(self._places) + 1) if number else 0
        if row.surplus:
            return None, [Problem("", "surplus")]
        said: dict[str, str] = {
            **{name: row.text(name) for name in ("analyte", "foreign_substance", "certified_by", "remarks")},
            "specimen_number": number,
        }
        problems = [] if number else [Problem("specimen_number", "missing")]
        problems += [
            Problem(name, "too_long", {"limit": limit})
            for name, limit in _TEXTS.items()
            if len(said[name]) > limit
        ]
        for name, vocabulary in self._choices.items():
            text = row.text(name)
            said[name] = (vocabulary.code(text) or "") if text else ""
            if text and not said[name]:
                about = {"value": text, "choices": vocabulary.named}
                problems.append(Problem(name, "unknown_choice", about))
        said["stage"] = said["stage"] or AnalyteValue.Stage.CONFIRMATORY.value
        for name in ("value", *_MEASURED):
            said[name], problem = _number(name, row.text(name))
            problems += [problem] if problem else []
        if bool(said["analyte"]) != bool(row.text("value")):
            problems.append(Problem("value" if said["analyte"] else "analyte", "stage_without_value"))
        return (None if problems else said), problems


def _number(name: str, entry: str) -> tuple[str, Problem | None]:
    text = digits(entry).strip()
    if not text:
        return "", None
    if not _NUMBER.fullmatch(text):
        return "", Problem(name, "not_a_number", {"value": entry})
    field: Any = (AnalyteValue if name == "value" else LaboratoryReport)._meta.get_field(name)
    number = Decimal(text).normalize()
    try:
        field.run_validators(number)
    except ValidationError:
        return "", Problem(name, "number_too_long", {"value": entry})
    return format(number, "f"), None


def judge(file: Import, reading: dict[str, Any]) -> None:
    """Judge the staged rows, specimen by specimen, as the acts will."""
    after, judged = 0, 0
    while (upto := actions.end_of_part(file, after, imports.CHUNK)) is not None:
        rows = actions.check(file, after=after, upto=upto)
        imports.judge(rows)
        judged += len(rows)
        imports.progressed(file.pk, judged=judged)
        after = upto
