"""Files from outside as rows: each understood, or kept with what is wrong with it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audits.models import OutsideList
from audits.queries.list_matching import Said
from cases.imports import earlier_words
from cases.models.deciding import MeasureKind
from foundation.files import Limits, Row, Table, read_table
from foundation.khmer import digits, parse_date
from ledger import clock
from officers.imports.words import ROSTER
from officers.reckoning.numbers import service_number

#: Rows of one list.
MOST = 120_000
COLUMNS: dict[str, list[str]] = {
    "service_number": earlier_words.COLUMNS["service_number"],
    "name_km": earlier_words.COLUMNS["name_km"],
    "name_latin": earlier_words.COLUMNS["name_latin"],
    "birth_year": ROSTER["birth_year"],
    "unit_said": earlier_words.COLUMNS["unit_said"],
}
OF_MEASURES = {name: earlier_words.COLUMNS[name] for name in ("kind", "effective_on", "number")}
_LENGTHS = {"service_number": 20, "name_km": 120, "name_latin": 120, "unit_said": 200, "number": 60}

#: What may be wrong with a row.
PROBLEMS: dict[str, Any] = {
    "nobody": _("Neither a service number nor a name stands in it."),
    "too_long": _("A cell is too long."),
    "surplus": _("It has more cells than the header."),
    "measure": _("The measure is not known here."),
    "day": _("The day cannot be read."),
    "year": _("The year of birth cannot be read."),
}


@dataclass(frozen=True)
class Named:
    """A file as it was sent."""

    filename: str
    sha256: str


def named(upload: Any) -> Named:
    digest = sha256()
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    return Named(upload.name or "", digest.hexdigest())


def opened(upload: Any, lists: str) -> Table:
    """The table in a file.

    :raises ValidationError: if it is none, lacks a column, or is too large
    """
    columns = COLUMNS | (OF_MEASURES if lists == OutsideList.Lists.DISMISSALS else {})
    return read_table(upload, columns=columns, limits=Limits(rows=MOST))


def rows(table: Table, lists: str) -> Iterator[Said]:
    """Its rows one by one, and nothing is left out: a row that is but a name may be one, and a total is named as a
    row that says nobody.

    :raises ValidationError: at a row that breaks a limit or cannot be read at all
    """
    measures = lists == OutsideList.Lists.DISMISSALS
    for row in table.rows():
        yield _said(row, measures)


def _said(row: Row, measures: bool) -> Said:
    texts = {name: " ".join(row.text(name).split()) for name in _LENGTHS}
    said = Said(row.line, row.raw)
    if row.surplus:
        said.problem = "surplus"
    if any(len(texts[name]) > most for name, most in _LENGTHS.items()):
        said.problem = "too_long"
        return said
    said.service_number = service_number(texts["service_number"])
    said.name_km, said.name_latin = texts["name_km"], texts["name_latin"]
    said.unit_said, said.number = texts["unit_said"], texts["number"]
    if not (said.service_number or said.name_km or said.name_latin):
        said.problem = "nobody"
    try:
        said.birth_year = _year(row)
        if measures:
            said.kind, said.effective_on = _kind(row), _day(row)
    except _NotUnderstood as error:
        said.problem = str(error)
    return said


class _NotUnderstood(Exception):
    pass


def _kind(row: Row) -> str:
    """A list of dismissals need not say that it is one."""
    text = row.text("kind").strip()
    code = earlier_words.kinds().code(text) if text else MeasureKind.DISMISSAL.value
    if code is None:
        raise _NotUnderstood("measure")
    return code


def _day(row: Row) -> date | None:
    text = row.text("effective_on")
    if not text:
        return None
    cell = row.cells.get("effective_on")
    with suppress(ValidationError):
        return parse_date(cell if isinstance(cell, date) else text, today=clock.today())
    raise _NotUnderstood("day")


def _year(row: Row) -> int | None:
    """A year in either era, or that of a date of birth."""
    text = digits(row.text("birth_year")).strip()
    if not text:
        return None
    year = 0
    if text.isdecimal() and len(text) == 4:
        year = int(text) - (543 if int(text) > 2400 else 0)
    else:
        cell = row.cells.get("birth_year")
        with suppress(ValidationError):
            year = parse_date(cell if isinstance(cell, date) else text, today=clock.today()).year
    if not 1900 <= year <= clock.today().year:
        raise _NotUnderstood("year")
    return year
