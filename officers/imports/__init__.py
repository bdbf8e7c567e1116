"""A file's rows into the same actions as by hand: read and checked by a worker, then taken by one."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import batched
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.files import Limits, Table, kept_path, read_table
from foundation.jobs.runs import attempt
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.actions import imports
from officers.imports import rosters, sheets, words
from officers.models import Import, ImportRow

#: A worker is killed after this; a file of the largest size takes a fraction of it.
HARD_LIMIT = timedelta(minutes=10)
#: A file at which workers die or fail this often would occupy one for ever.
ATTEMPTS = 5
#: A sheet is judged as a whole, for a line can repeat any other; a campaign is many sheets.
SHEET_LIMITS = Limits(rows=5_000)
ROSTER_LIMITS = Limits()

_FAILED = _("The file could not be read here. Tell the system administrator its number, %(number)s.")
_NOT_TAKEN = _("The file could not be taken here. Tell the system administrator its number, %(number)s.")


def proceed(file_id: int) -> bool | None:
    """Do what waits to be done with a file, unless another worker does it; say whether it succeeded."""
    file = Import.objects.select_related("unit", "uploaded_by").filter(pk=file_id).first()
    if file is None or file.status not in (Import.Status.CHECKING, Import.Status.TAKING):
        return None
    work = _check if file.status == Import.Status.CHECKING else _take
    with translation.override(file.uploaded_by.language):
        return attempt(
            imports.TASK, f"{file.pk}/{file.version}", lambda n: work(file, n), hard_limit=HARD_LIMIT
        )


def _check(file: Import, number: int) -> None:
    """Read and judge a file from its beginning; nothing of an attempt that died is used."""
    if number > ATTEMPTS:
        imports.give_up(CLOCK, file.pk, problem=_both(_FAILED, file), version=file.version)
        return
    imports.begin(file.pk)
    try:
        reading = _read(file)
    except ValidationError as refusal:
        imports.give_up(CLOCK, file.pk, problem=said_in_both(refusal), version=file.version)
        return
    judge = sheets.judge if file.kind == Import.Kind.SHEET else rosters.judge
    judge(file, reading)
    try:
        imports.check(CLOCK, file.pk, reading=reading, version=file.version)
    except Conflict:
        imports.begin(file.pk)  # cancelled meanwhile: nobody will ask for the rows


def _read(file: Import) -> dict[str, Any]:
    """Stage every row of a file, and return what else stands in it.

    :raises ValidationError: if it is no table, or breaks a limit
    """
    is_sheet = file.kind == Import.Kind.SHEET
    with (
        kept_path(imports.FOLDER, file.stored_as).open("rb") as stream,
        read_table(
            stream,
            columns=words.SHEET if is_sheet else words.ROSTER,
            required=words.SHEET_NEEDS if is_sheet else words.ROSTER_NEEDS,
            block=words.BLOCK if is_sheet else None,
            limits=SHEET_LIMITS if is_sheet else ROSTER_LIMITS,
        ) as table,
    ):
        header, problems = sheets.header(table, file) if is_sheet else ({}, [])
        if is_sheet and not header["drugs"]:
            raise ValidationError(
                _(
                    "No column of this table is a drug. Download the template to see how the columns are named."
                ),
                code="missing_column",
            )
        for chunk in batched(_rows(file, table), imports.CHUNK, strict=False):
            imports.stage(chunk)
        if not file.staged.exists():
            raise ValidationError(_("There is no row in this table."), code="no_rows")
        return {
            "sheet": table.sheet,
            "line": table.line,
            "columns": {name: [column.letter, column.title] for name, column in table.columns.items()},
            "unknown": [[column.letter, column.title] for column in table.unknown],
            "block": {name: [entry.address, str(entry.value)] for name, entry in table.block.items()},
            "header": header,
            "problems": imports.stated(problems),
        }


def _rows(file: Import, table: Table) -> Iterator[ImportRow]:
    if file.kind == Import.Kind.SHEET:
        number = "number"

        def understood(row: Any) -> Any:
            return sheets.understood(row, table.columns)
    else:
        number = "service_number"
        understood = rosters.Understanding(file).of
    place = 0
    for row in table.rows():
        if row.is_note and (not row.text(number) or sum(map(bool, row.raw)) > 1):
            continue  # a total or a signature, perhaps merged over the whole line
        place += 1
        said, problems = understood(row)
        cells = {name: row.text(name) for name in table.columns}
        if row.surplus:
            cells[""] = ", ".join(row.surplus)
        yield ImportRow(
            file=file,
            line=row.line,
            place=place,
            cells=cells,
            said=said,
            problems=imports.stated(problems),
        )


def _take(file: Import, number: int) -> None:
    """Take a file's rows; where that is refused it goes back to whoever asked, with the reason."""
    if number > ATTEMPTS:
        imports.recheck(CLOCK, file.pk, problem=_both(_NOT_TAKEN, file))
        return
    try:
        imports.finish(CLOCK, file.pk)
    except (ValidationError, PermissionDenied, Http404, Conflict) as refusal:
        imports.recheck(CLOCK, file.pk, problem=said_in_both(refusal))


def said_in_both(refusal: Exception) -> dict[str, str]:
    """A refusal's sentences in both languages, as a file keeps them."""
    said = {}
    for language in ("km", "en"):
        with translation.override(language):
            said[language] = (
                " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
            )
    return said


def _both(sentence: Any, file: Import) -> dict[str, str]:
    return said_in_both(ValidationError(sentence, params={"number": file.pk}))
