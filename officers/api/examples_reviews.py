"""What reviews and the hand-over of letters look like, in the description of the API."""

from typing import Any

from officers.api.examples import PERSON, UNIT, USER

REVIEW_AFTER: dict[str, Any] = {
    "id": 77,
    "version": 3,
    "changed_at": "2026-11-20T10:20:11.300000+07:00",
    "verbs": ["attempt", "hear", "verify", "clear", "cancel", "explain"],
    "status": "OPEN",
    "closed_at": None,
}
REVIEW: dict[str, Any] = {
    **REVIEW_AFTER,
    "test": 9042,
    "test_status": "AT_LABORATORY",
    "officer": PERSON,
    "unit": UNIT,
    "tested_on": "2026-11-16",
    "reported": "positive",
    "is_claim": False,
    "reviewer": USER,
    "opened_at": "2026-11-19T16:02:00+07:00",
    "instructed_at": None,
    "heard_at": "2026-11-20T10:15:00+07:00",
    "unheard": "",
    "outcome": "",
    "decided_at": None,
    "told_at": None,
    "window_ends_at": None,
    "retest_asked_at": None,
    "due": "2026-11-29T16:02:00+07:00",
}
REVIEW_IN_FULL: dict[str, Any] = {
    **REVIEW,
    "claim": None,
    "heard": "I take a medicine for my back.",
    "medical": "",
    "reasons": "",
    "reports": [
        {
            "bottle": "A",
            "number": 1,
            "laboratory": {
                "id": 901,
                "code": "LAB-1",
                "name_km": "មន្ទីរពិសោធន៍ទី១",
                "name_latin": "First laboratory",
            },
            "result": "positive",
            "flaw": "",
            "panel": "KH-1",
            "picked_on": "2026-11-16",
            "received_on": "2026-11-17",
            "method": "lc_ms_ms",
            "creatinine": "104.00",
            "specific_gravity": None,
            "ph": None,
            "nitrite": None,
            "foreign_substance": "",
            "remarks": "",
            "certified_by": "Kolap Thida",
            "reason": "",
            "reported_at": "2026-11-19T16:02:00+07:00",
            "values": [
                {
                    "stage": "confirmatory",
                    "drug": "methamphetamine",
                    "analyte": "Methamphetamine",
                    "value": "1200.000",
                    "cutoff": "250.000",
                    "counts": True,
                    "present": None,
                }
            ],
        }
    ],
    "custody": [
        {
            "bottle": "A",
            "handed_over_by": "Rumduol Pechra",
            "received_by": "Kolap Thida",
            "place": "Inspectorate yard",
            "seal": "S-77120",
            "is_whole": True,
            "handed_over_at": "2026-11-16T14:30:00+07:00",
            "problems": [],
        }
    ],
    "attempts": [
        {
            "how": "telephone",
            "result": "reached",
            "tried_at": "2026-11-20T10:10:00+07:00",
            "recorded_at": "2026-11-20T10:11:02+07:00",
            "note": "",
            "by": USER,
        }
    ],
    "statements": [],
}
SERVICE_IN = {
    "served_by": "Malis Rotha",
    "witness": "Kolap Thida",
    "place": "Inspectorate yard",
    "refused_to_sign": False,
}
SERVICE: dict[str, Any] = {
    **SERVICE_IN,
    "letter": "L-4711-8200-4551-38",
    "officer": PERSON,
    "unit": UNIT,
    "served_at": "2026-11-21T09:00:00+07:00",
    "proved_at": "2026-11-21T09:00:00+07:00",
}
