"""What the description of the API shows of cases and extracts. The people are invented."""

from typing import Any

from officers.api.examples import PERSON, UNIT, USER

TOKEN = "gAAAAAAAAAAA…"  # noqa: S105 - of a file, and made up
POST: dict[str, Any] = {
    "id": 421,
    "code": "C-080101",
    "name_km": "ប៉ុស្តិ៍នគរបាលរដ្ឋបាលសង្កាត់តាក្តុល",
    "name_latin": "Ta Kdol",
}
OPEN_IN = {"officer": 1234, "service_number": "100234", "birth_year": 1991}
CASE: dict[str, Any] = {
    "id": 88,
    "reference": "DC-000088-28",
    "version": 4,
    "changed_at": "2026-11-20T09:12:44.120000+07:00",
    "officer": PERSON,
    "rank": "R03",
    "officer_unit": POST,
    "is_head": False,
    "unit": UNIT,
    "case_officer": USER,
    "status": "ASSESSED",
    "severity": "gross",
    "outcome": "",
    "ground_fell": False,
    "news": False,
    "for_family": False,
    "opened_at": "2026-11-18T09:12:44.120000+07:00",
    "told_at": None,
    "responded_at": None,
    "decided_at": None,
    "in_force_at": None,
    "decision_told_at": None,
    "final_at": None,
    "closed_at": None,
    "clocks": {
        "due_on": "2026-11-25",
        "due_for": "allegation_notice",
        "overdue": False,
        "response_until": None,
        "appeal_until": None,
    },
}
VERBS = ["assign", "add_ground", "withdraw_ground", "add_paper", "draft_extract", "issue_notice", "stay"]
OPENED = CASE | {
    "version": 1,
    "status": "OPENED",
    "severity": "",
    "verbs": ["identify", "assign", "add_ground"],
}
AFTER = CASE | {"verbs": VERBS, "made": None}
GONE = {"id": 88, "reference": "DC-000088-28", "gone": True}
GROUND = {
    "id": 41,
    "kind": "drug_involvement",
    "status": "STANDING",
    "text": "Drugs were kept in the locker of the post.",
    "happened_on": "2026-11-10",
    "until": None,
    "test": None,
    "extract": 3,
    "article": "",
    "court": "",
    "judgment": "",
    "about_drugs": True,
    "added_by": USER,
    "added_at": "2026-11-18T09:20:00+07:00",
    "ended_at": None,
    "why_ended": "",
}
PAPER = {
    "id": 61,
    "ground": 41,
    "kind": "record",
    "title": "Record of the search",
    "number": "R-12",
    "dated_on": "2026-11-10",
    "text": "",
    "files": [{"id": 19, "status": "CLEARED"}],
    "added_by": USER,
    "added_at": "2026-11-18T09:20:00+07:00",
}
EXTRACT_PART: dict[str, Any] = {
    "id": 3,
    "version": 2,
    "complaint": None,
    "status": "CHECKED",
    "text": "In October he let two dealers go for money.",
    "remark": "",
    "drafted_by": USER,
    "drafted_at": "2026-11-18T10:00:00+07:00",
    "checked_by": USER,
    "checked_at": "2026-11-18T11:00:00+07:00",
}
EXTRACT = EXTRACT_PART | {"case": 88}
OPENED_EXTRACT = EXTRACT | {"verbs": []}
EXTRACT_AFTER: dict[str, Any] = {
    "id": 3,
    "version": 2,
    "status": "CHECKED",
    "checked_at": "2026-11-18T11:00:00+07:00",
    "verbs": [],
}
IN_FULL = CASE | {
    "verbs": VERBS,
    "opened_by": USER,
    "identified_by": USER,
    "assessed_by": USER,
    "severity_reasons": "Drugs in a police post.",
    "investigated_by": None,
    "investigated_at": None,
    "investigation": "",
    "stayed_from": "",
    "stay_reason": "",
    "closed_by": None,
    "closing_reason": "",
    "grounds": [GROUND],
    "papers": [PAPER],
    "extracts": [EXTRACT_PART],
    "notices": [],
    "statements": [],
    "extensions": [],
    "suspensions": [],
    "prosecutions": [],
    "proposals": [],
    "opinions": [],
    "decisions": [],
    "order_lines": [],
    "measures": [],
    "appeals": [],
}
HISTORY = {
    "events": [
        {
            "id": 90311,
            "verb": "case.assessed",
            "actor_name": "Rumduol Pechra",
            "actor_role": "case_officer",
            "reason": "",
            "occurred_at": "2026-11-20T09:12:44.120000+07:00",
            "recorded_at": "2026-11-20T09:12:44.120000+07:00",
        }
    ]
}
FILE: dict[str, Any] = {
    "id": 19,
    "kind": "pdf",
    "size": 184220,
    "sha256": "9f86d081884c7d65…",
    "status": "CLEARED",
    "checked_by": "antivirus",
    "finding": "",
    "paper": 61,
    "order": None,
    "by": USER,
    "entered_at": "2026-11-18T09:20:00+07:00",
}
OPENED_FILE = FILE | {"name": "file-19.pdf", "content": "JVBERi0xLjcK…"}
