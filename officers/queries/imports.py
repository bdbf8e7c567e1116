"""What a file says and does, in words: for its page, its list of problems and the API."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import override

from foundation.khmer import parse_date
from ledger import clock
from officers.actions.problems import sentence
from officers.models import DrugTest, Import, ImportRow, Officer, Posting, Sheet
from officers.models.drug_tests import Excuse, NotTaken
from officers.models.sheets import Drug
from officers.queries.settings import rank_names
from officers.reckoning.lines import Line, Problem, status_of


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
    """How far a worker has come: rows read, and of these judged. Reading ends before judging begins."""
    staged = ImportRow.objects.filter(file=file)
    return {"read": staged.count(), "judged": staged.filter(judged=True).count()}


def outcome(row: ImportRow) -> str:
    """What a line of a sheet says of the test."""
    said_of_line = {**(row.said or {})}
    said_of_line.pop("tested_on", None)
    line = Line(**said_of_line)
    if line.not_taken:
        text = str(NotTaken(line.not_taken).label)
        return f"{text}: {Excuse(line.excuse).label}" if line.excuse else text
    findings = [str(Drug(code).label) for code in [*line.non_negative_for, *line.invalid_for]]
    status = str(DrugTest.Status(status_of(line)).label)
    return f"{status}: {', '.join(findings)}" if findings else status


class Changes:
    """What a row of a roster would change, field by field, in the reader's words."""

    def __init__(self) -> None:
        self._ranks = rank_names()

    def of(self, row: ImportRow) -> list[tuple[str, str, str]]:
        """Each field's name with its old and its new value."""
        return [
            (self._label(name), self._words(name, old), self._words(name, new))
            for name, (old, new) in row.changes.items()
        ]

    def _label(self, name: str) -> str:
        model = Posting if name == "title" else Officer
        return capfirst(str(model._meta.get_field(name).verbose_name))

    def _words(self, name: str, value: Any) -> str:
        if name == "rank":
            return self._ranks.get(value, value)
        if name == "sex":
            return str(dict(Officer.Sex.choices).get(value, value))
        return str(value) if value != "" else "–"


def header_rows(file: Import) -> list[tuple[Any, Any]]:
    """The header of the sheet a file makes, as label and value, where the value is known."""
    header = file.header
    rows: list[tuple[Any, Any]] = []
    for name in (
        "site",
        "tested_on",
        "administrator",
        "witness",
        "reason",
        "order_number",
        "kit_lot",
        "kit_expires_on",
        "drugs",
    ):
        field = Sheet._meta.get_field(name)
        value: Any = header.get(name, "")
        if value and name in ("tested_on", "kit_expires_on"):
            value = parse_date(value, today=clock.today())
        elif value and name == "administrator":
            value = field.related_model.objects.filter(pk=value).first()  # type: ignore[union-attr]
        elif value and name == "reason":
            value = dict(field.choices).get(value, value)
        elif name == "drugs":
            value = ", ".join(str(Drug(code).label) for code in value)
        rows.append((capfirst(str(field.verbose_name)), value))
    return rows
