"""The tables behind the public charts: of disclosed rows alone, read as the public's role reads them.

A number here is what anybody counts in the downloads. Rows of measures may withhold a month, a province or a ground;
how many do is said beside, since each of the others then is at least what is counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import get_language

from audits.models.open_data import (
    OpenCategory,
    OpenComplaints,
    OpenCoverage,
    OpenInaction,
    OpenMeasure,
    OpenPlace,
    OpenRelease,
    OpenTests,
    OpenUnit,
)
from audits.models.open_data.aggregates import NATION
from audits.models.open_data.measures import MeasureSource
from audits.queries.disclosure import public
from officers.models import Unit

#: Months that are shown where no year is chosen.
MONTHS = 24
#: Too many for a list of the country.
POSTS = (Unit.Kind.DISTRICT_INSPECTORATE, Unit.Kind.COMMUNE_POST)


@dataclass(frozen=True)
class Split:
    """Rows counted by what they say, and how many do not say it. `undated` others may be of the year asked for."""

    counts: Mapping[Any, int]
    withheld: int
    undated: int = 0

    @property
    def is_least(self) -> bool:
        return self.withheld > 0 or self.undated > 0


def last_release(*collections: str) -> OpenRelease | None:
    """What came out last of these; of all where none is named."""
    rows = public(OpenRelease).order_by("-published_on", "-period", "id")
    return (rows.filter(of__in=collections) if collections else rows).first()


def thresholds() -> OpenRelease | None:
    """The release by whose thresholds what is public is hidden today."""
    return last_release()


def releases(limit: int) -> list[OpenRelease]:
    return list(public(OpenRelease).order_by("-published_on", "-period", "of")[:limit])


def measures(source: str) -> QuerySet[OpenMeasure]:
    """Those that went through a case, or those that were found in a list: they are never added up."""
    return public(OpenMeasure).filter(source=source)


def measures_by_source() -> dict[str, int]:
    """How many there are of each source that has any, those that went through a case first."""
    found = _counted(public(OpenMeasure), "source")
    return {source: found[source] for source in MeasureSource.values if source in found}


def split(source: str, year: int | None, field: str, **within: str) -> Split:
    """Measures of a source counted by a field, within what is said always."""
    rows = measures(source).filter(**within)
    undated = rows.filter(year__isnull=True).count() if year else 0
    counts = _counted(rows.filter(year=year) if year else rows, field)
    return Split(counts, counts.pop(None, 0), undated)


def _counted(rows: QuerySet[Any], field: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))


def months_of_measures(source: str, year: int | None, last_months: int = MONTHS) -> tuple[list[str], Split]:
    """Every month from the first to the last that a row names, and how many measures each has."""
    found = split(source, year, "month")
    if not found.counts:
        return [], found
    months = _months(min(found.counts), max(found.counts))
    return months if year else months[-last_months:], found


def _months(first: str, last: str) -> list[str]:
    begin, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(begin, end + 1)]


def years_of_measures(source: str) -> list[int]:
    found = measures(source).order_by().values_list("year", flat=True).distinct()
    return sorted(year for year in found if year is not None)


def years_of_months(model: type[OpenComplaints | OpenTests]) -> list[int]:
    rows = public(model).filter(area=NATION).annotate(of=Left("month", 4)).order_by()
    return sorted(int(year) for year in rows.values_list("of", flat=True).distinct())


def years(model: type[OpenInaction | OpenCoverage | OpenCategory]) -> list[int]:
    return sorted(public(model).order_by().values_list("year", flat=True).distinct())


def months[Row: (OpenComplaints, OpenTests)](
    model: type[Row], area: str, year: int | None, last_months: int = MONTHS
) -> list[Row]:
    """Months of an area in their order: those of a year, or the last ones."""
    rows = public(model).filter(area=area)
    if year:
        return list(rows.filter(month__startswith=f"{year}-").order_by("month"))
    return list(rows.order_by("-month")[:last_months])[::-1]


def last_month[Row: (OpenComplaints, OpenTests)](model: type[Row]) -> Row | None:
    return public(model).filter(area=NATION).order_by("-month").first()


def categories(year: int) -> list[OpenCategory]:
    return list(public(OpenCategory).filter(year=year).order_by(F("received").desc(nulls_last=True), "id"))


def provinces() -> dict[str, str]:
    """Names of the provinces in the reader's language, by code, in the order of codes."""
    return {one.id: named(one) for one in public(OpenPlace).filter(kind="province").order_by("id")}


def named(one: OpenPlace | OpenUnit) -> str:
    """Its name in the reader's language."""
    return one.name_km if get_language() == "km" else one.name_en


def coverage_by_province(year: int) -> list[tuple[OpenUnit, OpenCoverage]]:
    """The provincial commissariats with what is said of a year."""
    units = public(OpenUnit).filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).in_bulk()
    rows = public(OpenCoverage).filter(year=year, unit__in=list(units)).order_by("unit")
    return [(units[row.unit], row) for row in rows]


def of_nation[Row: (OpenCoverage, OpenInaction)](model: type[Row], year: int) -> Row | None:
    return public(model).filter(year=year, unit=NATION).first()


def inaction(year: int, province: str = "") -> list[OpenInaction]:
    """Rows of a year: of the units of a province, or of the commissariats and central units."""
    units = public(OpenUnit)
    above = units.exclude(kind__in=(Unit.Kind.MINISTRY, *POSTS))
    chosen = units.filter(province=province) if province else above
    return list(public(OpenInaction).filter(year=year, unit__in=chosen.values("id")))


def units_named(codes: Iterable[str]) -> dict[str, OpenUnit]:
    return public(OpenUnit).in_bulk(list(codes))


def unit(code: str) -> OpenUnit | None:
    return public(OpenUnit).filter(pk=code).first()


def above(of: OpenUnit) -> list[OpenUnit]:
    """The units above one, the highest first."""
    found: list[OpenUnit] = []
    at: OpenUnit | None = of
    while at is not None and at.parent and len(found) < 12:
        at = unit(at.parent)
        if at is not None:
            found.insert(0, at)
    return found


def below(of: OpenUnit) -> list[OpenUnit]:
    return list(public(OpenUnit).filter(parent=of.pk).order_by("id"))


def units_like(text: str, limit: int) -> list[OpenUnit]:
    """Units whose name in either script, or code, has these words in it; one more than `limit` says there are more."""
    rows = public(OpenUnit)
    for word in text.split():
        rows = rows.filter(Q(name_km__icontains=word) | Q(name_en__icontains=word) | Q(id__iexact=word))
    return list(rows.order_by("province", "id")[: limit + 1])


def top_units() -> list[OpenUnit]:
    """All but districts and posts: those that a list of names has room for."""
    return list(public(OpenUnit).exclude(kind__in=POSTS).filter(existed_until=None).order_by("id"))


def years_of_unit(code: str) -> tuple[list[OpenCoverage], list[OpenInaction]]:
    """What is said of a unit, year by year, the latest first."""
    return (
        list(public(OpenCoverage).filter(unit=code).order_by("-year")),
        list(public(OpenInaction).filter(unit=code).order_by("-year")),
    )


def total(rows: Iterable[int | None]) -> int | None:
    """The sum, where all of it is shown."""
    known = list(rows)
    shown = [one for one in known if one is not None]
    return sum(shown) if len(shown) == len(known) else None
