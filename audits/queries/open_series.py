"""Official statistics as the public reads them."""

from audits.models import OpenSeries
from audits.queries.disclosure import public


def series() -> list[OpenSeries]:
    """Of each series the latest release of its last period, in the order of codes."""
    rows = public(OpenSeries).filter(is_latest=1)
    return list(rows.order_by("series", "-period").distinct("series"))


def releases(code: str) -> list[OpenSeries]:
    """All releases of a series, by period and number."""
    return list(public(OpenSeries).filter(series=code).order_by("period", "number"))
