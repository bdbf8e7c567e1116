"""The holidays of a year as a library computes them, to begin an editable table with."""

from dataclasses import dataclass
from datetime import date

import holidays

# The lunar holidays are tabulated up to here; later years would lack them without a word.
_LAST_LUNAR_YEAR = 2157


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday; two on one day share one entry, their names joined by a semicolon.

    `source` says which computation it comes from, until a person replaces it by the number of the decree.
    """

    date: date
    name_en: str
    name_km: str
    source: str


def prefill(year: int) -> list[Holiday]:
    """Cambodia's holidays of a year, in order. Future years are computed, not decreed; days granted by a
    later decree are missing.

    :raises ValueError: for a year the library does not reach (before 1993 or after 2157)
    """
    english = holidays.country_holidays("KH", years=year, language="en_US")
    khmer = holidays.country_holidays("KH", years=year, language="km")
    if not english or not english.start_year <= year <= min(english.end_year, _LAST_LUNAR_YEAR):
        raise ValueError(f"There are no computed holidays for {year}.")
    source = f"holidays {holidays.__version__}, computed"
    return [Holiday(day, english[day], khmer[day], source) for day in sorted(english)]
