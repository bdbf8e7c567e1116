"""A file that is a roster of officers: its rows, understood and compared with the roll."""

import re
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from foundation import khmer
from foundation.files import Row
from foundation.khmer import digits, parse_date, search_key
from ledger import clock
from officers.imports import words
from officers.models import Import, SettingVersion, Unit
from officers.queries.settings import rows_in_force
from officers.reckoning.lines import Problem
from officers.reckoning.numbers import service_number

_KHMER = re.compile(r"[\u1780-\u17d3]")
_BUDDHIST_FROM, _BUDDHIST_OFFSET = 2400, 543
_LENGTHS = {"service_number": 20, "name_km": 120, "name_latin": 120, "title": 120}
#: Different entries of a column that are kept in mind: a roster has few, a hostile file as many as it has rows.
_KEPT = 4096

type Found = tuple[Any, Problem | None]


class Understanding:
    """Reads the rows of one file: the units and ranks there are, and the numbers that stood before."""

    def __init__(self, file: Import) -> None:
        self._file_unit = file.unit
        self._lines: dict[str, int] = {}
        self._units = units_by_code()
        self._ranks = ranks()
        self._today = clock.today()
        kept = lru_cache(_KEPT)
        self._columns = {
            "sex": kept(_sex),
            "birth_year": kept(self._year),
            "rank": kept(self._rank),
            "unit": kept(self._unit),
            "since": kept(self._since),
        }

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
        name_km, name_latin = khmer.unbreakable(row.text("name_km")).strip(), row.text("name_latin")
        if not name_km:
            problems.append(Problem("name_km", "missing"))
        elif not _KHMER.search(name_km):
            problems.append(Problem("name_km", "not_khmer"))
        said: dict[str, Any] = {
            "service_number": number,
            "name_km": name_km,
            "name_latin": name_latin,
            "title": row.text("title"),
        }
        problems += [
            Problem(name, "too_long", {"limit": limit})
            for name, limit in _LENGTHS.items()
            if len(said[name]) > limit
        ]
        for name, understood in self._columns.items():
            cell = row.cells.get(name)
            value, problem = understood(cell if isinstance(cell, date) else row.text(name))
            said["unit_id" if name == "unit" else name] = value
            if problem is not None:
                problems.append(problem)
        if problems:
            return None, problems
        return said | {
            "sort_key": khmer.sort_key(name_km).hex(),
            "search_key": khmer.search_key(name_km),
            "latin_terms": khmer.latin_terms(name_latin),
        }, []

    def _unit(self, entry: str | date) -> Found:
        """Without a code the officer is of the unit the file was uploaded for."""
        text = str(entry)
        if not text:
            return self._file_unit.pk, None
        pk = self._units.get(unit_code(text))
        return pk, None if pk else Problem("unit", "unknown_unit", {"value": text})

    def _rank(self, entry: str | date) -> Found:
        text = str(entry)
        if not text:
            return "", Problem("rank", "missing")
        code = self._ranks.get(search_key(text)) or self._ranks.get(_without_force(text))
        return code, None if code else Problem("rank", "unknown_rank", {"value": text})

    def _year(self, entry: str | date) -> Found:
        """A year in either era, or that of a date of birth."""
        text = digits(str(entry)).strip()
        if not text:
            return 0, Problem("birth_year", "missing")
        year = 0
        if re.fullmatch("[0-9]{4}", text):
            year = int(text)
            year = year - _BUDDHIST_OFFSET if year > _BUDDHIST_FROM else year
        else:
            with suppress(ValidationError):
                year = parse_date(entry, today=self._today).year
        if not 1900 <= year <= self._today.year:
            return 0, Problem("birth_year", "not_a_year", {"value": str(entry)})
        return year, None

    def _since(self, entry: str | date) -> Found:
        if not entry:
            return "", None
        try:
            day = parse_date(entry, today=self._today)
        except ValidationError:
            return "", Problem("since", "not_a_date", {"value": str(entry)})
        return day.isoformat(), Problem("since", "in_the_future") if day > self._today else None


def unit_code(text: str) -> str:
    """The code in an entry, which may have the unit's name behind it."""
    return digits(text).split(" · ")[0].strip().casefold()


def units_by_code() -> dict[str, int]:
    """The open units by their code, and by the place they are of: of several the highest."""
    units = Unit.objects.open().order_by("-path").values_list("pk", "code", "admin_code")
    found = {place: pk for pk, _code, place in units if place}
    return found | {code.casefold(): pk for pk, code, _place in units}


def ranks() -> dict[str, str]:
    """The codes of the ranks in force, by code and by name in either language."""
    rows = rows_in_force(SettingVersion.Kind.RANKS)
    return {
        search_key(str(rank[name])): rank["code"] for name in ("name_km", "name_en", "code") for rank in rows
    }


def _without_force(text: str) -> str:
    """“Police Captain” is a captain."""
    return search_key(text).removeprefix("police").removeprefix(search_key("នគរបាល"))


def _sex(entry: str | date) -> Found:
    text = str(entry)
    if not text:
        return "", Problem("sex", "missing")
    code, named = words.sexes().code(text), words.sexes().named
    return code, None if code else Problem("sex", "unknown_choice", {"value": text, "choices": named})
