"""Figures counted in a few statements, whatever their number: one for each of the two sources, one for the tests."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.models.deciding import HEIGHT, Instrument
from cases.models.earlier import SEES_EARLIER
from cases.models.grounds import GroundKind
from cases.queries.figures import rows, words
from cases.queries.figures.rows import AsOf
from cases.queries.powers import rank_orders
from cases.reckoning import places
from cases.reckoning.ranks import rank_group
from foundation.khmer import to_khmer_digits
from foundation.khmer.dates import MONTHS
from officers.models import Unit
from officers.queries.settings import rank_names

#: The columns of a table by some dimension.
COLUMNS = ("dismissed", "dismissed_drugs", "demoted", "suspended", "other")


@dataclass
class Said:
    """A figure: what went through a case, and what was found in a list. The two are never added up."""

    through: int = 0
    found: int = 0

    def __bool__(self) -> bool:
        return bool(self.through or self.found)


@dataclass(frozen=True)
class Line:
    """A line of a table: the value's code, its name, and a figure for each of `COLUMNS`."""

    value: str
    name: str
    cells: dict[str, Said]


@dataclass(frozen=True)
class Table:
    dimension: str
    lines: list[Line]


@dataclass(frozen=True)
class Figures:
    """All figures as effective and known by two days, of some units.

    `tests` is empty for who sees none; `sees_found` is whether the user sees what was found in lists at all.
    """

    as_of: AsOf
    order_number: str
    units: list[Unit]
    is_nationwide: bool
    sees_found: bool
    measures: dict[str, Said]
    tables: list[Table]
    tests: dict[str, int] = field(default_factory=dict)


def figures(user: Any, as_of: AsOf, *, order_number: str = "") -> Figures:
    """Every figure that a user may see.

    :param order_number: of tests: of this campaign or order alone
    """
    totals = {code: Said() for code in words.FIGURES}
    tables: dict[str, dict[str, dict[str, Said]]] = {name: {} for name in words.DIMENSIONS}
    for source, counted in (("through", _through(user, as_of)), ("found", _found(user, as_of))):
        for number, kind, drugs, grounds, values in counted:
            codes = [code for code, one in words.FIGURES.items() if one.counts(kind, drugs, grounds)]
            for code in codes:
                _add(totals[code], source, number)
            for dimension, value in values:
                cells = tables[dimension].setdefault(value, defaultdict(Said))
                for code in codes:
                    if code in COLUMNS:
                        _add(cells[code], source, number)
    return Figures(
        as_of=as_of,
        order_number=order_number,
        units=rows.top_units(user),
        is_nationwide=rows.sees_all(user),
        sees_found=user.has_role(*SEES_EARLIER),
        measures=totals,
        tables=[Table(name, _lines(name, found)) for name, found in tables.items()],
        tests=_tests(user, as_of, order_number),
    )


def _add(said: Said, source: str, number: int) -> None:
    setattr(said, source, getattr(said, source) + number)


#: Number, kind, whether about drugs, grounds, and the value of each dimension.
type _Counted = tuple[int, str, bool, list[str], list[tuple[str, str]]]


def _through(user: Any, as_of: AsOf) -> Iterator[_Counted]:
    found = (
        rows.measures_of(user, as_of)
        .annotate(month=TruncMonth("effective_on"))
        .values_list("kind", "is_about_drugs", "grounds", "rank", "unit_id", "month", "order__instrument")
        .annotate(number=Count("pk"))
        .order_by()
    )
    province_of, orders = _Provinces(), rank_orders()
    for kind, drugs, grounds, rank, unit, month, instrument, number in found:
        yield (
            number,
            kind,
            drugs,
            grounds,
            [
                *(("ground", ground) for ground in grounds),
                ("rank", rank),
                ("rank_group", rank_group(orders.get(rank))),
                ("province", province_of[unit]),
                ("month", f"{month:%Y-%m}"),
                ("instrument", instrument or "appeal"),
            ],
        )


def _found(user: Any, as_of: AsOf) -> Iterator[_Counted]:
    found = (
        rows.earlier_of(user, as_of)
        .annotate(month=TruncMonth("effective_on"))
        .values_list("kind", "is_about_drugs", "ground", "rank", "province", "month", "instrument")
        .annotate(number=Count("pk"))
        .order_by()
    )
    orders = rank_orders()
    for kind, drugs, ground, rank, province, month, instrument, number in found:
        yield (
            number,
            kind,
            drugs,
            [ground],
            [
                ("ground", ground),
                ("rank", rank),
                ("rank_group", rank_group(orders.get(rank))),
                ("province", province),
                ("month", f"{month:%Y-%m}"),
                ("instrument", instrument),
            ],
        )


class _Provinces(dict[int, str]):
    """The code of the province of each unit that is asked for; "" for one in none."""

    def __init__(self) -> None:
        super().__init__()
        kind = Unit.Kind.PROVINCIAL_COMMISSARIAT
        self._seats = dict(
            Unit.objects.filter(kind=kind).exclude(admin_code="").values_list("path", "admin_code")
        )
        self._paths = dict(Unit.objects.values_list("pk", "path"))

    def __missing__(self, unit: int) -> str:
        path = self._paths[unit]
        self[unit] = next((code for seat, code in self._seats.items() if path.startswith(seat)), "")
        return self[unit]


def named_value(dimension: str, value: str) -> str:
    """What a value of a dimension is called."""
    names, _order = _naming(dimension, [value])
    return names.get(value) or value or _("Not known")


def _lines(dimension: str, found: dict[str, dict[str, Said]]) -> list[Line]:
    names, order = _naming(dimension, found)
    return [
        Line(
            value, names.get(value) or value or _("Not known"), {code: found[value][code] for code in COLUMNS}
        )
        for value in sorted(found, key=order)
    ]


def _naming(dimension: str, values: Iterable[str]) -> tuple[dict[str, str], Any]:
    """What the values of a dimension are called, and the key that puts them in order; what is not known last."""
    if dimension == "ground":
        names = {value: str(label) for value, label in GroundKind.choices}
        place = {value: number for number, value in enumerate(GroundKind.values)}
    elif dimension == "rank":
        names = rank_names()
        place = {code: -order for code, order in rank_orders().items()}
    elif dimension == "rank_group":
        names = {code: str(label) for code, label in words.GROUPS.items()}
        place = {code: number for number, code in enumerate(words.GROUPS)}
    elif dimension == "province":
        names = {code: _place(code) for code in values if code} | {"": _("Central units, or not known")}
        place = {code: int(code) for code in values if code.isdecimal()}
    elif dimension == "month":
        names = {value: month_name(value) for value in values}
        place = {value: -int(value.replace("-", "")) for value in values if value[-1:].isdecimal()}
    else:
        names = {value: str(label) for value, label in Instrument.choices}
        names["appeal"] = _("By the decision on an appeal")
        place = HEIGHT
    return names, lambda value: (place.get(value, 10**6), value)


def _place(code: str) -> str:
    found = places.place(code)
    return found.name(get_language() or "km") if found else code


def month_name(value: str) -> str:
    """`2024-01` in the reader's language."""
    year, _dash, month = value.partition("-")
    if not (month.isdecimal() and 1 <= int(month) <= 12):
        return value
    language = "km" if get_language() == "km" else "en"
    name = MONTHS[language][int(month) - 1]
    return to_khmer_digits(f"ខែ{name} ឆ្នាំ{year}") if language == "km" else f"{name} {year}"


def _tests(user: Any, as_of: AsOf, order_number: str) -> dict[str, int]:
    if not user.has_role(*rows.SEES_TEST_FIGURES):
        return {}
    tested = rows.drug_tests_of(user, as_of, "tested", order_number).aggregate(
        number=Count("officer_id", distinct=True)
    )
    parts = {
        code: Count("officer_id", filter=condition, distinct=True) for code, condition in rows.COURSE.items()
    }
    positive = rows.drug_tests_of(user, as_of, "positive", order_number)
    return {
        "tested": tested["number"],
        **positive.aggregate(positive=Count("officer_id", distinct=True), **parts),
    }
