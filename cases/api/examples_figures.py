"""What the description of the API shows of figures. The people are invented."""

from typing import Any

from officers.api.examples import PERSON, UNIT

_DAYS = "effective_by=2024-03-28&known_by=2024-03-28"
FIGURES: dict[str, Any] = {
    "effective_by": "2024-03-28",
    "known_by": "2024-03-28",
    "order_number": "",
    "is_nationwide": True,
    "units": [UNIT],
    "figures": [
        {
            "code": "dismissed",
            "words": {"km": "បានបណ្ដេញចេញ", "en": "Dismissed"},
            "definition": {"km": "ការបណ្ដេញចេញដែលមានប្រសិទ្ធភាព", "en": "Dismissals in force by the first day."},
            "number": {"through": 216, "found": 0},
            "list": f"/api/v1/figures/measures/?figure=dismissed&{_DAYS}",
        }
    ],
    "tables": [
        {
            "dimension": "ground",
            "note": {"km": "វិធានការ", "en": "A measure on several grounds counts under each."},
            "lines": [
                {
                    "value": "confirmed_positive",
                    "name": "Confirmed positive drug test",
                    "figures": [{"figure": "dismissed", "number": {"through": 140, "found": 0}}],
                }
            ],
        }
    ],
    "tests": [
        {
            "code": "tested",
            "words": {"km": "បានធ្វើតេស្ត", "en": "Tested"},
            "definition": {"km": "មន្ត្រីដែលបានធ្វើតេស្ត", "en": "Officers of whom a test was taken."},
            "officers": 99300,
            "list": f"/api/v1/figures/tests/?figure=tested&{_DAYS}",
        }
    ],
}
MEASURE: dict[str, Any] = {
    "id": 12,
    "case": "DC-000031-55",
    "case_id": 31,
    "officer": PERSON,
    "kind": "dismissal",
    "grounds": ["confirmed_positive"],
    "is_about_drugs": True,
    "rank": "LTC",
    "to_rank": "",
    "unit": UNIT,
    "effective_on": "2024-01-22",
    "known_at": "2024-01-22T10:30:00+07:00",
    "reversed_on": None,
    "instrument": "ministerial_decision",
    "number": "012 MOI",
}
TEST: dict[str, Any] = {
    "id": 7,
    "officer": PERSON,
    "unit": UNIT,
    "tested_on": "2024-03-04",
    "order_number": "Order No. 01",
    "status": "FINAL_POSITIVE",
}
EARLIER: dict[str, Any] = {
    "id": 3,
    "version": 1,
    "officer": PERSON,
    "service_number": "100051",
    "name_km": "សុខ ដារ៉ា",
    "name_latin": "Sok Dara",
    "rank": "CPT",
    "unit_said": "Kampot",
    "province": "07",
    "kind": "dismissal",
    "ground": "drug_involvement",
    "is_about_drugs": True,
    "effective_on": "2022-05-02",
    "instrument": "ministerial_decision",
    "number": "044 MOI",
    "signed_on": "2022-04-28",
    "list": "List of the personnel department, June 2022",
    "remark": "",
    "known_at": "2026-11-20T09:00:00+07:00",
}
