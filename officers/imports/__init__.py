"""A file's rows into the same actions as by hand: read and checked by a worker, then taken by one."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import batched
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.files import Limits, Table, kept_path, read_table
from foundation.jobs.runs import attempt
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.actions import imports
from officers.actions import rosters as roll
from officers.actions.campaigns import LONGEST_SHEET
from officers.imports import campaigns, laboratory, rosters, sheets, words
from officers.imports.reading import ahead
from officers.models import Import

#: A worker is killed after this; a file of the largest size takes a fraction of it.
HARD_LIMIT = timedelta(minutes=10)
#: A file at which workers die or fail this often would occupy one for ever. Most deaths are not the file's fault (a
#: machine restarted, a process killed), and each is cheap: a file that takes too long is given back at once.
ATTEMPTS = 25
#: A sheet is judged as a whole, for a line can repeat any other; a campaign is many sheets.
SHEET_LIMITS = Limits(rows=LONGEST_SHEET)

_FAILED = _("The file could not be read here. Tell the system administrator its number, %(number)s.")
_NOT_TAKEN = _("The file could not be taken here. Tell the system administrator its number, %(number)s.")
_TOO_LONG = _("The file would take longer than %(limit)s minutes. Divide it.")


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
        if judge := _JUDGES.get(Import.Kind(file.kind)):
            judge(file, reading)
    except ValidationError as refusal:
        imports.give_up(CLOCK, file.pk, problem=said_in_both(refusal), version=file.version)
        return
    except SoftTimeLimitExceeded:
        _drop_interrupted()
        imports.give_up(CLOCK, file.pk, problem=_both(_TOO_LONG, file), version=file.version)
        return
    except _Cancelled:
        imports.begin(file.pk)  # nobody will ask for the rows
        return
    try:
        imports.check(CLOCK, file.pk, reading=reading, version=file.version)
    except Conflict:
        imports.begin(file.pk)


class _Cancelled(Exception):
    """The file was cancelled or described anew while it was read."""


_COLUMNS: dict[Import.Kind, tuple[dict[str, list[str]], tuple[str, ...], Limits]] = {
    Import.Kind.SHEET: (words.SHEET, words.SHEET_NEEDS, SHEET_LIMITS),
    Import.Kind.CAMPAIGN: (words.CAMPAIGN, words.SHEET_NEEDS, Limits()),
    Import.Kind.ROSTER: (words.ROSTER, words.ROSTER_NEEDS, Limits()),
    Import.Kind.LABORATORY: (words.LABORATORY, words.LABORATORY_NEEDS, Limits()),
}
#: A roster's officers stand each for himself and are judged while the next are read.
_JUDGES = {
    Import.Kind.SHEET: sheets.judge,
    Import.Kind.CAMPAIGN: campaigns.judge,
    Import.Kind.LABORATORY: laboratory.judge,
}


def _read(file: Import) -> dict[str, Any]:
    """Stage every row of a file, those of a roster judged, and return what else stands in it.

    :raises ValidationError: if it is no table, or breaks a limit
    """
    columns, required, limits = _COLUMNS[Import.Kind(file.kind)]
    of_tests = file.is_of_tests
    with (
        kept_path(imports.FOLDER, file.stored_as).open("rb") as stream,
        read_table(
            stream,
            columns=columns,
            required=required,
            block=words.BLOCK if of_tests else None,
            limits=limits,
        ) as table,
    ):
        header, problems = sheets.header(table, file) if of_tests else ({}, [])
        if of_tests and not header["drugs"]:
            raise ValidationError(
                _(
                    "No column of this table is a drug. Download the template to see how the columns are named."
                ),
                code="missing_column",
            )
        reader: (
            sheets.Understanding | campaigns.Understanding | rosters.Understanding | laboratory.Understanding
        )
        if file.kind == Import.Kind.SHEET:
            reader = sheets.Understanding(table.columns)
        elif file.kind == Import.Kind.CAMPAIGN:
            reader = campaigns.Understanding(file, table.columns, header)
        elif file.kind == Import.Kind.LABORATORY:
            reader = laboratory.Understanding()
        else:
            reader = rosters.Understanding(file)
        read = 0
        for chunk in ahead(batched(_rows(file, table, reader), imports.CHUNK, strict=False)):
            imports.stage(file.pk, chunk)
            read += len(chunk)
            imports.progressed(file.pk, read=read)
            if file.kind == Import.Kind.ROSTER:
                roll.judge(file, read - len(chunk), read)
                imports.progressed(file.pk, judged=read)
            if not Import.objects.filter(pk=file.pk, version=file.version).exists():
                raise _Cancelled
        if not read:
            raise ValidationError(_("There is no row in this table."), code="no_rows")
        if isinstance(reader, campaigns.Understanding):
            imports.plan(file.pk, reader.planned())
        return {
            "sheet": table.sheet,
            "line": table.line,
            "columns": {name: [column.letter, column.title] for name, column in table.columns.items()},
            "unknown": [[column.letter, column.title] for column in table.unknown],
            "block": {name: [entry.address, str(entry.value)] for name, entry in table.block.items()},
            "header": header,
            "problems": imports.stated(problems),
        }


#: By what a row is told from a note below the table.
_NUMBERS = {Import.Kind.ROSTER: "service_number", Import.Kind.LABORATORY: "specimen_number"}


def _rows(file: Import, table: Table, reader: Any) -> Iterator[imports.Staged]:
    number = _NUMBERS.get(Import.Kind(file.kind), "number")
    places: Counter[int] = Counter()
    for row in table.rows():
        if row.is_note and (not row.text(number) or sum(map(bool, row.raw)) > 1):
            continue  # a total or a signature, perhaps merged over the whole line
        said, problems = reader.of(row)
        sheet_number = getattr(reader, "sheet_number", 0)
        places[sheet_number] += 1
        cells = dict(row.texts)
        if row.surplus:
            cells[""] = ", ".join(row.surplus)
        yield imports.Staged(
            row.line, sheet_number, places[sheet_number], cells, said, imports.stated(problems)
        )


def _take(file: Import, number: int) -> None:
    """Take a file's rows; where that is refused it goes back to whoever asked, with the reason."""
    if number > ATTEMPTS:
        imports.recheck(CLOCK, file.pk, problem=_both(_NOT_TAKEN, file))
        return
    try:
        while (taken := imports.go_on(CLOCK, file.pk)) and taken.status == Import.Status.TAKING:
            pass
    except (ValidationError, PermissionDenied, Http404, Conflict) as refusal:
        imports.recheck(CLOCK, file.pk, problem=said_in_both(refusal))
    except SoftTimeLimitExceeded:
        _drop_interrupted()
        imports.recheck(CLOCK, file.pk, problem=_both(_TOO_LONG, file))


def _drop_interrupted() -> None:
    """The time limit comes by signal, so that it may have broken into a statement half sent."""
    if not connection.in_atomic_block:
        connection.close()


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
    return said_in_both(
        ValidationError(sentence, params={"number": file.pk, "limit": HARD_LIMIT // timedelta(minutes=1)})
    )
