"""A file that is a sheet of drug tests: its header and its rows, understood and judged."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from foundation.files import Row, Table
from foundation.files.rows import text_of
from foundation.khmer import digits, parse_date, search_key
from ledger import clock
from officers.actions import drug_tests, imports
from officers.imports import words
from officers.models import Import, ImportRow, Sheet, Unit, User
from officers.models.drug_tests import NotTaken
from officers.models.sheets import Drug
from officers.queries.administrators import administrators_of
from officers.reckoning.lines import Problem, stable_id
from officers.reckoning.numbers import plain_specimen, service_number

_KNOWN = 4096
LENGTHS = {"site": 200, "witness": 120, "order_number": 60, "kit_lot": 60}


def day(text: str | date) -> date:
    """:raises ValidationError: if it is none"""
    return parse_date(text, today=clock.today())


def header(table: Table, file: Import) -> tuple[dict[str, Any], list[Problem]]:
    """What the lines above the table and its columns say of the sheet, and what is wrong with that."""
    values: dict[str, Any] = {"drugs": [drug for drug in Drug.values if drug in table.columns]}
    problems: list[Problem] = []
    for name, entry in table.block.items():
        text = text_of(entry.value).strip()
        if not text:
            continue
        if name in ("tested_on", "kit_expires_on"):
            try:
                values[name] = day(entry.value if isinstance(entry.value, date) else text).isoformat()
            except ValidationError:
                problems.append(Problem(name, "not_a_date", {"value": text}))
        elif name == "unit":
            problems += _about_unit(text, file.unit)
        elif name == "administrator":
            if (user := _administrator(text, file.unit)) is not None:
                values[name] = user.pk
            else:
                problems.append(Problem(name, "administrator_unknown", {"value": text}))
        elif name == "reason":
            if code := words.reasons().code(text):
                values[name] = code
            else:
                named = words.reasons().named
                problems.append(Problem(name, "unknown_choice", {"value": text, "choices": named}))
        elif len(text) > LENGTHS[name]:
            problems.append(Problem(name, "too_long", {"limit": LENGTHS[name]}))
        else:
            is_number = name in ("order_number", "kit_lot") or digits(text).isdecimal()
            values[name] = digits(text) if is_number else text
    if "administrator" not in values and "administrator" not in table.block:
        values["administrator"] = file.uploaded_by_id
    return values, problems


def _about_unit(text: str, unit: Unit) -> list[Problem]:
    """A file for one unit that names another was uploaded by mistake; a name nobody knows says nothing."""
    code = digits(text).split(" · ")[0].strip()
    named = list(
        Unit.objects.filter(code__iexact=code) | Unit.objects.filter(admin_code=code).exclude(admin_code="")
    )
    if not named or unit in named:
        return []
    return [Problem("unit", "another_unit", {"value": f"{text} ({named[0]})"})]


def _administrator(text: str, unit: Unit) -> User | None:
    """The administrator of the unit whom a number, a user name or a name means, if it is one alone."""
    number, stable, key = service_number(text), stable_id(digits(text)), search_key(text)
    found = [
        user
        for user in administrators_of(unit)
        if (user.officer and user.officer.service_number == number)
        or (stable is not None and user.officer_id == stable)
        or key in (search_key(user.username), search_key(user.name_km), search_key(user.name_latin))
    ]
    return found[0] if len(found) == 1 else None


class Understanding:
    """Reads the rows of one file. Most lines of a sheet say the same of the test, so that is understood once."""

    def __init__(self, columns: Iterable[str]) -> None:
        self._drugs = [name for name in columns if name in words.DRUGS]
        self._known: dict[tuple[str, ...], tuple[dict[str, Any], list[Problem]]] = {}

    def of(self, row: Row) -> tuple[dict[str, Any] | None, list[Problem]]:
        """The line that a row says, or why it says none. Only what the row itself shows is judged here."""
        if row.surplus:
            return None, [Problem("", "surplus")]
        said, problems = self.line(row)
        said["tested_on"] = ""
        if written := row.text("tested_on"):
            try:
                cell = row.cells["tested_on"]
                said["tested_on"] = day(cell if isinstance(cell, date) else written).isoformat()
            except ValidationError:
                problems.append(Problem("tested_on", "not_a_date", {"value": written}))
        return (None if problems else said), problems

    def line(self, row: Row) -> tuple[dict[str, Any], list[Problem]]:
        """What a row says of the officer and of the test."""
        key = (row.text("not_taken"), row.text("excuse"), *(row.text(drug) for drug in self._drugs))
        if key not in self._known:
            if len(self._known) > _KNOWN:
                self._known.clear()
            self._known[key] = self._test(*key)
        test, problems = self._known[key]
        return {
            "number": digits(row.text("number")).strip(),
            "name": row.text("name"),
            "specimen_number": plain_specimen(row.text("specimen_number")),
            "remark": row.text("remark"),
            **test,
        }, list(problems)

    def _test(self, written: str, excuse: str, *entries: str) -> tuple[dict[str, Any], list[Problem]]:
        problems: list[Problem] = []
        found: dict[str, list[str]] = {words.NON_NEGATIVE: [], words.INVALID: [], words.NEGATIVE: []}
        blank = []
        for drug, text in zip(self._drugs, entries, strict=True):
            if not text:
                blank.append(drug)
            elif code := words.results().code(text):
                found[code].append(drug)
            else:
                problems.append(_unknown(drug, text, words.results()))
        said: dict[str, Any] = {
            "not_taken": "",
            "excuse": "",
            "non_negative_for": found[words.NON_NEGATIVE],
            "invalid_for": found[words.INVALID],
        }
        results = sum(map(len, found.values()))
        code = words.not_taken().code(written) if written else (words.TAKEN if results else None)
        if code is None and not written and not problems:
            problems.append(Problem("not_taken", "missing"))
        elif code is None and written:
            problems.append(_unknown("not_taken", written, words.not_taken()))
        elif code in NotTaken.values:
            said["not_taken"] = code
            if results:
                problems.append(Problem("not_taken", "not_taken_but_screened"))
        if excuse:
            said["excuse"] = words.excuses().code(excuse) or ""
            if not said["excuse"]:
                problems.append(_unknown("excuse", excuse, words.excuses()))
        if code == words.TAKEN:
            if not results and blank and not problems:
                problems.append(Problem("not_taken", "no_result"))
            elif results:
                problems += [Problem(drug, "missing") for drug in blank]
        return said, problems


def _unknown(field: str, text: str, vocabulary: words.Vocabulary) -> Problem:
    return Problem(field, "unknown_choice", {"value": text, "choices": vocabulary.named})


def judge(file: Import, reading: dict[str, Any]) -> None:
    """Judge the staged rows, by the roll, by other tests and by each other, as the sheet's act will."""
    rows = list(file.staged.order_by("line"))
    days = {row.pk: row.said["tested_on"] for row in rows if row.said is not None and not row.problems}
    values = reading["header"]
    if "tested_on" not in {**values, **file.given} and (written := Counter(filter(None, days.values()))):
        values["tested_on"] = written.most_common(1)[0][0]
    on = {**values, **file.given}.get("tested_on", "")
    for row in rows:
        if on and days.get(row.pk) not in (None, "", on):
            params = {"value": _shown(days[row.pk]), "other": _shown(on)}
            other = Problem("tested_on", "another_day", params)
            row.problems = imports.stated([other])
    sheet = Sheet(
        unit=file.unit,
        administrator=_supposed_administrator(file, {**values, **file.given}.get("administrator")),
        drugs=values["drugs"],
    )
    good = [row for row in rows if row.said is not None and not row.problems]
    lines_of_file = {row.place: row.line for row in good}
    found = drug_tests.check_all(file.uploaded_by, sheet, [imports.line_of(row) for row in good])
    for row, problems in zip(good, found, strict=True):
        for problem in problems:
            if "other" in problem.params:
                problem.params["other"] = lines_of_file.get(problem.params["other"], "–")
        row.problems = imports.stated(problems)
        row.effect = ImportRow.Effect.NEW if not problems else ""
    imports.judge(rows)
    imports.progressed(file.pk, judged=len(rows))


def _shown(written: str) -> str:
    return f"{date.fromisoformat(written):%d/%m/%Y}"


def _supposed_administrator(file: Import, user_id: int | None) -> User:
    if user_id is None or user_id == file.uploaded_by_id:
        return file.uploaded_by
    return administrators_of(file.unit).filter(pk=user_id).first() or file.uploaded_by
