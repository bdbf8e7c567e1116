"""A list of earlier measures: read whole, each row understood or named with what is wrong with it."""

from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.actions.earlier import MOST
from cases.imports import earlier_words as words
from cases.models.grounds import DRUG_RELATED
from cases.queries.earlier import Judged, Written, judge
from cases.reckoning import places
from foundation import khmer
from foundation.files import Limits, Row, read_table
from foundation.khmer import digits, parse_date, search_key
from ledger import clock
from officers.imports.rosters import ranks
from officers.imports.words import Vocabulary, yes_or_no
from officers.reckoning.numbers import service_number

_SALT = "cases.imports.earlier"
#: A checked file may be taken so many seconds later.
_LONGEST = 24 * 3600

_LENGTHS = {
    "service_number": 20,
    "name_km": 120,
    "name_latin": 120,
    "rank": 60,
    "unit_said": 200,
    "number": 60,
}

#: What may be wrong with a row; `%(value)s` is what stands there.
PROBLEMS: dict[str, Any] = {
    "missing": _("Nothing stands here, and it is needed."),
    "nobody": _("Give a service number or a name."),
    "unknown": _("“%(value)s” is not known here."),
    "not_a_date": _("“%(value)s” is not a date."),
    "in_the_future": _("The day lies in the future."),
    "too_long": _("This is too long."),
    "drugs": _("Give the ground, or say whether it is about drugs."),
    "surplus": _("The row has more cells than the header."),
    "not_yours": _("An officer has this number who does not serve in your units."),
    "another_name": _("The officer who has this number has another name, or none is given."),
    "serves": _(
        "The officer counts as serving, and a list removes nobody. "
        "If he was taken back, write no in “Ended his service”."
    ),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: its line in the file, the column's title, what stands there, and why."""

    line: int
    column: str
    value: str
    problem: str

    @property
    def reason(self) -> str:
        return str(PROBLEMS[self.problem]) % {"value": self.value}


@dataclass
class Read:
    """A list as read and judged. `ticket` is what is handed back to have it taken."""

    filename: str
    sha256: str
    rows: int = 0
    judged: list[tuple[int, Judged]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def new(self) -> list[tuple[int, Judged]]:
        return [(line, one) for line, one in self.judged if one.is_new]

    @property
    def same(self) -> int:
        return sum(one.is_same for _line, one in self.judged)

    def ticket(self, user: Any) -> str:
        """The good rows, signed for the user who had them checked."""
        rows = [_packed(one.written) for _line, one in self.judged if not one.problem]
        said = {"by": user.pk, "file": self.filename, "sha256": self.sha256, "rows": rows}
        return signing.dumps(said, salt=_SALT, compress=True)


def read(user: Any, upload: Any) -> Read:
    """Read a file and say of each row what would become of it. Nothing is entered.

    :raises ValidationError: if it is no table, lacks a column, or breaks a limit
    """
    digest = sha256()
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    found = Read(upload.name or "", digest.hexdigest())
    written: list[tuple[int, Written]] = []
    with read_table(upload, columns=words.COLUMNS, required=words.NEEDS, limits=Limits(rows=MOST)) as table:
        found.unknown = [column.title for column in table.unknown]
        titles = {name: column.title for name, column in table.columns.items()}
        for row in table.rows():
            if row.is_note:
                continue
            found.rows += 1
            said, problems = _understood(row)
            found.faults += [
                Fault(row.line, titles.get(name, ""), row.text(name) if name else "", code)
                for name, code in problems
            ]
            if said is not None:
                written.append((row.line, said))
    for (line, said), one in zip(written, judge(user, [said for _line, said in written]), strict=True):
        if one.problem:
            column = "removes" if one.problem == "serves" else "service_number"
            found.faults.append(Fault(line, titles.get(column, ""), said.service_number, one.problem))
        else:
            found.judged.append((line, one))
    found.faults.sort(key=lambda fault: fault.line)
    return found


def taken_from(user: Any, ticket: str) -> dict[str, Any]:
    """What a ticket says: `rows`, `filename` and `sha256`, as the action takes them.

    :raises ValidationError: if it is not one of ours, another's, or too old
    """
    try:
        said = signing.loads(ticket, salt=_SALT, max_age=_LONGEST)
    except signing.BadSignature:
        said = {}
    if said.get("by") != user.pk:
        raise ValidationError(_("This check is too old. Upload the file again."))
    return {
        "rows": [_unpacked(row) for row in said["rows"]],
        "filename": said["file"],
        "sha256": said["sha256"],
    }


def _packed(row: Written) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(row).items()
        if value not in ("", None)
    }


def _unpacked(said: dict[str, Any]) -> Written:
    days = {
        name: date.fromisoformat(said[name]) if said.get(name) else None
        for name in ("effective_on", "signed_on")
    }
    texts = {name: said.get(name, "") for name in Written.__annotations__ if name not in ("removes", *days)}
    return Written(**texts | days | {"removes": said.get("removes")})


type _Problems = list[tuple[str, str]]


def _understood(row: Row) -> tuple[Written | None, _Problems]:
    if row.surplus:
        return None, [("", "surplus")]
    problems: _Problems = []
    texts = {
        "service_number": service_number(row.text("service_number")),
        "name_km": khmer.unbreakable(row.text("name_km")).strip(),
        "name_latin": row.text("name_latin").strip(),
        "rank": _rank(row.text("rank")),
        "unit_said": row.text("unit_said").strip(),
        "number": row.text("number").strip(),
    }
    if not any(texts[name] for name in ("service_number", "name_km", "name_latin")):
        problems.append(("service_number", "nobody"))
    problems += [(name, "too_long") for name, limit in _LENGTHS.items() if len(texts[name]) > limit]
    kind = _code(row, "kind", words.kinds(), problems, needed=True)
    ground = _code(row, "ground", words.grounds(), problems)
    instrument = _code(row, "instrument", words.instruments(), problems)
    drugs = _code(row, "drugs", yes_or_no(), problems)
    removes = _code(row, "removes", yes_or_no(), problems)
    if not ground and not drugs and not problems:
        problems.append(("drugs", "drugs"))
    effective, signed = _day(row, "effective_on", problems, needed=True), _day(row, "signed_on", problems)
    province = _province(row, problems)
    if problems or effective is None:
        return None, problems
    return Written(
        **texts,
        province=province,
        kind=kind,
        ground=ground,
        is_about_drugs=drugs == "yes" if drugs else ground in DRUG_RELATED,
        effective_on=effective,
        instrument=instrument,
        signed_on=signed,
        removes=None if not removes else removes == "yes",
        remark=row.text("remark").strip(),
    ), []


def _code(row: Row, name: str, known: Vocabulary, problems: _Problems, *, needed: bool = False) -> str:
    text = row.text(name).strip()
    if not text:
        if needed:
            problems.append((name, "missing"))
        return ""
    code = known.code(text)
    if code is None:
        problems.append((name, "unknown"))
    return code or ""


def _day(row: Row, name: str, problems: _Problems, *, needed: bool = False) -> date | None:
    cell = row.cells.get(name)
    entry = cell if isinstance(cell, date) else row.text(name)
    if not entry:
        if needed:
            problems.append((name, "missing"))
        return None
    day = None
    with suppress(ValidationError):
        day = parse_date(entry, today=clock.today())
    if day is None:
        problems.append((name, "not_a_date"))
    elif day > clock.today():
        problems.append((name, "in_the_future"))
    return day


def _rank(text: str) -> str:
    """The code of a rank that there is, or the rank as written."""
    key = search_key(text)
    return _ranks().get(key) or _ranks().get(key.removeprefix("police")) or text.strip()


def _province(row: Row, problems: _Problems) -> str:
    text = digits(row.text("province")).strip()
    if not text:
        return ""
    code = text.zfill(2) if text.isdecimal() else words.provinces().get(search_key(text), "")
    if places.place(code) is None or len(code) != places.PROVINCE:
        problems.append(("province", "unknown"))
    return code


def _ranks() -> dict[str, str]:
    return ranks()
