"""What the description of the API shows of orders, appeals, delegations, measures and the barred register."""

from typing import Any

from cases.api.examples_cases import POST, TOKEN
from officers.api.examples import PERSON, UNIT, USER

REGISTER_IN = {
    "cases": [88, 91],
    "instrument": "ministerial_decision",
    "number": "1204 MOI",
    "signed_on": "2026-12-10",
    "signed_by": "The Minister of Interior",
    "effective_on": "2026-12-15",
    "files": [TOKEN],
}
VERIFY_IN = {"number": "1204 MOI", "signed_on": "2026-12-10", "effective_on": "2026-12-15", "version": 1}
ORDER: dict[str, Any] = {
    "id": 6,
    "version": 1,
    "status": "REGISTERED",
    "instrument": "ministerial_decision",
    "number": "1204 MOI",
    "signed_on": "2026-12-10",
    "signed_by": "The Minister of Interior",
    "effective_on": "2026-12-15",
    "registered_by": USER,
    "registered_at": "2026-12-11T08:30:00+07:00",
    "verified_by": None,
    "verified_at": None,
    "in_force_at": None,
    "rejected_by": None,
    "why_rejected": "",
}
REGISTERED = ORDER | {"verbs": ["reject"]}
VERIFIED = ORDER | {
    "version": 2,
    "status": "VERIFIED",
    "verified_by": USER,
    "verified_at": "2026-12-11T09:00:00+07:00",
    "verbs": ["reject"],
}
REJECTED = ORDER | {
    "version": 2,
    "status": "REJECTED",
    "rejected_by": USER,
    "why_rejected": "The scan is of another order.",
    "verbs": [],
}
ORDER_IN_FULL = VERIFIED | {
    "lines": [
        {
            "id": 14,
            "case": 88,
            "reference": "DC-000088-28",
            "officer": PERSON,
            "rank": "R03",
            "measure": "dismissal",
            "to_rank": "",
            "void": False,
        }
    ],
    "files": [{"id": 20, "status": "CLEARED"}],
}
APPEAL_AFTER: dict[str, Any] = {
    "id": 12,
    "version": 2,
    "case": 88,
    "case_status": "APPEALED",
    "status": "ADMITTED",
    "outcome": "",
    "lodged_at": "2026-12-28T14:00:00+07:00",
    "decided_at": None,
    "verbs": ["draft"],
}
APPEAL: dict[str, Any] = {
    "id": 12,
    "version": 1,
    "status": "LODGED",
    "ground": "unreasonable",
    "text": "I was not heard in full.",
    "late_cause": "",
    "is_late": False,
    "how": "door",
    "lodged_at": "2026-12-28T14:00:00+07:00",
    "recorded_by": None,
    "admitted_by": None,
    "admitted_at": None,
    "why_inadmissible": "",
    "outcome": "",
    "measure": "",
    "to_rank": "",
    "days": None,
    "reasons": "",
    "drafted_by": None,
    "drafted_at": None,
    "agreed_by": None,
    "decided_at": None,
    "case": 88,
}
OPENED_APPEAL = APPEAL | {"verbs": ["admit", "refuse"]}
DELEGATE_IN = {
    "taker": 7,
    "unit": 2,
    "paper": "31 MOI",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-14",
}
DELEGATION: dict[str, Any] = {
    "id": 4,
    "version": 1,
    "giver": USER,
    "taker": USER,
    "unit": UNIT,
    "paper": "31 MOI",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-14",
    "given_at": "2026-11-30T16:00:00+07:00",
    "ended_at": None,
}
MEASURE: dict[str, Any] = {
    "id": 9,
    "kind": "dismissal",
    "order": 6,
    "appeal": None,
    "grounds": ["drug_involvement"],
    "about_drugs": True,
    "effective_on": "2026-12-15",
    "until": None,
    "known_at": "2026-12-15T00:00:09+07:00",
    "rank": "R03",
    "to_rank": "",
    "unit": POST,
    "to_unit": None,
    "reversed_on": None,
    "ended_on": None,
    "case": 88,
    "officer": PERSON,
}
REGISTER_ENTRY: dict[str, Any] = {
    "id": 5,
    "version": 1,
    "officer": PERSON,
    "pointer": "DC-000088-28",
    "reasons": ["drug_involvement"],
    "effective_on": "2026-12-15",
    "entered_at": "2026-12-15T00:00:09+07:00",
    "status": "ENTERED",
    "voided_at": None,
}
