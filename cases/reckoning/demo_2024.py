"""The reported figures of the campaign of 2023 and 2024, and a roll and a census to match: all people invented.

The totals are those of the press of the time (`docs/decisions/0021-cases.md`); who they were is not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from officers.reckoning.demo import RANK_WEIGHTS, RANKS, name

ORDER_NUMBER = "Order No. 01"
ORDERED_ON = date(2024, 2, 20)
FIRST_NUMBER = 400_001
#: Days on which the census was collected, and the one on which its file came in.
CENSUS = tuple(date(2024, 3, 4) + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11))
CENSUS_IN = date(2024, 3, 29)


@dataclass(frozen=True)
class Reported:
    """How many, as reported by the three days; all scaled alike, and at least one of each.

    `january_…`: dismissed by 23 January 2024. `march_…`: those who came after, by 28 March 2024. The rest is of the
    campaign, by 22 July 2024.
    """

    january_positive: int = 40
    january_discipline: int = 30
    march_positive: int = 123
    march_discipline: int = 23
    march_demoted: int = 22
    tested: int = 99_300
    dismissed: int = 89
    in_procedure: int = 7
    under_investigation: int = 1

    @property
    def positive(self) -> int:
        return self.dismissed + self.in_procedure + self.under_investigation

    @property
    def in_cases_before(self) -> int:
        """Officers with a case before the census; of these nobody was tested in it."""
        return (
            self.january_positive
            + self.january_discipline
            + self.march_positive
            + self.march_discipline
            + self.march_demoted
        )

    def scaled(self, scale: float) -> "Reported":
        return Reported(**{field: max(1, round(number * scale)) for field, number in vars(self).items()})


def roster(number: int, units: Sequence[str], seed: int) -> Iterator[list[str]]:
    """A roll of so many officers, its header first.

    :param units: codes of the units they serve in
    """
    random = Random(seed)  # noqa: S311  a demonstration is to be the same each time
    yield [
        "Service number",
        "Name in Khmer",
        "Name in Latin",
        "Sex",
        "Birth year",
        "Rank",
        "Unit code",
        "Since",
    ]
    for n in range(number):
        sex = "F" if random.random() < 0.16 else "M"
        name_km, name_latin = name(random, sex)
        yield [
            str(FIRST_NUMBER + n),
            name_km,
            name_latin,
            sex,
            str(random.randint(1966, 2001)),
            random.choices(RANKS, RANK_WEIGHTS)[0],
            units[n * len(units) // number],
            f"{date(2022, 1, 3) + timedelta(days=random.randrange(300)):%d/%m/%Y}",
        ]


def census(people: Iterable[tuple[str, str, str, str]], non_negative: frozenset[int]) -> Iterator[list[str]]:
    """The census, a row an officer, its header first.

    :param people: unit code and site, service number and name, by unit
    :param non_negative: places in `people` whose screen needs confirmation
    """
    yield [
        *("Unit code", "Site", "Date", "Witness", "Reason for test", "Order number", "Kit lot", "Kit expiry"),
        *("Officer number", "Name", "Specimen number", "Taken", "Methamphetamine", "Ketamine"),
    ]
    days: dict[str, date] = {}
    for n, (unit, site, number, called) in enumerate(people):
        day = days.setdefault(unit, CENSUS[len(days) % len(CENSUS)])
        yield [
            *(unit, site, f"{day:%d/%m/%Y}", "សាក្សី លេខ ២", "census_campaign", ORDER_NUMBER),
            *("KT-2401", "31/12/2024", number, called, f"N-{n + 1:06d}", "taken"),
            *("non-negative" if n in non_negative else "negative", "negative"),
        ]
