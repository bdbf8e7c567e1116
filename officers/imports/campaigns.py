"""A file that is a campaign: many sheets of drug tests, each row saying on which of them it stands."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.files import Row
from foundation.khmer import digits, search_key
from ledger import clock
from officers.actions import campaigns, imports
from officers.imports import words
from officers.imports.rosters import unit_code, units_by_code
from officers.imports.sheets import LENGTHS, day
from officers.imports.sheets import Understanding as OfLines
from officers.models import Import, RoleAssignment, Unit, User
from officers.models.sheets import Drug
from officers.models.users import Role
from officers.reckoning.lines import Line, Problem, contradictions, stable_id, status_of
from officers.reckoning.numbers import service_number

#: What may stand in a column of its own; what does not is the same for every row.
HEADER = (
    "unit",
    "site",
    "tested_on",
    "administrator",
    "witness",
    "reason",
    "order_number",
    "kit_lot",
    "kit_expires_on",
)
_MUST = ("site", "tested_on", "witness", "reason", "kit_lot", "kit_expires_on")
#: No police holds so many collections in one campaign; a file whose every row had a header of its own might say so.
_SHEETS = 20_000


class Understanding:
    """Reads the rows of one file. Which sheet a row stands on is `sheet_number`, after `of` has read it.

    The database is asked at the beginning only: rows are read by a thread of their own.
    """

    def __init__(self, file: Import, columns: Iterable[str], header: Mapping[str, Any]) -> None:
        self.sheet_number = 0
        columns = list(columns)
        self._lines = OfLines(columns)
        self._drugs = sorted(header["drugs"], key=Drug.values.index)
        self._columns = [name for name in HEADER if name in columns]
        self._common = {**header, **file.given}
        self._by = file.uploaded_by
        self._administered = {
            unit.pk: unit
            for unit in Unit.objects.open()
            if unit.path.startswith(tuple(self._by.scope(Role.ADMINISTRATOR))) and file.unit.contains(unit)
        }
        self._file_unit = file.unit
        self._units = units_by_code()
        self._administrators = _Administrators()
        self._today = clock.today()
        self._headers: dict[tuple[Any, ...], tuple[int, list[Problem]]] = {}
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._sheets: list[dict[str, Any]] = []
        self._rows: list[int] = []

    def of(self, row: Row) -> tuple[dict[str, Any] | None, list[Problem]]:
        """The line that a row says, or why it says none. Only the file itself is looked at here."""
        if row.surplus:
            self.sheet_number = 0
            return None, [Problem("", "surplus")]
        cells = tuple(
            cell if isinstance(cell := row.cells.get(name), date) else row.text(name)
            for name in self._columns
        )
        if cells not in self._headers:
            if len(self._headers) > 2 * _SHEETS:
                self._headers.clear()
            self._headers[cells] = self._header(dict(zip(self._columns, cells, strict=True)))
        self.sheet_number, of_sheet = self._headers[cells]
        said, problems = self._lines.line(row)
        problems += of_sheet
        if self.sheet_number:
            self._rows[self.sheet_number - 1] += 1
            if self._rows[self.sheet_number - 1] > campaigns.LONGEST_SHEET:
                problems.append(Problem("", "sheet_full", {"limit": campaigns.LONGEST_SHEET}))
        if not said["number"]:
            problems.append(Problem("number", "officer_missing"))
        if len(said["specimen_number"]) > 30:
            problems.append(Problem("specimen_number", "too_long", {"limit": 30}))
        if problems:
            return None, problems
        line = Line(**said)
        problems = contradictions(line, self._drugs)
        if problems:
            return None, problems
        number = said["number"]
        return said | {
            "number": service_number(number),
            "stable": stable_id(number),
            "status": status_of(line),
            "non_negative_for": [drug for drug in self._drugs if drug in said["non_negative_for"]],
            "invalid_for": [drug for drug in self._drugs if drug in said["invalid_for"]],
        }, []

    def planned(self) -> Iterator[tuple[int, dict[str, Any], int]]:
        """The sheets that stand in the file: number, header, rows."""
        for number, (header, rows) in enumerate(zip(self._sheets, self._rows, strict=True), 1):
            yield number, header, rows

    def _header(self, entries: dict[str, Any]) -> tuple[int, list[Problem]]:
        """Which sheet these entries mean, and what is wrong with them; number 0 where they mean none."""
        problems: list[Problem] = []
        header: dict[str, Any] = {
            name: self._common.get(name, "") for name in HEADER if name not in ("unit", "administrator")
        }
        for name, entry in entries.items():
            if entry and name not in ("unit", "administrator"):
                header[name], problem = self._entry(name, entry)
                problems += [problem] if problem else []
        unit = self._unit(str(entries.get("unit", "")), problems)
        named = str(entries.get("administrator", ""))
        header |= {"unit": unit.pk if unit else None, "drugs": self._drugs}
        header["administrator"] = self._common.get("administrator", self._by.pk)
        if named and unit:
            header["administrator"] = self._administrators.named(named, unit)
        elif unit and not self._administrators.serves(header["administrator"], unit):
            header["administrator"] = None
        if unit and header["administrator"] is None:
            problems.append(Problem("administrator", "administrator_unknown", {"value": named or "–"}))
        said_wrong = {problem.field for problem in problems}
        problems += [
            Problem(name, "missing") for name in _MUST if not header[name] and name not in said_wrong
        ]
        if header["tested_on"] > self._today.isoformat():
            problems.append(Problem("tested_on", "in_the_future"))
        if header["kit_expires_on"] and header["kit_expires_on"] < header["tested_on"]:
            expiry = f"{date.fromisoformat(header['kit_expires_on']):%d/%m/%Y}"
            problems.append(Problem("kit_expires_on", "kit_expired", {"value": expiry}))
        if problems:
            return 0, problems
        key = tuple(header[name] for name in HEADER)
        if key not in self._numbers:
            if len(self._sheets) == _SHEETS:
                raise ValidationError(
                    _("The file has more than %(limit)s sheets. Divide it."),
                    code="file_limit",
                    params={"limit": _SHEETS},
                )
            self._sheets.append(header)
            self._rows.append(0)
            self._numbers[key] = len(self._sheets)
        return self._numbers[key], []

    def _entry(self, name: str, entry: Any) -> tuple[str, Problem | None]:
        if name in ("tested_on", "kit_expires_on"):
            try:
                return day(entry).isoformat(), None
            except ValidationError:
                return "", Problem(name, "not_a_date", {"value": str(entry)})
        text = str(entry)
        if name == "reason":
            code = words.reasons().code(text)
            named = words.reasons().named
            return code or "", None if code else Problem(
                name, "unknown_choice", {"value": text, "choices": named}
            )
        if len(text) > LENGTHS[name]:
            return "", Problem(name, "too_long", {"limit": LENGTHS[name]})
        return digits(text) if name in ("order_number", "kit_lot") or digits(text).isdecimal() else text, None

    def _unit(self, text: str, problems: list[Problem]) -> Unit | None:
        pk = self._units.get(unit_code(text)) if text else self._file_unit.pk
        if pk is None:
            problems.append(Problem("unit", "unknown_unit", {"value": text}))
            return None
        if pk not in self._administered:
            problems.append(Problem("unit", "unit_not_administered", {"value": text or self._file_unit.code}))
            return None
        return self._administered[pk]


class _Administrators:
    """Everybody who administers tests somewhere, by number and by name."""

    def __init__(self) -> None:
        self._paths: dict[int, list[str]] = {}
        self._keys: dict[str, set[int]] = {}
        held = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
        for one in held.select_related("user__officer", "unit"):
            self._paths.setdefault(one.user_id, []).append(one.unit.path)
            for key in self._known_by(one.user):
                self._keys.setdefault(key, set()).add(one.user_id)

    @staticmethod
    def _known_by(user: User) -> Iterator[str]:
        yield from map(search_key, (user.username, user.name_km, user.name_latin))
        if user.officer is not None:
            yield from map(search_key, (user.officer.service_number, user.officer.number))

    def serves(self, user_id: int, unit: Unit) -> bool:
        return unit.path.startswith(tuple(self._paths.get(user_id, ())))

    def named(self, text: str, unit: Unit) -> int | None:
        """The administrator of a unit whom a number, a user name or a name means, if it is one alone."""
        found = [pk for pk in self._keys.get(search_key(text), ()) if self.serves(pk, unit)]
        return found[0] if len(found) == 1 else None


def judge(file: Import, _reading: Mapping[str, Any]) -> None:
    """Judge the staged rows against the roll and the tests there are, as the campaign's act will."""
    campaigns.judge(file)
    imports.progressed(file.pk, judged=file.staged.count())
