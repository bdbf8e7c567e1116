"""Days of which public figures are to come out exactly."""

from datetime import date

from audits.models import SeriesRelease
from audits.models.series import StatStatus


def pinned_days() -> list[date]:
    """The days of which an official number was released and stands, in order: ours are held against it."""
    rows = SeriesRelease.objects.confirmed().order_by("number").values_list("series", "period", "stat_status")
    latest = {(series, period): status for series, period, status in rows}
    return sorted(
        {
            date.fromisoformat(period)
            for (_series, period), status in latest.items()
            if len(period) == len("2024-01-23") and status != StatStatus.RETRACTED
        }
    )
