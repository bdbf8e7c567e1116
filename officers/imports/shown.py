"""What a file says and does, in words: for its page, its list of problems and the API."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import override

from foundation.khmer import parse_date
from ledger import clock
from officers.actions.problems import sentence
from officers.models import (
    AnalyteValue,
    DrugTest,
    Import,
    ImportProgress,
    ImportRow,
    Officer,
    PlannedSheet,
    Posting,
    Sheet,
    Unit,
    User,
)
from officers.models.drug_tests import Excuse, NotTaken
from officers.models.laboratory import LabResult
from officers.models.sheets import Drug, TestReason
from officers.queries.settings import rank_names
from officers.reckoning.lines import Line, Problem, status_of

_OF_LINE = {field.name for field in fields(Line)} - {"entry_key", "place"}


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken: the column where it shows, what stands there, the reason in words."""

    line: int
    column: str
    title: str
    value: str
    field: str
    code: str
    reason: str


def faults(file: Import, rows: Iterable[ImportRow]) -> Iterator[Fault]:
    """What is wrong with each row, in the reader's language."""
    columns = file.reading.get("columns", {})
    for row in rows:
        for problem in row.problems:
            letter, title = columns.get(problem["field"], ["", ""])
            yield Fault(
                line=row.line,
                column=letter,
                title=" ".join(title.split()),
                value=row.cells.get(problem["field"], ""),
                field=problem["field"],
                code=problem["code"],
                reason=said(problem),
            )


def said(problem: dict[str, Any]) -> str:
    """A kept problem as a sentence in the reader's language."""
    return sentence(Problem(**problem))


def faults_in_both(file: Import) -> Iterator[list[Any]]:
    """Line, column, its title, what stands there, the reason in Khmer and in English; for a table of them."""
    for row in file.staged.bad().order_by("line").iterator(1000):
        with override("km"):
            khmer = [fault.reason for fault in faults(file, [row])]
        with override("en"):
            english = list(faults(file, [row]))
        for fault, in_khmer in zip(english, khmer, strict=True):
            yield [fault.line, fault.column, fault.title, fault.value, in_khmer, fault.reason]


def header_problems(file: Import) -> list[tuple[str, str]]:
    """What is wrong with the lines above the table: where it stands, and the reason in words."""
    block = file.reading.get("block", {})
    return [
        (block.get(problem["field"], ["", ""])[0], said(problem))
        for problem in file.reading.get("problems", [])
    ]


def counts(file: Import) -> dict[str, int]:
    """How many rows are bad, new, changed and needless."""
    good = file.staged.good()
    Effect = ImportRow.Effect
    return {
        "bad": file.staged.bad().count(),
        "new": good.filter(effect=Effect.NEW).count(),
        "changed": good.filter(effect=Effect.CHANGED).count(),
        "same": good.filter(effect=Effect.SAME).count(),
    }


def progress(file: Import) -> dict[str, int]:
    """How far a worker has come: rows read, of these judged (when all are read), and rows taken."""
    known = ImportProgress.objects.filter(file=file).first()
    return {
        "read": known.read if known else 0,
        "judged": known.judged if known else 0,
        "taken": file.taken_rows,
    }


def outcome(row: ImportRow) -> str:
    """What a line of a sheet says of the test."""
    said: dict[str, Any] = row.said or {}
    line = Line(**{name: value for name, value in said.items() if name in _OF_LINE})
    if line.not_taken:
        text = str(NotTaken(line.not_taken).label)
        return f"{text}: {Excuse(line.excuse).label}" if line.excuse else text
    findings = [str(Drug(code).label) for code in [*line.non_negative_for, *line.invalid_for]]
    status = str(DrugTest.Status(status_of(line)).label)
    return f"{status}: {', '.join(findings)}" if findings else status


def finding(row: ImportRow) -> str:
    """What a laboratory's row says, and what result its specimen has by all its rows."""
    said: dict[str, str] = row.said or {}
    result = str(dict(LabResult.choices).get(row.changes.get("result"), ""))
    if not said.get("analyte"):
        return result
    stage = f" ({AnalyteValue.Stage.INITIAL.label})" if said["stage"] == AnalyteValue.Stage.INITIAL else ""
    return f"{said['analyte']}{stage} {said['value']} · {result}"


def planned(sheets: Iterable[PlannedSheet]) -> list[dict[str, Any]]:
    """The sheets a campaign's file makes: unit, site, day, rows, and the sheet where it was opened."""
    sheets = list(sheets)
    units = Unit.objects.in_bulk([one.header["unit"] for one in sheets])
    return [
        {
            "number": one.number,
            "unit": units[one.header["unit"]],
            "site": one.header["site"],
            "day": date.fromisoformat(one.header["tested_on"]),
            "kit_lot": one.header["kit_lot"],
            "rows": one.rows,
            "sheet": one.sheet,
        }
        for one in sheets
    ]


def to_be_corrected(file: Import) -> tuple[list[str], Iterator[list[Any]]]:
    """The bad rows under the file's own titles, with why in both languages behind: corrected, it can be uploaded."""
    known = file.reading.get("columns", {})
    columns = sorted(known, key=lambda name: (len(known[name][0]), known[name][0]))
    header = [" ".join(known[name][1].split()) for name in columns]

    def rows() -> Iterator[list[Any]]:
        for row in file.staged.bad().order_by("line").iterator(1000):
            why = []
            for language in ("km", "en"):
                with override(language):
                    why.append(" ".join(fault.reason for fault in faults(file, [row])))
            yield [*(row.cells.get(name, "") for name in columns), *why]

    return [*header, "មូលហេតុដែលមិនអាចទទួលបាន", "Why it cannot be taken"], rows()


class Changes:
    """What a row of a roster would change, field by field, in the reader's words."""

    def __init__(self) -> None:
        self._ranks = rank_names()

    def of(self, row: ImportRow) -> list[tuple[str, str, str]]:
        """Each field's name with its old and its new value."""
        return [
            (
                _label(Posting if name == "title" else Officer, name),
                self._words(name, old),
                self._words(name, new),
            )
            for name, (old, new) in row.changes.items()
        ]

    def _words(self, name: str, value: Any) -> str:
        if name == "rank":
            return self._ranks.get(value, value)
        if name == "sex":
            return str(dict(Officer.Sex.choices).get(value, value))
        return str(value) if value != "" else "–"


def header_rows(file: Import) -> list[tuple[str, Any]]:
    """The header of the sheet a file makes, as label and value, where the value is known."""
    header = file.header
    days = {
        name: parse_date(header[name], today=clock.today()) if name in header else ""
        for name in ("tested_on", "kit_expires_on")
    }
    administrator = User.objects.filter(pk=header.get("administrator")).first()
    return [
        (_label(Sheet, "site"), header.get("site", "")),
        (_label(Sheet, "tested_on"), days["tested_on"]),
        (_label(Sheet, "administrator"), administrator or ""),
        (_label(Sheet, "witness"), header.get("witness", "")),
        (_label(Sheet, "reason"), dict(TestReason.choices).get(header.get("reason", ""), "")),
        (_label(Sheet, "order_number"), header.get("order_number", "")),
        (_label(Sheet, "kit_lot"), header.get("kit_lot", "")),
        (_label(Sheet, "kit_expires_on"), days["kit_expires_on"]),
        (_label(Sheet, "drugs"), ", ".join(str(Drug(code).label) for code in header.get("drugs", []))),
    ]


def _label(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return capfirst(str(field.verbose_name))
