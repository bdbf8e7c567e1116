"""Official statistics: every confirmed release is a public row, the superseded ones too."""

from decimal import Decimal
from typing import Any

from audits.actions.publishing.writing import alone, sync
from audits.models import OpenSeries, SeriesRelease
from audits.reckoning.series import before, change_percent
from ledger.acting import act, recording


@act
def publish_series(actor: Any, *, cause: int | None = None) -> dict[str, int]:
    """Bring the public series to what was confirmed.

    :param cause: the event by which a release was confirmed
    """
    alone(actor)
    with recording("open_data.published", actor=actor, subject=OpenSeries, cause=cause):
        return sync(OpenSeries, _wanted())


def _wanted() -> dict[str, dict[str, Any]]:
    releases = list(
        SeriesRelease.objects.confirmed().select_related("series").order_by("series", "period", "number")
    )
    latest = {(row.series_id, row.period): row for row in releases}
    return {
        f"{row.series.code}.{row.period}.{row.number}": {
            "series": row.series.code,
            "title_km": row.series.title_km,
            "title_en": row.series.title_en,
            "definition_km": row.series.definition_km,
            "definition_en": row.series.definition_en,
            "period": row.period,
            "number": row.number,
            "value": row.value,
            "unit": row.series.unit,
            "status": row.stat_status,
            "released_on": row.released_on,
            "source": row.source,
            "note": row.note,
            "is_latest": int(latest[row.series_id, row.period] is row),
            "change_percent": _change(row, latest.get((row.series_id, before(row.period)))),
        }
        for row in releases
    }


def _change(row: SeriesRelease, earlier: SeriesRelease | None) -> Decimal | None:
    return change_percent(row.value, earlier.value if earlier else None)
