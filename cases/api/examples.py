"""What the description of the API shows of complaints. The people are invented."""

from typing import Any

from officers.api.examples import PERSON, UNIT, USER

POST: dict[str, Any] = {
    "id": 421,
    "code": "C-080101",
    "name_km": "ប៉ុស្តិ៍នគរបាលរដ្ឋបាលសង្កាត់តាក្តុល",
    "name_latin": "Ta Kdol",
}
COMPLAINT: dict[str, Any] = {
    "id": 7302955106418,
    "reference": "C-7302955106418-34",
    "version": 2,
    "changed_at": "2026-11-18T09:12:44.120000+07:00",
    "category": "trafficking_place",
    "place_code": "080101",
    "status": "ACKNOWLEDGED",
    "unit": UNIT,
    "level": 1,
    "handler": USER,
    "offered_to": None,
    "offered_on": None,
    "priority": 1,
    "flagged": True,
    "received_on": "2026-11-10",
    "came_on": "2026-11-10",
    "opened_on": "2026-11-11",
    "acknowledged_on": "2026-11-11",
    "acted_on": None,
    "told_on": "2026-11-11",
    "disputed_on": None,
    "review_asked_on": None,
    "closed_on": None,
    "finding": "",
    "closure_reason": "",
    "clocks": {
        "acknowledge_by": None,
        "act_by": "2026-11-17",
        "update_by": "2026-12-09",
        "resolve_by": "2027-02-08",
        "next_due": "2026-11-17",
        "moves_on": "2026-11-24",
        "paused_until": None,
        "overdue": True,
    },
}
AFTER = COMPLAINT | {
    "verbs": ["open", "assign", "note", "write", "instruct", "take_action", "offer", "pause", "close"]
}
GONE = {"id": 7302955106418, "reference": "C-7302955106418-34", "gone": True}
ACCUSED = {
    "id": 31,
    "kind": "officer",
    "said": "The tall one with the black motorcycle",
    "unit": POST,
    "officer": PERSON,
    "evidence": "Name, rank and post agree; the plate is his.",
    "matched_by": USER,
}
REPORT = {
    "channel": "referral",
    "language": "km",
    "narrative": "At night people come to the house behind the market and leave with small bags.",
    "place_text": "Behind the market",
    "happened": "Every night since October",
    "how_known": "saw",
    "hidden_from": "commune",
    "named": [ACCUSED],
    "summary": "",
    "answer": "",
}
RAISED = {
    "kind": "no_action",
    "level": 1,
    "due_on": "2026-11-17",
    "raised_at": "2026-11-18T00:00:04.311000+07:00",
}
WHOLE = AFTER | {
    "task": "Look at the house behind the market after dark.",
    "flags": [RAISED],
    "same_as": None,
    "report": REPORT,
}
DEED = {
    "id": 55,
    "kind": "visited",
    "text": "Went there with two officers.",
    "done_on": "2026-11-20",
    "by": USER,
    "unit": UNIT,
    "told_reporter": True,
    "disputed": "",
    "stands": True,
}
MESSAGE = {
    "id": 210,
    "kind": "word",
    "from_reporter": False,
    "text": "We were there on Friday.",
    "by": USER,
    "on": "2026-11-20",
}
NOTE = {"id": 77, "text": "The neighbour knows more.", "by": USER, "on": "2026-11-19"}
HANDOVER = {
    "id": 90,
    "why": "escalated",
    "from_unit": POST,
    "to_unit": UNIT,
    "level": 1,
    "reason": "",
    "on": "2026-11-18",
}
PAUSE = {
    "id": 12,
    "reason": "laboratory",
    "text": "The result is awaited.",
    "starts_on": "2026-11-20",
    "until": "2026-12-10",
    "status": "ASKED",
    "asked_by": USER,
    "agreed_by": None,
}
REFERRAL = {
    "id": 9,
    "authority": "health",
    "text": "Acetone sold without a licence.",
    "letter": "112/26",
    "sent_on": "2026-11-20",
    "by": USER,
    "acknowledge_by": "2026-11-27",
    "answer_by": "2026-12-20",
    "acknowledged_on": None,
    "answered_on": None,
    "answer": "",
}
FLAG = RAISED | {"unit": UNIT, "cleared_at": None, "cleared_by": None}
MISS: dict[str, Any] = {
    "id": 18,
    "version": 1,
    "complaint": 7302955106418,
    "reference": "C-7302955106418-34",
    "unit": POST,
    "kind": "act",
    "due_on": "2026-11-09",
    "moved_on": "2026-11-17",
    "explain_by": "2026-11-27",
    "explanation": "",
    "explained_by": None,
    "explained_on": None,
}
EXPLAINED_MISS = MISS | {
    "version": 2,
    "explanation": "The only car was under repair.",
    "explained_by": USER,
    "explained_on": "2026-11-19",
}
FAILURE: dict[str, Any] = {
    "id": 4,
    "version": 1,
    "unit": POST,
    "put_to": UNIT,
    "since": "2026-08-29",
    "until": "2026-11-27",
    "misses": 3,
    "status": "PROPOSED",
    "decided_by": None,
    "reason": "",
    "verbs": ["accept", "decline"],
}
DECIDED_FAILURE = FAILURE | {
    "version": 2,
    "status": "DECLINED",
    "decided_by": USER,
    "reason": "The road was flooded until October.",
    "verbs": [],
}
HISTORY = {
    "handovers": [HANDOVER],
    "events": [
        {
            "id": 90155,
            "verb": "complaint.acknowledged",
            "actor_name": "Rumduol Pechra",
            "actor_role": "case_officer",
            "reason": "",
            "occurred_at": "2026-11-11T09:12:44.120000+07:00",
            "recorded_at": "2026-11-11T09:12:44.120000+07:00",
        }
    ],
}
REPORT_IN = {
    "category": "trafficking_place",
    "narrative": "At night people come to the house behind the market and leave with small bags.",
    "place_code": "080101",
    "place_text": "Behind the market",
    "happened": "Every night since October",
    "how_known": "saw",
    "hidden_from": "commune",
    "language": "km",
    "named": [{"kind": "unit", "said": "The post beside the bridge", "unit": 421}],
}
RECEIPT = {"receipt": "4821993011752046"}
STATUS = {
    "received_on": "2026-11-10",
    "entered": True,
    "opened_on": "2026-11-11",
    "acknowledged_on": "2026-11-11",
    "acted_on": "2026-11-20",
    "act_by": None,
    "resolve_by": "2027-02-08",
    "overdue": False,
    "level": 1,
    "moved": [{"on": "2026-11-18", "level": 1}],
    "deeds": [{"kind": "visited", "done_on": "2026-11-20"}],
    "messages": [{"kind": "word", "from_reporter": False, "text": "We were there.", "on": "2026-11-20"}],
    "waiting": 0,
    "closed_on": None,
    "finding": "",
    "closure_reason": "",
    "may_dispute": True,
    "review_until": None,
    "review_asked_on": None,
}

HELD = {"token": "gAAAAAAAAAAA…", "kind": "jpeg", "size": 184220, "sha256": "9f86d081884c7d65…"}
FILE: dict[str, Any] = {
    "id": 81,
    "kind": "jpeg",
    "size": 184220,
    "sha256": "9f86d081884c7d65…",
    "status": "CLEARED",
    "checked_by": "antivirus",
    "finding": "",
    "message": None,
    "deed": None,
    "by": None,
    "entered_at": "2026-11-10T15:00:02.201000+07:00",
}
OPENED_FILE = FILE | {"name": "file-81.jpg", "content": "/9j/4AAQSkZJRgABAQ…"}
SEARCH_IN = {"name": "Late in one district", "query": {"overdue": True, "unit": 412}}
SAVED_SEARCH = {"id": 31, "version": 1, **SEARCH_IN, "in_digest": False, "removed_at": None}
