"""Files of rows: taken, a large one part by part, and undone as one act."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from foundation.jobs.hints import hint
from ledger import clock
from ledger.acting import act, record
from ledger.models import Event
from officers.actions import campaigns, drug_tests, laboratory_files, rosters, sheets
from officers.actions.imports.checking import TASK, draft, locked, of_the_clock
from officers.actions.imports.staging import CHUNK, count, good_chunks, judge, line_of, stated
from officers.actions.problems import needs_reason
from officers.lifecycles import advance
from officers.models import DrugTest, Import, ImportRow, Sheet


@act
def take(actor: Any, import_id: int, *, all_or_nothing: bool = False, version: int | None = None) -> Import:
    """Have the good rows of a checked file taken: soon, by the clock, in the name of the actor. Also of one stopped.

    :raises ValidationError: if nothing would change, the header misses something, or a row is bad and all
        were to be taken
    :raises Conflict: if it is being taken already, or the same file was
    """
    row = locked(actor, import_id, version)
    advance(row, "take", by=actor)
    if all_or_nothing and row.bad_rows:
        raise ValidationError(
            _("Rows of this file cannot be taken. Correct them, or take the good ones only.")
        )
    if row.good_rows == row.unchanged_rows:
        raise ValidationError(_("No row of this file would change anything."))
    if row.is_sheet:
        if any(problem["code"] == "another_unit" for problem in row.reading.get("problems", [])):
            raise ValidationError(_("The file names another unit than the one it was uploaded for."))
        draft(row)
    row.all_or_nothing = all_or_nothing
    row.problem = {}
    record(row, "import.taking", actor=actor, all_or_nothing=all_or_nothing)
    hint(TASK, file_id=row.pk)
    return row


@act
def stop(actor: Any, import_id: int, *, version: int | None = None) -> Import:
    """Stop a file that is being taken: what was taken of it stands, and it can be taken on or undone."""
    row = locked(actor, import_id, version)
    advance(row, "stop", by=actor)
    return record(row, "import.stopped", actor=actor, rows=row.taken_rows)


@act
def go_on(actor: Any, import_id: int) -> Import | None:
    """Take the next part of a file in the name of who asked for it, or all of it where it is to be all or nothing.

    For the clock, until the file is `TAKING` no more. None if another worker is at it at this moment, or it was
    stopped or is done. Each part is an act: what a killed worker leaves is whole, and the next one goes on.

    :raises ValidationError: if since the check no row is good any more, or one is bad and all were to be taken
    :raises PermissionDenied: if who asked for it may no longer
    """
    row = (
        Import.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("unit", "uploaded_by")
        .filter(pk=import_id, status=Import.Status.TAKING)
        .first()
    )
    if row is None:
        return None
    if row.is_sheet:
        return _finish(actor, row, _take_sheet)
    cause = _event(row, "import.taking")
    while (upto := _end_of_part(row)) is not None:
        rows = _take_part(row, upto, cause)
        row.taken_rows += rows
        row.taken_to = upto
        if not row.all_or_nothing and _end_of_part(row) is not None:
            advance(row, "go_on", by=actor)
            return record(row, "import.part_taken", actor=actor, cause=cause, rows=rows)
    return _finish(actor, row, None)


def _finish(actor: Any, row: Import, take_whole: Callable[[Import, int], None] | None) -> Import:
    advance(row, "finish", by=actor)
    cause = _event(row, "import.taking")
    if take_whole is not None:
        take_whole(row, cause)
    count(row)
    if row.all_or_nothing and row.bad_rows:
        raise ValidationError(_("Since the file was checked, a row of it has become impossible."))
    if row.is_sheet:
        row.taken_rows = row.good_rows
    if not row.taken_rows:
        raise ValidationError(
            _("Since the file was checked, every row of it has become impossible or needless.")
        )
    row.taken_at = clock.now()
    return record(row, "import.taken", actor=actor, cause=cause, rows=row.taken_rows, bad_rows=row.bad_rows)


def _end_of_part(row: Import) -> int | None:
    """Where the next part of a file ends, by rows or by the sheets that have so many rows; None at its end."""
    if row.kind == Import.Kind.ROSTER:
        # Every row of a roster has a place, bad ones too.
        return min(row.taken_to + CHUNK, row.rows) if row.taken_to < row.rows else None
    if row.kind == Import.Kind.LABORATORY:
        return laboratory_files.end_of_part(row, row.taken_to, CHUNK)
    total, upto = 0, None
    sheets = row.planned_sheets.filter(number__gt=row.taken_to).order_by("number")
    for number, rows in sheets.values_list("number", "rows")[:CHUNK]:
        if upto is not None and total + rows > CHUNK:
            break
        total, upto = total + rows, number
    return upto


def _take_part(row: Import, upto: int, cause: int) -> int:
    if row.kind == Import.Kind.CAMPAIGN:
        return campaigns.take(row.uploaded_by, row, after=row.taken_to, upto=upto, cause=cause)
    if row.kind == Import.Kind.LABORATORY:
        staged = laboratory_files.take(row.uploaded_by, row, after=row.taken_to, upto=upto, cause=cause)
        judge(staged)
        return sum(one.effect == ImportRow.Effect.NEW for one in staged)
    reason = f"{row.filename}, SHA-256 {row.sha256}"
    return rosters.take(row.uploaded_by, row, after=row.taken_to, upto=upto, reason=reason, cause=cause)


def _take_sheet(row: Import, cause: int) -> None:
    by = row.uploaded_by
    new = draft(row)
    sheet = sheets.open(
        by,
        unit_id=row.unit_id,
        administrator_id=new.administrator_id,
        cause=cause,
        **{name: getattr(new, name) for name in sheets.HEADER},
    )
    for staged in good_chunks(row):
        tests, problems = drug_tests.enter_all(by, sheet.pk, [line_of(one) for one in staged], cause=cause)
        for one, test, found in zip(staged, tests, problems, strict=True):
            one.target_id = test.pk if test else None
            one.problems = stated(found)
        judge(staged)
    row.sheet = sheet
    if not row.staged.bad().exists():
        sheets.send(by, sheet.pk)


@act
def recheck(actor: Any, import_id: int, *, problem: dict[str, str]) -> Import | None:
    """Put a file back that could not be taken, saying why in both languages; it is checked again. For the clock."""
    row = of_the_clock(import_id, None)
    if row.status != Import.Status.TAKING:
        return None
    advance(row, "recheck", by=actor)
    row.problem = problem
    row.taken_to = 0
    record(row, "import.refused", actor=actor, cause=_event(row, "import.taking"))
    hint(TASK, file_id=row.pk)
    return row


@act
def undo(actor: Any, import_id: int, *, reason: str, version: int | None = None) -> Import:
    """Undo what a file did, as one act, while nothing was built on it.

    :raises ValidationError: without a reason; if a line or an officer of the file was touched since
    """
    row = locked(actor, import_id, version)
    advance(row, "undo", by=actor)
    needs_reason(reason)
    events = _events(row)
    record(row, "import.undone", actor=actor, reason=reason)
    cause = row.last_event.id
    if not row.is_sheet:
        take_back = rosters.take_back if row.kind == Import.Kind.ROSTER else campaigns.take_back
        if events:
            take_back(actor, events, reason=reason, cause=cause)
        return row
    sheet = row.sheet
    if sheet is None:
        raise LookupError("a file of a sheet that was taken has one")
    standing = DrugTest.objects.standing().filter(sheet=sheet)
    if standing.exclude(pk__in=row.staged.filter(target_id__isnull=False).values("target_id")).exists():
        raise ValidationError(_("Lines were written on the sheet by hand; it cannot be undone as a whole."))
    if standing.exists():
        drug_tests.void_all(actor, sheet.pk, reason=reason, cause=cause)
    if sheet.status != Sheet.Status.VOID:
        sheets.void(actor, sheet.pk, reason=reason, cause=cause)
    return row


def _event(row: Import, verb: str) -> int:
    """The newest event of a kind about a file."""
    about = Event.objects.filter(subject_table=row._meta.db_table, subject_id=row.pk, verb=verb)
    return about.order_by("-pk").values_list("pk", flat=True)[0]


def _events(row: Import) -> list[int]:
    """What the uploader's acts wrote because the file was being taken, at any remove."""
    about = Event.objects.filter(subject_table=row._meta.db_table, subject_id=row.pk)
    following = set(about.filter(verb="import.taking").values_list("pk", flat=True))
    first, last = min(following), about.aggregate(last=Max("pk"))["last"]
    caused = Event.objects.filter(
        actor_id=row.uploaded_by_id, pk__gt=first, pk__lte=last, cause_id__isnull=False
    )
    found = []
    for pk, cause in caused.order_by("pk").values_list("pk", "cause_id"):
        if cause in following:
            following.add(pk)
            found.append(pk)
    return found
