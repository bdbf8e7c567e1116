"""Rows of measures that are taken back, and those that say less since too few are left beside them."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from audits.models.open_data import OpenMeasure, PublishedMeasure
from audits.models.open_data.measures import AppealState
from audits.queries.disclosure import Rules
from audits.reckoning.classes import FIELDS, to_join
from ledger import clock
from ledger.acting import recording, save_all

#: What makes a row one of its class: all that is public of it, and the batch that figures as of a day count.
SAID = (*(name for name in OpenMeasure.columns if name != "id"), "through")
_BASE = ("source", "measure", "ground_group")
#: What tells whom a measure of an older list is about, best first.
SAYS_WHOM = ("service_number", "officer__service_number", "name_km", "name_latin")
type Said = tuple[Any, ...]


@dataclass(frozen=True)
class _Class:
    """Rows that say exactly the same, and whom they are about."""

    said: Mapping[str, Any]
    rows: list[str]
    people: frozenset[Hashable]

    @property
    def words(self) -> int:
        return sum(self.said[name] is not None for name in FIELDS)


def take_back(actor: Any, rules: Rules) -> int:
    """Take back the rows of measures that were reversed or voided. The feed says that a row is gone, and no more.

    A class that is left with fewer people than the threshold says nothing from then on but what is always said, and
    classes that say least keep it company. Where fewer than the threshold of the country are left of all that is
    always said, these are withdrawn with the others, for good.
    """
    reversed_ones = set(
        PublishedMeasure.objects.standing()
        .filter(Q(measure__reversed_on__isnull=False) | Q(earlier__void=True))
        .values_list("row", flat=True)
    )
    if not reversed_ones:
        return 0
    withdrawn: set[str] = set()
    joined: list[list[_Class]] = []
    for found in _left_of_their_bases(reversed_ones):
        places = to_join([(one.words, one.people) for one in found], rules.unit_threshold)
        few = [found[place] for place in places]
        if len(frozenset[Hashable]().union(*(one.people for one in few))) >= rules.national_threshold:
            joined.append(few)
        else:
            withdrawn.update(row for one in few for row in one.rows)
    _retract(actor, reversed_ones | withdrawn)
    _say_less(actor, joined)
    return len(reversed_ones)


def _left_of_their_bases(gone: set[str]) -> Iterable[list[_Class]]:
    """The classes that stay of each source, measure and group of grounds of which rows go."""
    touched = set(OpenMeasure.objects.filter(pk__in=gone).values_list(*_BASE))
    who = people_of_rows()
    for base in sorted(touched):
        classes: defaultdict[Said, list[str]] = defaultdict(list)
        rows = OpenMeasure.objects.filter(**dict(zip(_BASE, base, strict=True))).exclude(pk__in=gone)
        for row, *said in rows.order_by("pk").values_list("pk", *SAID):
            classes[tuple(said)].append(row)
        yield [
            _Class(dict(zip(SAID, said, strict=True)), rows, frozenset(who[row] for row in rows))
            for said, rows in sorted(classes.items(), key=lambda one: one[1])
        ]


def people_of_rows() -> dict[str, Hashable]:
    """Whom each row that stands is about: the officer, or what an older list says of him."""
    links = PublishedMeasure.objects.standing().values_list(
        "row", "measure__officer_id", *(f"earlier__{name}" for name in SAYS_WHOM)
    )
    return {row: next(one for one in known if one) for row, *known in links}


def _retract(actor: Any, rows: set[str]) -> None:
    links = list(PublishedMeasure.objects.standing().filter(row__in=rows).select_for_update().order_by("row"))
    for link in links:
        link.retracted_on = clock.today()
    with recording("measure.retracted", actor=actor, subject=PublishedMeasure, rows=len(links)):
        save_all(links, ["retracted_on"])
    with recording("open_data.retracted", actor=actor, subject=OpenMeasure, rows=len(links)):
        OpenMeasure.objects.filter(pk__in=rows).delete()


def _say_less(actor: Any, joined: list[list[_Class]]) -> None:
    for classes in joined:
        said = [one.said for one in classes]
        states = {one["appeal_state"] for one in said}
        together = dict.fromkeys(FIELDS) | {
            "appeal_state": AppealState.OPEN if AppealState.OPEN in states else states.pop(),
            "through": max(one["through"] for one in said),
            "published_on": max(one["published_on"] for one in said),
        }
        rows = [row for one in classes if not together.items() <= one.said.items() for row in one.rows]
        with recording("open_data.published", actor=actor, subject=OpenMeasure, rows=len(rows)):
            OpenMeasure.objects.filter(pk__in=rows).update(**together)
