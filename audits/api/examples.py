"""What the description of the API shows of audits and of the log."""

from typing import Any

from officers.api.examples import UNIT, USER

EVENT: dict[str, Any] = {
    "position": 90411,
    "id": 90415,
    "verb": "case.opened",
    "actor": {"id": 12, "name": "Sok Dara", "role": "case_officer"},
    "subject": {"table": "cases_case", "id": 88},
    "cause": None,
    "reason": "",
    "facts": {"ground": "drug_involvement"},
    "occurred_at": "2026-11-16T09:58:11.000000+07:00",
    "recorded_at": "2026-11-16T09:58:11.000000+07:00",
    "is_far": False,
    "clock_set": False,
    "request": "7f3c9a1e5b2d4c60",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
CHANGE: dict[str, Any] = {
    "id": 240115,
    "position": 90411,
    "event": 90415,
    "table": "officers_apikey",
    "row": 9,
    "version": 2,
    "kind": "U",
    "image": {"id": 9, "version": 2, "user_id": 12, "label": "Payroll", "revoked_at": None},
    "closed": ["digest"],
    "image_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
READ: dict[str, Any] = {
    "id": 51002,
    "actor": {"id": 12, "name": "Sok Dara", "role": "case_officer"},
    "table": "officers_officer",
    "row": None,
    "fields": ["name_km", "birth_year"],
    "what": "searched",
    "reason": "",
    "detail": {"query": {"q": "Chan"}},
    "read_at": "2026-11-16T10:01:00.000000+07:00",
    "request": "7f3c9a1e5b2d4c61",
}
AUDIT: dict[str, Any] = {
    "id": 3,
    "reference": "A-2026-0003",
    "version": 2,
    "year": 2026,
    "title": "Dismissals of the year",
    "unit": UNIT,
    "period_from": "2025-12-01",
    "period_to": "2026-11-30",
    "lead": USER,
    "starts_on": "2026-12-01",
    "due_on": "2026-12-15",
    "planned": 60,
    "status": "RUNNING",
    "started_at": "2026-12-01T08:00:00.000000+07:00",
    "conclusion": "",
    "reported_at": None,
}
_DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
SAMPLE: dict[str, Any] = {
    "id": 5,
    "version": 2,
    "audit": 3,
    "number": 1,
    "about": "case",
    "kind": "random",
    "frame": {"first": "2025-12-01", "last": "2026-11-30"},
    "strata": ["province", "ground"],
    "size": 60,
    "population": 412,
    "digest": _DIGEST,
    "number_source": "The lottery of 2 December",
    "number_on": "2026-12-02",
    "nonce_digest": _DIGEST,
    "outside": "0417 2203 91",
    "nonce": _DIGEST,
    "seed": _DIGEST,
    "status": "DRAWN",
    "frozen_by": USER,
    "frozen_at": "2026-12-01T09:00:00.000000+07:00",
    "drawn_by": USER,
    "drawn_at": "2026-12-02T18:30:00.000000+07:00",
    "why_void": "",
}
ITEM: dict[str, Any] = {"number": 1, "row": 88, "stratum": "P-08|refusal", "key": _DIGEST, "hits": []}
POPULATION: dict[str, Any] = {
    "sample": 5,
    "digest": _DIGEST,
    "lines": "88\tP-08|refusal\n91\tP-12|drug_involvement",
}
REVIEW: dict[str, Any] = {
    "id": 17,
    "version": 1,
    "audit": 3,
    "about": "case",
    "row": 88,
    "unit": UNIT,
    "reviewer": USER,
    "status": "ASSIGNED",
    "assigned_at": "2026-12-02T18:40:00.000000+07:00",
    "started_at": None,
    "result": "",
    "completed_at": None,
}
_BEGUN = REVIEW | {
    "version": 2,
    "status": "STARTED",
    "started_at": "2026-12-03T08:10:00.000000+07:00",
}
REVIEW_BEGUN = _BEGUN | {"verbs": ["hand_over", "answer", "complete"]}
_DONE = _BEGUN | {
    "version": 21,
    "status": "COMPLETED",
    "result": "shortcomings",
    "completed_at": "2026-12-03T09:00:00.000000+07:00",
}
REVIEW_DONE = _DONE | {"verbs": ["reopen"]}
OPENED_REVIEW = REVIEW_DONE | {
    "summary": "In order but for its delays.",
    "questions": [
        {
            "code": "case_on_time",
            "name_km": "តើ​គ្រប់​ជំហាន​ទាន់​ពេល​ឬ​ទេ?",
            "name_en": "Was each step in time?",
        }
    ],
    "answers": [
        {"question": "case_on_time", "kind": "no", "note": "Three steps came late.", "events": [90415]}
    ],
}
AMEND_IN: dict[str, Any] = {
    "unit": 12,
    "severity": "medium",
    "title": "Steps come late",
    "text": "Of ten cases seven had a step that came late.",
    "recommendation": "Name somebody who watches the days.",
    "events": [90415],
    "version": 1,
}
DRAFT_IN: dict[str, Any] = {"audit": 3, **{name: AMEND_IN[name] for name in AMEND_IN if name != "version"}}
DRAFT_OF_REVIEW: dict[str, Any] = DRAFT_IN | {"review": 17, "severity": "high"}
FINDING: dict[str, Any] = {
    "id": 8,
    "reference": "F-0003-01",
    "version": 2,
    "audit": 3,
    "review": None,
    "about": "",
    "row": None,
    "unit": UNIT,
    "severity": "medium",
    "title": "Steps come late",
    "status": "ISSUED",
    "due_on": "2026-12-24",
    "is_late": False,
    "escalated_to": None,
    "issued_at": "2026-12-04T10:00:00.000000+07:00",
    "closed_at": None,
}
ISSUED = FINDING | {"verbs": ["extend", "withdraw"]}
DRAFTED = FINDING | {
    "version": 1,
    "status": "DRAFT",
    "due_on": None,
    "issued_at": None,
    "verbs": ["amend", "issue", "withdraw"],
}
ACCEPTED = FINDING | {"version": 3, "status": "ACCEPTED", "due_on": "2027-01-20", "verbs": ["act"]}
CLOSED = FINDING | {
    "version": 5,
    "status": "CLOSED",
    "due_on": None,
    "closed_at": "2027-01-22T10:00:00.000000+07:00",
    "verbs": ["reopen"],
}
OPENED_FINDING = ISSUED | {
    "text": "Of ten cases seven had a step that came late.",
    "recommendation": "Name somebody who watches the days.",
    "events": [90415],
    "entries": [
        {
            "number": 1,
            "kind": "issued",
            "text": "",
            "due_on": "2026-12-24",
            "unit": None,
            "by": USER,
            "at": "2026-12-04T10:00:00.000000+07:00",
        }
    ],
}
