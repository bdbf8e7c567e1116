"""How disclosed tables are written: one publisher at a time, rows compared with what stands there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from audits.models.open_data import OpenRelease
from audits.models.open_data.feed import Disclosed
from audits.queries.disclosure import Rules
from audits.rules import is_the_clock
from ledger import clock

AT_ONCE = 2000


def alone(actor: Any) -> None:
    """Only the clock publishes, and one publisher at a time: what is public already is what the next one reads."""
    if not is_the_clock(actor):
        raise PermissionDenied(_("You may not do this."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('audits.publishing', 0))")


def last_day_to_publish(rules: Rules, *, horizon: bool = False) -> date:
    """The end of the last month that may be published today: the delay is over, and the horizon where one counts."""
    today = clock.today()
    if horizon:
        today -= timedelta(days=rules.horizon_days)
    month = today.year * 12 + today.month - 1 - rules.delay_months
    return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)


def company(model: type[Disclosed], period: str) -> Random:
    """Draws what is hidden beside small counts: for a period always the same, which nobody outside can repeat."""
    secret = salted_hmac("audits.publishing", f"{model.collection}.{period}", algorithm="sha256").digest()
    return Random(secret)  # noqa: S311 - as hard to foresee as the secret


def put(model: type[Disclosed], rows: Sequence[Disclosed]) -> None:
    """Insert rows, many at once, under the event that is declared."""
    model._base_manager.bulk_create(rows, batch_size=AT_ONCE)


def sync(model: type[Disclosed], wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Make a table hold exactly these rows, by their ids, touching none that is as it should be."""
    there = {row.pk: row for row in model._base_manager.all()}
    added = [model(id=key, **values) for key, values in wanted.items() if key not in there]
    gone = [key for key in there if key not in wanted]
    changed = []
    for key, row in there.items():
        values = wanted.get(key)
        if values is not None and any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    put(model, added)
    if changed:
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._base_manager.bulk_update(changed, names, batch_size=AT_ONCE)
    if gone:
        model._base_manager.filter(pk__in=gone).delete()
    return {"added": len(added), "corrected": len(changed), "retracted": len(gone)}


def released(collection: str, period: str, rows: int, rules: Rules) -> None:
    """Say that rows of a period of a collection came out, inside an event. Further ones are added to those before."""
    before = OpenRelease.objects.filter(pk=f"{collection}.{period}").first()
    if before is None:
        put(OpenRelease, [_release(collection, period, rows, rules)])
    else:
        before.rows += rows
        before.save()


def publish_periods(
    model: type[Disclosed], rows: Sequence[Disclosed], periods: Sequence[str], rules: Rules
) -> None:
    """Insert the rows of periods that come out together, and say of each that it did."""
    put(model, rows)
    number = Counter(row.pk.partition(".")[0] for row in rows)
    put(OpenRelease, [_release(model.collection, period, number[period], rules) for period in periods])


def _release(collection: str, period: str, rows: int, rules: Rules) -> OpenRelease:
    return OpenRelease(
        id=f"{collection}.{period}",
        of=collection,
        period=period,
        rows=rows,
        unit_threshold=rules.unit_threshold,
        national_threshold=rules.national_threshold,
        published_on=clock.today(),
    )
