"""A file that is a roster of officers: its rows, understood and compared with the roll."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError

from foundation.files import Row
from foundation.khmer import digits, parse_date, search_key
from ledger import clock
from officers.actions import imports, rosters
from officers.imports import words
from officers.models import Import, SettingVersion, Unit
from officers.queries.settings import rows_in_force
from officers.reckoning.lines import Problem
from officers.reckoning.numbers import service_number

_KHMER = re.compile(r"[\u1780-\u17d3]")
_BUDDHIST_FROM, _BUDDHIST_OFFSET = 2400, 543


class Understanding:
    """Reads the rows of one file: the units and ranks there are, and the numbers that stood before."""

    def __init__(self, file: Import) -> None:
        self._file_unit = file.unit
        self._lines: dict[str, int] = {}
        self._units: dict[str, int] = {}
        below = Unit.objects.open().values_list("pk", "code", "admin_code")
        for pk, _code, place in below.exclude(admin_code="").order_by("-path"):
            self._units[place] = pk
        self._units |= {code.casefold(): pk for pk, code, _place in below}
        self._ranks = ranks()

    def of(self, row: Row) -> tuple[dict[str, Any] | None, list[Problem]]:
        """The officer that a row says, or why it says none. Only the file itself is looked at here."""
        if row.surplus:
            return None, [Problem("", "surplus")]
        problems: list[Problem] = []
        number = service_number(row.text("service_number"))
        if not number:
            problems.append(Problem("service_number", "missing"))
        elif number in self._lines:
            other = {"value": number, "other": self._lines[number]}
            problems.append(Problem("service_number", "number_twice", other))
        else:
            self._lines[number] = row.line
        name_km = row.text("name_km")
        if not name_km:
            problems.append(Problem("name_km", "missing"))
        elif not _KHMER.search(name_km):
            problems.append(Problem("name_km", "not_khmer"))
        said = {
            "service_number": number,
            "name_km": name_km,
            "name_latin": row.text("name_latin"),
            "sex": _sex(row.text("sex"), problems),
            "birth_year": _year(row, problems),
            "rank": self._rank(row.text("rank"), problems),
            "unit_id": self._unit(row.text("unit"), problems),
            "title": row.text("title"),
            "since": _since(row, problems),
        }
        return (None if problems else said), problems

    def _unit(self, text: str, problems: list[Problem]) -> int | None:
        """Without a code the officer is of the unit the file was uploaded for."""
        if not text:
            return self._file_unit.pk
        code = digits(text).split(" · ")[0].strip().casefold()
        pk = self._units.get(code)
        if pk is None:
            problems.append(Problem("unit", "unknown_unit", {"value": text}))
        return pk

    def _rank(self, text: str, problems: list[Problem]) -> str:
        if not text:
            problems.append(Problem("rank", "missing"))
            return ""
        code = self._ranks.get(search_key(text)) or self._ranks.get(_without_force(text))
        if code is None:
            problems.append(Problem("rank", "unknown_rank", {"value": text}))
        return code or ""


def ranks() -> dict[str, str]:
    """The codes of the ranks in force, by code and by name in either language."""
    rows = rows_in_force(SettingVersion.Kind.RANKS)
    return {
        search_key(str(rank[name])): rank["code"] for name in ("name_km", "name_en", "code") for rank in rows
    }


def _without_force(text: str) -> str:
    """“Police Captain” is a captain."""
    return search_key(text).removeprefix("police").removeprefix(search_key("នគរបាល"))


def _sex(text: str, problems: list[Problem]) -> str:
    code = words.sexes().code(text)
    if not text:
        problems.append(Problem("sex", "missing"))
    elif code is None:
        named = words.sexes().named
        problems.append(Problem("sex", "unknown_choice", {"value": text, "choices": named}))
    return code or ""


def _year(row: Row, problems: list[Problem]) -> int:
    """A year in either era, or that of a date of birth."""
    cell, text = row.cells.get("birth_year"), digits(row.text("birth_year")).strip()
    if not text:
        problems.append(Problem("birth_year", "missing"))
        return 0
    year = 0
    if re.fullmatch("[0-9]{4}", text):
        year = int(text)
        year = year - _BUDDHIST_OFFSET if year > _BUDDHIST_FROM else year
    else:
        with suppress(ValidationError):
            year = parse_date(cell if isinstance(cell, date) else text, today=clock.today()).year
    if not 1900 <= year <= clock.today().year:
        problems.append(Problem("birth_year", "not_a_year", {"value": row.text("birth_year")}))
    return year


def _since(row: Row, problems: list[Problem]) -> str:
    cell, text = row.cells.get("since"), row.text("since")
    if not text:
        return ""
    try:
        day = parse_date(cell if isinstance(cell, date) else text, today=clock.today())
    except ValidationError:
        problems.append(Problem("since", "not_a_date", {"value": text}))
        return ""
    return day.isoformat()


def judge(file: Import, _reading: Mapping[str, Any]) -> None:
    """Judge the staged rows against the roll, as the roster's act will."""
    staged = file.staged.filter(judged=False).order_by("line")
    for chunk in batched(staged.iterator(imports.CHUNK), imports.CHUNK, strict=False):
        good = [row for row in chunk if row.said is not None and not row.problems]
        found = rosters.compare(file.uploaded_by, file.unit, [imports.officer_of(row) for row in good])
        for row, finding in zip(good, found, strict=True):
            row.problems = imports.stated(finding.problems)
            row.changes = finding.changes
            row.effect = finding.effect
        imports.judge(chunk)
