"""Official statistics: entered by one auditor from the source, confirmed by another, and public from then on."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.publishing.series import publish_series
from audits.actions.writing import check_fields, needs
from audits.lifecycles import advance
from audits.models import Series, SeriesRelease, StatStatus
from audits.reckoning.series import first_day
from ledger import clock
from ledger.acting import act, record
from ledger.actors import CLOCK
from ledger.conflict import Conflict


@act
def enter_series(
    actor: Any,
    *,
    code: str,
    title_km: str,
    title_en: str,
    unit: str,
    definition_km: str,
    definition_en: str,
    source: str,
) -> Series:
    """Enter what is counted. Nothing of it is public before a release of it is confirmed.

    :raises ValidationError: by field
    """
    if not rules.keeps_series(actor):
        raise PermissionDenied(_("You may not do this."))
    texts = {
        "code": code,
        "title_km": title_km,
        "title_en": title_en,
        "definition_km": definition_km,
        "definition_en": definition_en,
        "source": source,
    }
    said = {name: needs(text, name, _("This is missing.")) for name, text in texts.items()}
    row = Series(**said, unit=unit, entered_by=actor, entered_at=clock.now())
    check_fields(row)
    return record(row, "series.entered", actor=actor, code=row.code)


@act
def enter(
    actor: Any,
    series_id: int,
    *,
    period: str,
    stat_status: str,
    source: str,
    value: int | None = None,
    released_on: date | None = None,
    note: str = "",
) -> SeriesRelease:
    """Enter a number as its source released it; a correction is a further one. Another auditor confirms it.

    :param value: None where the source gives no number, which the note explains
    :raises ValidationError: by field
    """
    if not rules.keeps_series(actor):
        raise PermissionDenied(_("You may not do this."))
    series = Series.objects.visible_to(actor).lock(series_id)
    row = SeriesRelease(
        series=series,
        period=period.strip(),
        value=value,
        stat_status=stat_status,
        released_on=released_on,
        source=needs(source, "source", _("Say where the number stands.")),
        note=note.strip(),
        entered_by=actor,
        entered_at=clock.now(),
    )
    check_fields(row)
    _is_past(row)
    if row.stat_status == StatStatus.RETRACTED and not _stands(row):
        raise ValidationError({"stat_status": _("Only a release that stands is retracted.")})
    return record(row, "series_release.entered", actor=actor, series=series.code, period=row.period)


def _is_past(row: SeriesRelease) -> None:
    try:
        begins = first_day(row.period)
    except ValueError as error:
        raise ValidationError({"period": _("There is no such day.")}) from error
    if begins > clock.today():
        raise ValidationError({"period": _("This period has not begun.")})
    if row.released_on is not None and row.released_on > clock.today():
        raise ValidationError({"released_on": _("This day is in the future.")})


def _stands(row: SeriesRelease) -> bool:
    last = SeriesRelease.objects.confirmed().filter(series=row.series, period=row.period)
    newest = last.order_by("-number").first()
    return newest is not None and newest.stat_status != StatStatus.RETRACTED


@act
def retract(actor: Any, release_id: int, *, source: str, reason: str) -> SeriesRelease:
    """Enter that a source took a number back: a further release without one. Another auditor confirms it.

    :raises Conflict: for a release that was not confirmed, or that another followed
    """
    release = SeriesRelease.objects.visible_to(actor).lock(release_id)
    later = release.series.releases.confirmed().filter(period=release.period, number__gt=release.number or 0)
    if release.status != SeriesRelease.Status.CONFIRMED or later.exists():
        raise Conflict(_("Only the latest release of a period is retracted."))
    return enter(
        actor,
        release.series_id,
        period=release.period,
        stat_status=StatStatus.RETRACTED,
        source=source,
        note=needs(reason, "reason", _("Say why.")),
    )


@act
def confirm(actor: Any, release_id: int, *, version: int | None = None) -> SeriesRelease:
    """Confirm what another auditor entered: it is public at once, beside all earlier releases."""
    row = _locked(actor, release_id, version)
    advance(row, "confirm", by=actor)
    earlier = SeriesRelease.objects.filter(series=row.series, period=row.period)
    row.number = (earlier.aggregate(last=Max("number"))["last"] or 0) + 1
    row.confirmed_by, row.confirmed_at = actor, clock.now()
    record(
        row,
        "series_release.confirmed",
        actor=actor,
        series=row.series.code,
        period=row.period,
        number=row.number,
    )
    publish_series(CLOCK, cause=row.last_event.id if row.last_event else None)
    return row


@act
def reject(actor: Any, release_id: int, *, reason: str, version: int | None = None) -> SeriesRelease:
    """Reject what was entered, one's own too. It is never public; another may be entered in its place."""
    row = _locked(actor, release_id, version)
    advance(row, "reject", by=actor)
    row.rejected_by = actor
    row.why_rejected = needs(reason, "reason", _("Say why."))
    return record(row, "series_release.rejected", actor=actor, reason=row.why_rejected)


def _locked(actor: Any, release_id: int, version: int | None) -> SeriesRelease:
    """A release, behind the lock of its series: numbers are given one after another."""
    seen = SeriesRelease.objects.visible_to(actor)
    for series_id in seen.filter(pk=release_id).values_list("series_id", flat=True):
        Series.objects.visible_to(actor).lock(series_id)
    return seen.select_related("series").lock(release_id, version=version)
