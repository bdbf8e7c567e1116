"""Rows of measures: published month by month in batches, so that of each row enough others say the same."""

import secrets
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.actions.publishing.taking_back import SAID, SAYS_WHOM, take_back
from audits.actions.publishing.writing import alone, last_day_to_publish, put, released
from audits.models.open_data import OpenMeasure, OpenRelease, PublishedMeasure
from audits.models.open_data.measures import (
    APPEAL,
    UNKNOWN,
    AppealState,
    GroundGroup,
    MeasureSource,
    RankGroup,
)
from audits.queries.disclosure import Rules, rules_in_force
from audits.queries.provinces import CENTRAL, provinces_of_units
from audits.reckoning.classes import classes, cuts
from cases.models import EarlierMeasure, Measure
from cases.models.grounds import GroundKind
from cases.queries.powers import rank_orders
from cases.reckoning.ranks import rank_group
from ledger import clock
from ledger.acting import act, record_all, recording

_PLACE = {ground: number for number, ground in enumerate(GroundKind.values)}
#: Measures that share these are published together: what is always said of a row.
type Base = tuple[str, str, str]


@dataclass(frozen=True)
class _Candidate:
    """A measure that is not public yet, in public words."""

    pk: int
    about: Hashable  # whom
    base: Base  # source, measure, group of grounds
    effective_on: date
    words: dict[str, str]


@act
def publish_measures(actor: Any, *, pins: Sequence[date] = ()) -> dict[str, int]:
    """Publish what came into force by the last month whose delay is over, and take back what is not in force any more.

    Of each source, measure and group of grounds either nothing new comes out or at least the threshold; fewer wait
    for the months to come. A row that is taken back leaves the feed without a word of what it said.

    :param pins: days of which figures are to come out exactly, where that leaves enough rows on either side
    """
    alone(actor)
    rules = rules_in_force()
    upto = last_day_to_publish(rules)
    retracted = take_back(actor, rules)
    final = _turn_final(actor)
    added = 0
    waiting: defaultdict[Base, list[_Candidate]] = defaultdict(list)
    for one in _candidates(upto):
        waiting[one.base].append(one)
    for base, candidates in sorted(waiting.items()):
        if len({one.about for one in candidates}) >= rules.unit_threshold:
            added += _publish(actor, base, candidates, upto, pins, rules)
    if added:
        with recording("open_data.published", actor=actor, subject=OpenRelease):
            released("measures", f"{upto:%Y-%m}", added, rules)
    return {"added": added, "retracted": retracted, "final": final}


def _publish(
    actor: Any, base: Base, candidates: list[_Candidate], upto: date, pins: Sequence[date], rules: Rules
) -> int:
    source, measure, group = base
    since, today = date.min, clock.today()
    days, people = [one.effective_on for one in candidates], [one.about for one in candidates]
    for through in cuts(days, people, pins, upto, rules.unit_threshold):
        part = [one for one in candidates if since < one.effective_on <= through]
        since = through
        if not part:
            continue
        batch = f"{today:%Y%m%d}.{'.'.join(base)}.{through:%Y%m%d}"
        links, rows = [], []
        hidden = classes([each.words for each in part], [each.about for each in part], rules.unit_threshold)
        for number, one in enumerate(hidden):
            for place in one.rows:
                key = secrets.token_hex(8)
                link = {"measure_id" if source == MeasureSource.CASE else "earlier_id": part[place].pk}
                links.append(
                    PublishedMeasure(row=key, batch=batch, class_no=number, published_on=today, **link)
                )
                rows.append(
                    OpenMeasure(
                        id=key,
                        **dict(one.shown) | {"year": one.shown["year"] and int(one.shown["year"])},
                        ground_group=group,
                        measure=measure,
                        appeal_state=AppealState.OPEN
                        if source == MeasureSource.CASE
                        else AppealState.UNKNOWN,
                        source=source,
                        through=through,
                        published_on=today,
                    )
                )
        record_all(links, "measure.published", actor=actor, batch=batch)
        with recording("open_data.published", actor=actor, subject=OpenMeasure, rows=len(rows), batch=batch):
            # In the order of what is public, so that not even the feed tells in which they stand in the record.
            put(OpenMeasure, sorted(rows, key=lambda row: row.id))
    return len(candidates)


def _candidates(upto: date) -> Iterator[_Candidate]:
    orders, province_of = rank_orders(), provinces_of_units()
    for row in (
        Measure.objects.filter(reversed_on__isnull=True, published__isnull=True, effective_on__lte=upto)
        .exclude(kind="none")
        .order_by("effective_on", "pk")
        .values(
            "pk",
            "officer_id",
            "kind",
            "grounds",
            "is_about_drugs",
            "effective_on",
            "rank",
            "unit_id",
            "order__instrument",
        )
    ):
        grounds = sorted(row["grounds"], key=lambda ground: _PLACE.get(ground, len(_PLACE)))
        yield _Candidate(
            row["pk"],
            row["officer_id"],
            (MeasureSource.CASE.value, row["kind"], _group(grounds, row["is_about_drugs"])),
            row["effective_on"],
            _words(
                row["effective_on"],
                province_of[row["unit_id"]],
                rank_group(orders.get(row["rank"])),
                grounds[0] if grounds else "",
                row["order__instrument"] or APPEAL,
            ),
        )
    for earlier in (
        EarlierMeasure.objects.standing()
        .filter(published__isnull=True, effective_on__lte=upto)
        .exclude(kind="none")
        .order_by("effective_on", "pk")
        .values(
            *("pk", "kind", "ground", "is_about_drugs", "effective_on", "rank", "province", "instrument"),
            *SAYS_WHOM,
        )
    ):
        yield _Candidate(
            earlier["pk"],
            next(earlier[name] for name in SAYS_WHOM if earlier[name]),
            (
                MeasureSource.LIST.value,
                earlier["kind"],
                _group([earlier["ground"]], earlier["is_about_drugs"]),
            ),
            earlier["effective_on"],
            _words(
                earlier["effective_on"],
                earlier["province"] or CENTRAL,
                rank_group(orders.get(earlier["rank"])),
                earlier["ground"],
                earlier["instrument"],
            ),
        )


def _group(grounds: Iterable[str], is_about_drugs: bool) -> str:
    if GroundKind.CONFIRMED_POSITIVE in grounds:
        return GroundGroup.POSITIVE.value
    return GroundGroup.DRUGS.value if is_about_drugs else GroundGroup.OTHER.value


def _words(effective_on: date, province: str, group: str, ground: str, instrument: str) -> dict[str, str]:
    return {
        "year": f"{effective_on:%Y}",
        "month": f"{effective_on:%Y-%m}",
        "province": province,
        "rank_group": group or RankGroup.UNKNOWN.value,
        "ground": ground or UNKNOWN,
        "instrument": instrument or UNKNOWN,
    }


def _turn_final(actor: Any) -> int:
    """Call final the rows of those classes of which every case is final: one alone would be told apart by it."""
    links = PublishedMeasure.objects.standing().filter(measure__isnull=False)
    is_final = {row: status == "FINAL" for row, status in links.values_list("row", "measure__case__status")}
    classes: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row, *said in OpenMeasure.objects.filter(appeal_state=AppealState.OPEN).values_list("pk", *SAID):
        classes[tuple(said)].append(row)
    final = [row for rows in classes.values() if all(is_final[row] for row in rows) for row in rows]
    if final:
        with recording("open_data.published", actor=actor, subject=OpenMeasure, rows=len(final)):
            OpenMeasure.objects.filter(pk__in=final).update(appeal_state=AppealState.FINAL)
    return len(final)
