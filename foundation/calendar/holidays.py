"""The holidays of a year as a library computes them, to begin an editable table with."""

from dataclasses import dataclass
from datetime import date

import holidays

# The lunar holidays are tabulated up to here; later years would lack them without a word.
_LAST_LUNAR_YEAR = 2157

# Royal days, by how their English name ends, called by the office and not by who holds it: reigns change, and
# no person's name stands in our data.
_OFFICES = {
    "the Queen-Mother's Birthday": (
        "Birthday of Her Majesty the Queen Mother",
        "ព្រះរាជពិធីបុណ្យចម្រើនព្រះជន្ម សម្តេចព្រះមហាក្សត្រី ព្រះវររាជមាតា",
    ),
    "Mourning Day": (
        "Commemoration Day of His Majesty the late King Father",
        "ទិវាប្រារព្ធពិធីគោរពព្រះវិញ្ញាណក្ខន្ធ ព្រះមហាវីរក្សត្រ ព្រះវររាជបិតា",
    ),
    "Coronation Day": (
        "Coronation Day of His Majesty the King",
        "ព្រះរាជពិធីគ្រងព្រះបរមរាជសម្បត្តិ របស់ព្រះមហាក្សត្រ",
    ),
    "Birthday": (
        "Birthday of His Majesty the King",
        "ព្រះរាជពិធីបុណ្យចម្រើនព្រះជន្ម ព្រះមហាក្សត្រ",
    ),
}


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
    return [Holiday(day, *_named(english[day], khmer[day]), source) for day in sorted(english)]


def _named(english: str, khmer: str) -> tuple[str, str]:
    pairs = [
        next((office for ending, office in _OFFICES.items() if one.endswith(ending)), (one, other))
        for one, other in zip(english.split("; "), khmer.split("; "), strict=True)
    ]
    return "; ".join(one for one, _ in pairs), "; ".join(other for _, other in pairs)
