"""What a country has after ten years, drawn from a seed: a roll, its tests, lists of measures. No real person.

Rows as files of an import have them, their header first; places, ranks and grounds as unevenly spread as real ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cases.reckoning.demo_2024 import census, roster

__all__ = ["Earlier", "earlier", "roll", "tests"]

#: Non-negative screens, of a thousand tests.
MARKED = 2
GROUNDS = (
    ("confirmed_positive", True, 46),
    ("drug_involvement", True, 14),
    ("refusal", True, 8),
    ("discipline_breach", False, 14),
    ("absence", False, 12),
    ("corruption", False, 6),
)
KINDS = (("dismissal", 74), ("demotion", 14), ("suspension", 12))
INSTRUMENTS = (("prakas", 55), ("ministerial_decision", 30), ("unit_order", 15))
RANKS = (("SGT", 30), ("SSG", 24), ("SGM", 14), ("WO", 10), ("2LT", 9), ("CPT", 8), ("MAJ", 4), ("COL", 1))


@dataclass(frozen=True)
class Earlier:
    """A measure of a list, of somebody on no roll."""

    service_number: str
    rank: str
    province: str
    kind: str
    ground: str
    is_about_drugs: bool
    effective_on: date
    instrument: str


def roll(number: int, units: Sequence[str], seed: int) -> Iterator[list[str]]:
    """A roll of officers who all serve since before the first test."""
    rows = roster(number, units, seed)
    header = next(rows)
    yield header
    random = Random(seed + 1)  # noqa: S311  the same each time
    for row in rows:
        yield [*row[:-1], f"{date(2014, 1, 6) + timedelta(days=random.randrange(300)):%d/%m/%Y}"]


def tests(
    people: Iterable[tuple[str, str, str, str]], year: int, number: int, seed: int
) -> Iterator[list[str]]:
    """A year's tests as a file has them: each unit on a day of its own.

    :param people: unit code and site, service number and name, by unit
    """
    random = Random(seed + year)  # noqa: S311
    marked = frozenset(random.sample(range(number), number * MARKED // 1000))
    rows = census(people, marked)
    yield next(rows)
    days: dict[str, str] = {}
    for row in rows:
        day = days.setdefault(row[0], f"{date(year, 1, 4) + timedelta(days=random.randrange(350)):%d/%m/%Y}")
        yield [row[0], row[1], day, row[3], "random", f"OP-{year}", f"KT-{year}", f"31/12/{year + 1}",
               row[8], row[9], f"{year}-{row[10]}", *row[11:]]  # fmt: skip


def earlier(number: int, provinces: Sequence[str], days: tuple[date, date], seed: int) -> list[Earlier]:
    """So many measures, each month alike, by day."""
    random = Random(seed + 7)  # noqa: S311
    weights = [1 + random.paretovariate(1.2) for _ in provinces]
    length = (days[1] - days[0]).days
    found = []
    for place in range(number):
        ((ground, drugs, _),) = random.choices(GROUNDS, [one[-1] for one in GROUNDS])
        found.append(
            Earlier(
                f"L{seed:02d}-{place:06d}",
                _one(random, RANKS),
                random.choices(provinces, weights)[0],
                _one(random, KINDS),
                ground,
                drugs,
                days[0] + timedelta(days=place * length // number),
                _one(random, INSTRUMENTS),
            )
        )
    return found


def _one(random: Random, choices: Sequence[tuple[str, int]]) -> str:
    return random.choices([name for name, _ in choices], [weight for _, weight in choices])[0]
