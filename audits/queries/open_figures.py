"""Published figures as of a day, each with its definition and the query that gives it: whoever doubts one counts again.

They are counted from the disclosed tables alone, over the public's own connection. A measure counts from the end of the
batch in which it came out; a month or year of counts from its end. What is hidden is never added: the months that are
left out are named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from audits.models import OpenComplaints, OpenCoverage, OpenMeasure, OpenTests
from audits.models.open_data.aggregates import NATION
from audits.models.open_data.measures import GroundGroup, MeasureSource
from audits.queries.disclosure import public
from cases.models.deciding import MeasureKind as M

_DRUGS = (GroundGroup.POSITIVE, GroundGroup.DRUGS)
_EVERY = tuple(GroundGroup)
_OTHER = (M.TRANSFER, M.WARNING, M.ADVICE)


@dataclass(frozen=True)
class OfMeasures:
    """A figure of measures: of some kinds, on grounds of some groups."""

    code: str
    label: Any
    definition: Any
    kinds: tuple[M, ...]
    groups: tuple[GroundGroup, ...] = _EVERY

    @property
    def query(self) -> str:
        found = f"measures/?measure={','.join(self.kinds)}"
        return found if self.groups == _EVERY else f"{found}&ground_group={','.join(self.groups)}"


@dataclass(frozen=True)
class OfMonths:
    """A figure that adds up the months of the whole country in which it is shown."""

    code: str
    label: Any
    definition: Any
    model: type[OpenTests] | type[OpenComplaints]
    column: str

    @property
    def query(self) -> str:
        return f"{self.model.collection}/?area={NATION}&fields=month,{self.column}"


@dataclass(frozen=True)
class OfYear:
    """A figure of the last whole year of the country."""

    code: str
    label: Any
    definition: Any
    column: str

    @property
    def query(self) -> str:
        return f"{OpenCoverage.collection}/?unit={NATION}&fields=year,{self.column}"


MEASURES = (
    OfMeasures(
        "dismissed",
        _("Dismissed"),
        _("Dismissals in force and not reversed on appeal, of the batches published up to the day."),
        (M.DISMISSAL,),
    ),
    OfMeasures(
        "dismissed_drugs",
        _("Dismissed for drugs"),
        _(
            "Of these, those on a ground that is about drugs: a positive test, a refusal, or drug involvement shown."
        ),
        (M.DISMISSAL,),
        _DRUGS,
    ),
    OfMeasures(
        "dismissed_positive",
        _("Dismissed after a positive test"),
        _("Of these, those with a confirmed, reviewed and final positive drug test among the grounds."),
        (M.DISMISSAL,),
        (GroundGroup.POSITIVE,),
    ),
    OfMeasures(
        "dismissed_discipline",
        _("Dismissed for discipline"),
        _("Of the dismissals, those on no ground that is about drugs."),
        (M.DISMISSAL,),
        (GroundGroup.OTHER,),
    ),
    OfMeasures("demoted", _("Demoted"), _("Demotions in rank, counted in the same way."), (M.DEMOTION,)),
    OfMeasures(
        "suspended",
        _("Suspended"),
        _("Suspensions taken as a measure, also those that are over. Precautionary ones are no measure."),
        (M.SUSPENSION,),
    ),
    OfMeasures(
        "other",
        _("Other measures"),
        _("Transfers, written warnings and advice, counted in the same way."),
        _OTHER,
    ),
)
MONTHS = (
    OfMonths("tests", _("Tests taken"), _("Drug tests taken, voided ones left out."), OpenTests, "tests"),
    OfMonths(
        "positive",
        _("Final positive tests"),
        _(
            "Tests confirmed by a laboratory, reviewed by a physician, and final. A screening test alone never counts."
        ),
        OpenTests,
        "positive",
    ),
    OfMonths(
        "complaints",
        _("Complaints received"),
        _("Complaints by the month in which they were received."),
        OpenComplaints,
        "received",
    ),
    OfMonths(
        "not_acted",
        _("Complaints not acted on"),
        _(
            "Of these, those on which nobody had acted by the horizon after their month. Opening one is no action."
        ),
        OpenComplaints,
        "not_acted",
    ),
)
YEARS = (
    OfYear("strength", _("Officers serving"), _("Officers serving at the end of the year."), "strength"),
    OfYear("tested", _("Officers tested"), _("Of these, tested at least once in the year."), "tested"),
)


def figures(as_of: date) -> dict[str, Any]:
    """Every figure as of the end of a day, ready for JSON, in both languages."""
    return {
        "as_of": as_of.isoformat(),
        "figures": [*_of_measures(as_of), *_of_months(as_of), *_of_years(as_of)],
    }


def _said(figure: OfMeasures | OfMonths | OfYear) -> dict[str, Any]:
    said: dict[str, Any] = {"code": figure.code}
    for language in ("km", "en"):
        with translation.override(language):
            said[f"label_{language}"] = str(figure.label)
            said[f"definition_{language}"] = str(figure.definition)
    return said


def _of_measures(as_of: date) -> Iterator[dict[str, Any]]:
    rows = public(OpenMeasure).filter(through__lte=as_of)
    counted = list(
        rows.values_list("measure", "ground_group", "source").annotate(Count("pk"), Max("through"))
    )
    for figure in MEASURES:
        of = [line for line in counted if line[0] in figure.kinds and line[1] in figure.groups]
        by_source = {
            source: sum(line[3] for line in of if line[2] == source)
            for source in (MeasureSource.CASE, MeasureSource.LIST)
        }
        last = max((line[4] for line in of), default=None)
        yield _said(figure) | {
            "value": by_source[MeasureSource.CASE],
            "found_in_lists": by_source[MeasureSource.LIST],
            "counted_through": last and last.isoformat(),
            "left_out": [],
            "query": figure.query,
        }


def _of_months(as_of: date) -> Iterator[dict[str, Any]]:
    for figure in MONTHS:
        rows = public(figure.model).filter(area=NATION, month__lte=_last_whole_month(as_of)).order_by("month")
        months = list(rows.values_list("month", figure.column))
        shown = [number for _month, number in months if number is not None]
        yield _said(figure) | {
            "value": sum(shown) if shown else None,
            "found_in_lists": None,
            "counted_through": months[-1][0] if months else None,
            "left_out": [month for month, number in months if number is None],
            "query": figure.query,
        }


def _of_years(as_of: date) -> Iterator[dict[str, Any]]:
    whole = as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1
    row = public(OpenCoverage).filter(unit=NATION, year__lte=whole).order_by("-year").first()
    for figure in YEARS:
        yield _said(figure) | {
            "value": row and getattr(row, figure.column),
            "found_in_lists": None,
            "counted_through": row and str(row.year),
            "left_out": [],
            "query": figure.query,
        }


def _last_whole_month(as_of: date) -> str:
    """The last month that is over at the end of a day."""
    tomorrow = as_of.toordinal() + 1
    first = date.fromordinal(tomorrow).replace(day=1)
    return f"{date.fromordinal(first.toordinal() - 1):%Y-%m}"
