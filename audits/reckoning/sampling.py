"""Which records a seed draws from a frozen population. Anybody can reckon it anew: `tools/check_sample.py` does.

    lines = for each record its id, a tab, its stratum; in the order of ids, joined by line feeds
    digest = SHA-256(lines)
    seed = SHA-256("probity-sample-1\\n" digest "\\n" nonce "\\n" outside)
    key of a record = SHA-256(seed ":" id)

Digests are written in hexadecimal, texts are UTF-8. Each stratum gives its share of the sample (largest remainders,
ties to the stratum whose name sorts first, by code points), and of each stratum the records with the smallest keys are
drawn. The database reckons the same again before it takes a sample (`audits_sample_stands`).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

VERSION = "probity-sample-1"
#: Divides what a stratum's name is made of.
BETWEEN = "|"

type Member = tuple[int, str]


@dataclass(frozen=True)
class Drawn:
    """A record that was drawn: its id, its stratum, its key."""

    row_id: int
    stratum: str
    key: str


def lines_of(members: Iterable[Member]) -> str:
    """The frozen list of a population.

    :raises ValueError: if a record stands in it twice, or a stratum's name would break a line
    """
    ordered = sorted(members)
    if len({row_id for row_id, _ in ordered}) != len(ordered):
        raise ValueError("a record stands in the population twice")
    if any(set(stratum) & {"\t", "\n", "\r"} for _, stratum in ordered):
        raise ValueError("the name of a stratum would break a line")
    return "\n".join(f"{row_id}\t{stratum}" for row_id, stratum in ordered)


def members_in(lines: str) -> list[Member]:
    """The records of a frozen list."""
    return [
        (int(row_id), stratum) for row_id, _, stratum in (line.partition("\t") for line in lines.split("\n"))
    ]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seed_of(digest: str, nonce: str, outside: str) -> str:
    return digest_of(f"{VERSION}\n{digest}\n{nonce}\n{outside}")


def key_of(seed: str, row_id: int) -> str:
    return digest_of(f"{seed}:{row_id}")


def shares(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many records each stratum gives, in proportion to its size: largest remainders, ties by name."""
    whole = sum(sizes.values())
    wanted = min(wanted, whole)
    exact = {name: Fraction(wanted * size, whole) for name, size in sizes.items()}
    given = {name: int(share) for name, share in exact.items()}
    left = wanted - sum(given.values())
    for name in sorted(exact, key=lambda name: (given[name] - exact[name], name))[:left]:
        given[name] += 1
    return given


def draw(members: Sequence[Member], seed: str, wanted: int) -> list[Drawn]:
    """The records that the seed draws, stratum by stratum in the order of their names, smallest key first."""
    strata: dict[str, list[Drawn]] = defaultdict(list)
    for row_id, stratum in members:
        strata[stratum].append(Drawn(row_id, stratum, key_of(seed, row_id)))
    given = shares({name: len(rows) for name, rows in strata.items()}, wanted)
    return [
        one for name in sorted(strata) for one in sorted(strata[name], key=lambda one: one.key)[: given[name]]
    ]
