"""Files of rows: taken as one act, and undone as one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from foundation.jobs.hints import hint
from ledger import clock
from ledger.acting import act, record
from ledger.models import Event
from officers.actions import drug_tests, rosters, sheets
from officers.actions.imports.checking import TASK, draft, locked, of_the_clock
from officers.actions.imports.staging import count, good_chunks, judge, line_of, officer_of, stated
from officers.actions.problems import needs_reason
from officers.lifecycles import advance
from officers.models import DrugTest, Import, Sheet


@act
def take(actor: Any, import_id: int, *, all_or_nothing: bool = False, version: int | None = None) -> Import:
    """Have the good rows of a checked file taken: soon, by the clock, in the name of the actor.

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
    if row.kind == Import.Kind.SHEET:
        if any(problem["code"] == "another_unit" for problem in row.reading.get("problems", [])):
            raise ValidationError(_("The file names another unit than the one it was uploaded for."))
        draft(row)
    row.all_or_nothing = all_or_nothing
    row.problem = {}
    record(row, "import.taking", actor=actor, all_or_nothing=all_or_nothing)
    hint(TASK, file_id=row.pk)
    return row


@act
def finish(actor: Any, import_id: int) -> Import | None:
    """Take the rows of a file in the name of who asked for it, as one act: all of it happens, or nothing.

    For the clock. None if another worker does it at this moment or has done it.

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
    advance(row, "finish", by=actor)
    cause = _event(row, "import.taking")
    if row.kind == Import.Kind.SHEET:
        _take_sheet(row, cause)
    else:
        _take_roster(row, cause)
    count(row)
    if row.all_or_nothing and row.bad_rows:
        raise ValidationError(_("Since the file was checked, a row of it has become impossible."))
    if row.good_rows == row.unchanged_rows:
        raise ValidationError(
            _("Since the file was checked, every row of it has become impossible or needless.")
        )
    row.taken_at = clock.now()
    return record(row, "import.taken", actor=actor, cause=cause, rows=row.good_rows, bad_rows=row.bad_rows)


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


def _take_roster(row: Import, cause: int) -> None:
    reason = f"{row.filename}, SHA-256 {row.sha256}"
    for staged in good_chunks(row):
        rows = [officer_of(one) for one in staged]
        findings = rosters.take(row.uploaded_by, row.unit_id, rows, reason=reason, cause=cause)
        for one, finding in zip(staged, findings, strict=True):
            one.effect = finding.effect
            one.problems = stated(finding.problems)
            one.changes = finding.changes
            one.target_id = finding.officer.pk if finding.officer and not finding.problems else None
        judge(staged)


@act
def recheck(actor: Any, import_id: int, *, problem: dict[str, str]) -> Import | None:
    """Put a file back that could not be taken, saying why in both languages; it is checked again. For the clock."""
    row = of_the_clock(import_id, None)
    if row.status != Import.Status.TAKING:
        return None
    advance(row, "recheck", by=actor)
    row.problem = problem
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
    if row.kind == Import.Kind.ROSTER:
        rosters.take_back(actor, events, reason=reason, cause=cause)
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
    """What followed, at any remove, from the file's being taken."""
    begun, done = _event(row, "import.taking"), _event(row, "import.taken")
    following = {begun}
    of_actor = Event.objects.filter(actor_id=row.uploaded_by_id, pk__gt=begun, pk__lt=done)
    for pk, cause in of_actor.order_by("pk").values_list("pk", "cause_id"):
        if cause in following:
            following.add(pk)
    return sorted(following)
