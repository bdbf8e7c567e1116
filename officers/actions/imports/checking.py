"""Files of rows: uploaded, described, checked by the clock, cancelled."""

from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.files import Kept, Limits, drop, keep, shown_name
from foundation.jobs.hints import hint
from ledger import clock
from ledger.acting import act, record
from officers import rules
from officers.actions import sheets
from officers.actions.imports.staging import begin, count
from officers.lifecycles import advance
from officers.models import Import, Sheet, Unit, User

#: The task that reads files and takes them; what it is sent is only a hint.
TASK = "officers.tasks.read_file"
#: Where the files lie, under the folder of all files.
FOLDER = "imports"
#: What of a sheet's header may be written by hand; the drugs are the file's own columns.
GIVEN = (
    "site",
    "tested_on",
    "witness",
    "reason",
    "order_number",
    "kit_lot",
    "kit_expires_on",
    "administrator",
)
K = Import.Kind
S = Import.Status


@act
def upload(
    actor: Any, *, kind: str, unit_id: int, file: File | BinaryIO, filename: str, **given: Any
) -> Import:
    """Keep a file to be read. `given` are values of a sheet's header that the file does not say.

    :raises PermissionDenied: unless the actor could enter by hand what the file holds
    :raises ValidationError: for an empty or too large file, or one of a sheet that was taken already
    """
    unit = Unit.objects.visible_to(actor).lock(unit_id)
    if kind not in K.values:
        raise ValidationError({"kind": _("Say what the file holds.")})
    if not rules.uploads(actor, kind, unit):
        raise PermissionDenied(_("You may not upload this kind of file for this unit."))
    try:
        kept = keep(file, FOLDER, limit=Limits().size)
    except ValidationError as refusal:
        raise ValidationError({"file": refusal}) from None
    try:
        return _uploaded(actor, kind, unit, kept, filename, given)
    except BaseException:
        drop(FOLDER, kept.name)
        raise


def _uploaded(
    actor: Any, kind: str, unit: Unit, kept: Kept, filename: str, given: Mapping[str, Any]
) -> Import:
    row = Import(
        kind=kind,
        unit=unit,
        filename=shown_name(filename),
        stored_as=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        given=_given(given),
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    if kind != K.ROSTER and (earlier := taken_already(row)) is not None:
        raise ValidationError(
            {
                "file": ValidationError(
                    _("This very file was taken for this unit already, as import No. %(import)s."),
                    code="taken_already",
                    params={"import": earlier.pk},
                )
            }
        )
    record(row, "import.uploaded", actor=actor, sha256=kept.sha256, size=kept.size)
    hint(TASK, file_id=row.pk)
    return row


def taken_already(row: Import) -> Import | None:
    """The file of the same bytes that was taken, or is being taken, for the same unit."""
    return (
        Import.objects.filter(
            kind=row.kind, sha256=row.sha256, unit_id=row.unit_id, status__in=[S.TAKING, S.STOPPED, S.TAKEN]
        )
        .exclude(pk=row.pk)
        .order_by("pk")
        .first()
    )


def _given(header: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(header) - set(GIVEN):
        raise TypeError(f"not of a sheet's header: {sorted(unknown)}")
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in header.items()}
    return {name: value for name, value in plain.items() if value not in ("", None)}


@act
def describe(actor: Any, import_id: int, *, version: int | None = None, **header: Any) -> Import:
    """Write by hand what the header of the file's sheet says; its rows are checked again.

    :raises ValidationError: by field, if no sheet could have this header
    """
    row = locked(actor, import_id, version)
    advance(row, "describe", by=actor)
    if not row.is_of_tests:
        raise ValidationError(_("Only a sheet has a header."))
    row.given = {**row.given, **_given(header)}
    if row.is_sheet:
        draft(row)
    row.problem = {}
    record(row, "import.described", actor=actor, fields=sorted(header))
    hint(TASK, file_id=row.pk)
    return row


def draft(row: Import) -> Sheet:
    """The sheet that a file would make.

    :raises ValidationError: by field
    """
    header = row.header
    days = {
        name: date.fromisoformat(header[name]) for name in ("tested_on", "kit_expires_on") if name in header
    }
    values = {name: header.get(name, "") for name in sheets.HEADER} | dict.fromkeys(
        ("tested_on", "kit_expires_on")
    )
    return sheets.draft(
        row.uploaded_by,
        row.unit,
        administrator_id=header.get("administrator"),
        **{**values, **days, "drugs": header.get("drugs", [])},
    )


@act
def check(actor: Any, import_id: int, *, reading: dict[str, Any], version: int | None = None) -> Import:
    """Finish the checking of a file whose every staged row was judged. For the clock.

    :raises Conflict: if it was cancelled or described meanwhile
    """
    row = of_the_clock(import_id, version)
    advance(row, "check", by=actor)
    row.reading = reading
    count(row)
    return record(row, "import.checked", actor=actor, rows=row.rows, bad_rows=row.bad_rows)


@act
def give_up(actor: Any, import_id: int, *, problem: dict[str, str], version: int | None = None) -> Import:
    """Say of a file that it cannot be read, and why, in both languages. For the clock."""
    row = of_the_clock(import_id, version)
    advance(row, "give_up", by=actor)
    row.problem = problem
    begin(row.pk)
    return record(row, "import.given_up", actor=actor)


@act
def cancel(actor: Any, import_id: int, *, version: int | None = None) -> Import:
    """Give a file up before it was taken: what was read of it and the file itself are removed."""
    row = locked(actor, import_id, version)
    advance(row, "cancel", by=actor)
    record(row, "import.cancelled", actor=actor)
    begin(row.pk)
    transaction.on_commit(lambda: drop(FOLDER, row.stored_as))
    return row


def locked(actor: User, import_id: int, version: int | None) -> Import:
    rows = Import.objects.visible_to(actor).select_related("unit", "uploaded_by", "sheet")
    return rows.lock(import_id, version=version)


def of_the_clock(import_id: int, version: int | None) -> Import:
    return Import.objects.select_related("unit", "uploaded_by").lock(import_id, version=version)
