"""Official statistics of the demonstration: not invented, but as they were reported (facts 0.1, 0.4, 0.14 and 0.15).

What no report gives as a number has none here either, and its note says what was said.
"""

from typing import Any

_AUTHORITY = "National Authority for Combating Drugs"
_YEARLY = "Yearly figures of the authority, as reported in early 2020"
_JANUARY = "Figures of the authority, as reported in January 2023"

#: What is counted: as `audits.actions.series.enter_series` takes it.
SERIES: list[dict[str, Any]] = [
    {
        "code": "drug_cases",
        "title_km": "ករណីគ្រឿងញៀនដែលបានបង្ក្រាប",
        "title_en": "Drug cases nationwide",
        "unit": "cases",
        "definition_km": "ចំនួនករណីគ្រឿងញៀនដែលសមត្ថកិច្ចបានបង្ក្រាបទូទាំងប្រទេសក្នុងមួយឆ្នាំ។",
        "definition_en": "Drug cases in which the authorities took action nationwide in a year.",
        "source": _AUTHORITY,
    },
    {
        "code": "drug_suspects",
        "title_km": "ជនសង្ស័យក្នុងករណីគ្រឿងញៀន",
        "title_en": "Suspects in drug cases nationwide",
        "unit": "people",
        "definition_km": "ចំនួនជនសង្ស័យដែលត្រូវបានឃាត់ខ្លួនក្នុងករណីគ្រឿងញៀនទូទាំងប្រទេសក្នុងមួយឆ្នាំ។",
        "definition_en": "Suspects arrested in drug cases nationwide in a year.",
        "source": _AUTHORITY,
    },
    {
        "code": "officials_tested",
        "title_km": "មន្ត្រីរាជការ និងកងកម្លាំងប្រដាប់អាវុធដែលបានធ្វើតេស្ត",
        "title_en": "Civil servants and armed forces tested",
        "unit": "people",
        "definition_km": "ចំនួនសរុបគិតត្រឹមថ្ងៃនោះ តាំងពីចាប់ផ្ដើមយុទ្ធនាការ។",
        "definition_en": "All who were tested since the campaign began, as of the day.",
        "source": _AUTHORITY,
    },
    {
        "code": "police_dismissed",
        "title_km": "មន្ត្រីនគរបាលដែលត្រូវបានបញ្ឈប់",
        "title_en": "Police officials dismissed",
        "unit": "officers",
        "definition_km": "ចំនួនសរុបគិតត្រឹមថ្ងៃនោះ តាំងពីខែវិច្ឆិកា ឆ្នាំ២០២៣។",
        "definition_en": "All who were dismissed since November 2023, as of the day.",
        "source": "Ministry of Interior",
    },
]

#: Series, and a release of it, in the order in which they came.
RELEASES: list[tuple[str, dict[str, Any]]] = [
    (
        "drug_cases",
        {
            "period": "2018",
            "value": 8001,
            "stat_status": "final",
            "source": _YEARLY,
            "note": "Follows from 2019 being 22.56 percent more; reports of the time say more than 8,000.",
        },
    ),
    ("drug_cases", {"period": "2019", "value": 9806, "stat_status": "final", "source": _YEARLY}),
    ("drug_suspects", {"period": "2019", "value": 20489, "stat_status": "final", "source": _YEARLY}),
    ("drug_cases", {"period": "2022", "value": 6290, "stat_status": "preliminary", "source": _JANUARY}),
    ("drug_suspects", {"period": "2022", "value": 14784, "stat_status": "preliminary", "source": _JANUARY}),
    (
        "drug_suspects",
        {
            "period": "2022",
            "stat_status": "revised",
            "source": "Draft report of the authority, February 2023",
            "note": "More than 15,000; the report gives no exact number.",
        },
    ),
    (
        "police_dismissed",
        {
            "period": "2024-01-23",
            "stat_status": "preliminary",
            "source": "Spokesman of the ministry, as reported in January 2024",
            "note": "About 70, of them 40 after positive tests; no exact number was given.",
        },
    ),
    (
        "officials_tested",
        {
            "period": "2024-07-22",
            "value": 99300,
            "stat_status": "preliminary",
            "source": "The authority, as reported on 22 July 2024",
        },
    ),
]
