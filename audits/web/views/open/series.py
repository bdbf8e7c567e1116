"""Official statistics: a chart of what stands, and all releases, the superseded ones too."""

from collections.abc import Sequence
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audits.models import OpenSeries
from audits.queries import open_series as tables
from audits.reckoning import charts
from audits.web.views.open import addresses, figures, words
from audits.web.views.open.answering import public_page, show
from audits.web.views.open.figures import Cell, Figure, Line
from foundation.web.templatetags.web import native_digits, number, short_day

_DAY = len("2024-01-23")


@public_page
def series_list(request: HttpRequest) -> HttpResponse:
    """Every series, with what was released last."""
    rows = tables.series()
    return show(
        request,
        "open/series_list.html",
        rows=[(row, title(row), period(row.period), _value(row)) for row in rows],
        query=addresses.query("series"),
        csv=addresses.csv("series"),
    )


@public_page
def series(request: HttpRequest, code: str) -> HttpResponse:
    """A series.

    :raises Http404: if there is none of this code
    """
    rows = tables.releases(code)
    if not rows:
        raise Http404
    last = rows[-1]
    return show(
        request,
        "open/series.html",
        title=title(last),
        definition=last.definition_km if get_language() == "km" else last.definition_en,
        unit=last.get_unit_display(),
        figure=_figure(code, rows),
        rows=[(row, period(row.period), _value(row), _change(row)) for row in reversed(rows)],
    )


def title(row: OpenSeries) -> str:
    return row.title_km if get_language() == "km" else row.title_en


def period(value: str) -> str:
    return short_day(date.fromisoformat(value)) if len(value) == _DAY else words.period(value)


def _value(row: OpenSeries) -> str:
    return "–" if row.value is None else words.count(row.value)


def _change(row: OpenSeries) -> str:
    """With its sign and two decimals, which the pages' other percentages do not have."""
    if row.change_percent is None:
        return "–"
    sign = "+" if row.change_percent > 0 else "−" if row.change_percent < 0 else ""
    return _("%(number)s%%") % {"number": sign + native_digits(number(abs(row.change_percent)))}


def _figure(code: str, rows: Sequence[OpenSeries]) -> Figure:
    """What stands, where it is a number."""
    latest = [row for row in rows if row.is_latest and row.value is not None]
    chart = charts.columns([row.value for row in latest])
    lines = [
        Line(period(row.period), (Cell(row.value, _value(row)), Cell(text=_change(row)))) for row in latest
    ]
    head = figures.of("series", "series", _("What stands"), "", series=code)
    return Figure(
        **head,
        head=(_("Period"), _("Value"), _("Change against the period before")),
        lines=lines[::-1],
        chart=chart,
        marks=[
            (column, _short(row.period), f"{line.name}: {line.cells[0].text}")
            for column, row, line in zip(chart.columns, latest, lines, strict=True)
        ],
        desc=_("The table beside it has every number."),
    )


def _short(value: str) -> str:
    return words.short_month(value) if len(value) == len("2024-01") else period(value)
