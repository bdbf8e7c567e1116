"""Rows that may be public: as much of each as enough others share.

Rows are taken through `STEPS` together. At each, those of which at least `least` agree in all that the step shows come
out so; the rest go on to a step that shows less. Few rows left at the end draw further rows with them, so that
nobody is found by what is missing. What comes out has this property: **of any row there are those of at least `least`
people that say exactly the same**, so no filter and no sum over rows ever gives a number below it but zero. People are
counted and not rows: ten warnings to one man hide nobody.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

#: What each step shows of a row, from all to nothing: first the finer words go; for those still too few the province,
#: and the finer words return; then the month, and the province returns.
STEPS: tuple[tuple[str, ...], ...] = (
    ("year", "month", "province", "rank_group", "ground", "instrument"),
    ("year", "month", "province", "rank_group", "ground"),
    ("year", "month", "province", "ground"),
    ("year", "month", "province"),
    ("year", "month", "rank_group", "ground", "instrument"),
    ("year", "month", "ground", "instrument"),
    ("year", "month", "ground"),
    ("year", "month"),
    ("year", "province", "ground"),
    ("year", "province"),
    ("year", "ground"),
    ("year",),
    (),
)
FIELDS = STEPS[0]


@dataclass(frozen=True)
class Class:
    """Rows that say the same: what they show, and which they are (their places among those given)."""

    shown: Mapping[str, str | None]
    rows: tuple[int, ...]


def classes(rows: Sequence[Mapping[str, str]], people: Sequence[Hashable], least: int) -> list[Class]:
    """Every row in one class of at least `least` people.

    :param people: whom each row is about
    :raises ValueError: if there are fewer people than `least` at all, or `least` is not positive
    """
    if least < 1 or len(set(people)) < least:
        raise ValueError(f"{len(set(people))} people cannot hide among {least}")
    left = list(range(len(rows)))
    found: list[tuple[tuple[str, ...], list[int]]] = []
    for shown in STEPS:
        groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for place in left:
            groups[tuple(rows[place][name] for name in shown)].append(place)
        left = []
        for values in sorted(groups):
            if _number(people, groups[values]) >= least:
                found.append((shown, groups[values]))
            else:
                left += groups[values]
        if not left:
            break
    if left:
        found = _with_company(found, left, people, least)
    return [
        Class({name: rows[members[0]][name] if name in shown else None for name in FIELDS}, tuple(members))
        for shown, members in found
    ]


def _number(people: Sequence[Hashable], places: Iterable[int]) -> int:
    return len({people[place] for place in places})


def _with_company(
    found: list[tuple[tuple[str, ...], list[int]]], left: list[int], people: Sequence[Hashable], least: int
) -> list[tuple[tuple[str, ...], list[int]]]:
    """The rows left over, with whole classes that say least already, until they are enough to say nothing of."""
    found = sorted(found, key=lambda one: (len(one[0]), len(one[1])), reverse=True)
    while _number(people, left) < least:
        left = left + found.pop()[1]
    return [*found, ((), left)]


def to_join(classes: Sequence[tuple[int, frozenset[Hashable]]], least: int) -> list[int]:
    """Which classes say nothing from now on, since some lost people: those with too few, and company for them.

    :param classes: of each, how much it says and whom it is about
    """
    few = [place for place, (_, people) in enumerate(classes) if len(people) < least]
    if not few:
        return []
    others = sorted(set(range(len(classes))) - set(few), key=lambda place: (classes[place][0], place))
    joined = list(few)
    while others and len(frozenset[Hashable]().union(*(classes[place][1] for place in joined))) < least:
        joined.append(others.pop(0))
    return joined


def cuts(
    days: Sequence[date], people: Sequence[Hashable], pins: Sequence[date], last: date, least: int
) -> list[date]:
    """The days at which a batch is cut so that figures as of the `pins` come out exactly, and `last` at its end.

    A pin that would leave fewer than `least` people on either side is none: the batch goes on over it.
    """
    found: list[date] = []
    since = date.min
    for pin in sorted({pin for pin in pins if pin < last}):
        before = _number(people, (place for place, day in enumerate(days) if since < day <= pin))
        after = _number(people, (place for place, day in enumerate(days) if day > pin))
        if before >= least and (after >= least or after == 0):
            found.append(pin)
            since = pin
    return [*found, last]
