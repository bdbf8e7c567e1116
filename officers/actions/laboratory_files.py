"""A laboratory's file: the rows of each specimen made one report, by the same acts as by hand."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404
from django.utils.translation import override

from ledger.conflict import Conflict
from officers import rules
from officers.actions import findings, laboratory
from officers.actions.problems import REFUSED
from officers.models import Import, ImportRow, LaboratoryReport, Specimen
from officers.models.laboratory import LabResult
from officers.models.specimens import Bottle
from officers.reckoning.lines import Problem
from officers.reckoning.panels import Validity

#: What is said of a specimen as a whole, in any of its rows, and in none of them otherwise.
OF_SPECIMEN = (
    "method",
    "creatinine",
    "specific_gravity",
    "ph",
    "nitrite",
    "foreign_substance",
    "is_on_two_aliquots",
    "certified_by",
    "flaw",
    "remarks",
    "result",
)
_MEASURED = ("creatinine", "specific_gravity", "ph", "nitrite")
E = ImportRow.Effect


def end_of_part(file: Import, after: int, size: int) -> int | None:
    """The last specimen of a part with about so many rows; None where none is left."""
    total, upto = 0, None
    counted = (
        file.staged.filter(sheet_number__gt=after)
        .values("sheet_number")
        .annotate(rows=Count("pk"))
        .order_by("sheet_number")
    )
    for number, rows in counted.values_list("sheet_number", "rows")[:size]:
        if upto is not None and total + rows > size:
            break
        total, upto = total + rows, number
    return upto


def check(file: Import, *, after: int, upto: int) -> list[ImportRow]:
    """In memory, what would become of staged rows: a specimen is reported by all its rows, or not at all."""
    return [row for group in _Judge(file, after, upto).groups() for row in group.rows]


def take(actor: Any, file: Import, *, after: int, upto: int, cause: int) -> list[ImportRow]:
    """Report a part of a file's specimens, each by an act of its own inside this one; what was reported counts as new.

    The rows are looked at once more: what has become impossible since the file was checked is left out, with why.
    """
    rows: list[ImportRow] = []
    for group in _Judge(file, after, upto).groups():
        rows += group.rows
        if not group.is_new:
            continue
        try:
            made = group.report(actor, cause)
        except (ValidationError, PermissionDenied, Http404, Conflict):
            group.refuse([(group.rows[0], Problem("specimen_number", "not_possible_now"))])
        else:
            for row in group.rows:
                row.target_id = made.pk
    return rows


class _Group:
    """The rows of one specimen, and what they say together."""

    def __init__(self, rows: list[ImportRow]) -> None:
        self.rows = rows
        self.specimen: Specimen | None = None
        self.found: findings.Found | None = None
        self.flaw = ""

    @property
    def is_new(self) -> bool:
        return self.rows[0].effect == E.NEW and not self.rows[0].problems

    def refuse(self, problems: Sequence[tuple[ImportRow, Problem]]) -> None:
        """Leave all rows out: those with a problem for theirs, the others for the first of these."""
        for row, problem in problems:
            row.problems = [
                *row.problems,
                {"field": problem.field, "code": problem.code, "params": problem.params},
            ]
        first = next(row.line for row in self.rows if row.problems)
        for row in self.rows:
            row.effect, row.target_id, row.changes = "", None, {}
            if not row.problems:
                row.problems = [{"field": "", "code": "other_row", "params": {"other": first}}]

    def accept(self, result: str, same: LaboratoryReport | None) -> None:
        for row in self.rows:
            row.effect = E.SAME if same else E.NEW
            row.target_id = same.pk if same else None
            row.changes = {"result": result}

    def understand(self) -> list[tuple[ImportRow, Problem]]:
        """Put the rows together, or say what contradicts what."""
        problems: list[tuple[ImportRow, Problem]] = []
        whole: dict[str, tuple[str, int]] = {}
        seen: dict[tuple[str, str], int] = {}
        initial: list[tuple[str, Decimal]] = []
        values: list[tuple[str, Decimal]] = []
        for row in self.rows:
            said: dict[str, str] = row.said or {}
            for name in OF_SPECIMEN:
                if not said[name]:
                    continue
                kept, line = whole.setdefault(name, (said[name], row.line))
                if kept != said[name]:
                    problems.append((row, Problem(name, "differs_in_specimen", {"other": line})))
            if not said["analyte"]:
                continue
            key = (said["stage"], said["analyte"].casefold())
            if key in seen:
                about = {"value": said["analyte"], "other": seen[key]}
                problems.append((row, Problem("analyte", "analyte_twice", about)))
            seen.setdefault(key, row.line)
            of_stage = initial if said["stage"] == findings.Stage.INITIAL else values
            of_stage.append((said["analyte"], Decimal(said["value"])))
        about_all = {name: said for name, (said, _line) in whole.items()}
        self.flaw = about_all.get("flaw", "")
        if self.flaw and (initial or values):
            problems.append((self.rows[0], Problem("flaw", "flaw_with_values")))
        if "certified_by" not in about_all:
            problems.append((self.rows[0], Problem("certified_by", "missing")))
        measured = {name: Decimal(about_all[name]) for name in _MEASURED if name in about_all}
        self.found = findings.Found(
            about_all.get("certified_by", ""),
            method=about_all.get("method", ""),
            initial=initial,
            values=values,
            validity=Validity(**measured, foreign_substance=about_all.get("foreign_substance", "")),
            is_on_two_aliquots=about_all.get("is_on_two_aliquots") == "yes",
            remarks=about_all.get("remarks", ""),
            result=about_all.get("result", ""),
        )
        return problems

    def report(self, actor: Any, cause: int) -> LaboratoryReport:
        if self.specimen is None or self.found is None:
            raise LookupError("a specimen is new only when it was found and its rows understood")
        if self.flaw:
            return laboratory.reject(
                actor,
                self.specimen.pk,
                flaw=self.flaw,
                certified_by=self.found.certified_by,
                remarks=self.found.remarks,
                cause=cause,
            )
        return laboratory.report(actor, self.specimen.pk, self.found, cause=cause)


class _Judge:
    """Judges a part of a file, beside the laboratory's specimens and what was reported on them."""

    def __init__(self, file: Import, after: int, upto: int) -> None:
        self._by = file.uploaded_by
        of_part = file.staged.filter(sheet_number__gt=after, sheet_number__lte=upto)
        self._rows = list(of_part.order_by("sheet_number", "place"))
        numbers = {row.said["specimen_number"] for row in self._rows if row.said}
        self._specimens = {
            one.number: one
            for one in Specimen.objects.of_laboratory(self._by)
            .filter(number__in=numbers, laboratory__path__startswith=file.unit.path)
            .exclude(status=Specimen.Status.WITHDRAWN)
            .select_related("laboratory", "second_laboratory", "test__sheet__unit", "test__officer__unit")
        }
        reports = LaboratoryReport.objects.filter(
            bottle=Bottle.A, specimen__in=[one.pk for one in self._specimens.values()]
        )
        self._reports = {
            one.specimen_id: one for one in reports.order_by("number").prefetch_related("values")
        }
        self._rulings: dict[Any, findings.Ruling] = {}

    def groups(self) -> Iterator[_Group]:
        for _number, rows in groupby(self._rows, key=lambda row: row.sheet_number):
            group = _Group(list(rows))
            self._judge(group)
            yield group

    def _judge(self, group: _Group) -> None:
        first = group.rows[0]
        if any(row.problems for row in group.rows):
            group.refuse([])
            return
        if (problem := self._of_specimen(group)) is not None:
            group.refuse([(first, problem)])
            return
        if problems := group.understand():
            group.refuse(problems)
            return
        specimen, found = group.specimen, group.found
        if specimen is None or found is None:
            raise LookupError("what has no problem has both")
        if group.flaw:
            result = LabResult.REJECTED.value
        else:
            try:
                result = self._result(specimen, found)
            except ValidationError:
                group.refuse([(first, problem) for problem in self._refusals(specimen, found)])
                return
        earlier = self._reports.get(specimen.pk)
        if earlier is None:
            group.accept(result, None)
        elif _same(earlier, found, result, group.flaw):
            group.accept(result, earlier)
        else:
            about = {"value": specimen.number}
            group.refuse([(first, Problem("specimen_number", "laboratory_reported_otherwise", about))])

    def _of_specimen(self, group: _Group) -> Problem | None:
        said: dict[str, str] = group.rows[0].said or {}
        number = said["specimen_number"]
        specimen = group.specimen = self._specimens.get(number)
        code = ""
        if specimen is None:
            code = "laboratory_specimen_unknown"
        elif not rules.works_at_laboratory(self._by, specimen):
            code = "laboratory_specimen_not_yours"
        elif any(row.said and row.said["flaw"] for row in group.rows):
            pass  # a flaw may be seen before the specimen is received
        elif specimen.status == Specimen.Status.IN_CUSTODY:
            code = "laboratory_specimen_on_its_way"
        elif specimen.status == Specimen.Status.REJECTED:
            code = "laboratory_specimen_rejected"
        return Problem("specimen_number", code, {"value": number}) if code else None

    def _result(self, specimen: Specimen, found: findings.Found) -> str:
        """:raises ValidationError: by field, as the act would"""
        key = (specimen.panel, specimen.kind, specimen.collected_on, specimen.received_at)
        if key not in self._rulings:
            self._rulings[key] = findings.rules_on(specimen)
        result, _details, _rows = findings.judge(specimen, found, self._rulings[key])
        findings.agree(found, result)
        return result

    def _refusals(self, specimen: Specimen, found: findings.Found) -> list[Problem]:
        """Why the act would refuse this, in both languages, under the columns it speaks of."""
        said: dict[str, dict[str, str]] = {}
        for language in ("km", "en"):
            with override(language):
                try:
                    self._result(specimen, found)
                except ValidationError as refusal:
                    named = refusal.message_dict if hasattr(refusal, "error_dict") else {"": refusal.messages}
                    for name, messages in named.items():
                        said.setdefault(name, {})[language] = " ".join(messages)
        return [Problem(_COLUMNS.get(name, name), REFUSED, texts) for name, texts in said.items()]


_COLUMNS = {"values": "analyte", "initial": "analyte"}


def _same(report: LaboratoryReport, found: findings.Found, result: str, flaw: str) -> bool:
    """Whether a report says the same, so that a file that says it again changes nothing."""
    if (report.result, report.flaw, report.certified_by) != (result, flaw, found.certified_by.strip()):
        return False
    if flaw:
        return True
    validity = found.validity
    said = {
        (stage, name.strip().casefold(), value)
        for stage, values in (
            (findings.Stage.INITIAL, found.initial),
            (findings.Stage.CONFIRMATORY, found.values),
        )
        for name, value in values
    }
    kept = {(one.stage, one.analyte.casefold(), one.value) for one in report.values.all()}
    return (
        said == kept
        and report.method == found.method
        and report.foreign_substance == validity.foreign_substance
        and all(getattr(report, name) == getattr(validity, name) for name in _MEASURED)
    )
