"""What the description of the API shows. The people are invented."""

from typing import Any

UNIT: dict[str, Any] = {
    "id": 412,
    "code": "D-0801",
    "name_km": "អធិការដ្ឋាននគរបាលក្រុងតាខ្មៅ",
    "name_latin": "Ta Khmau",
}
USER = {"id": 7, "name_km": "រំដួល ពេជ្រា", "name_latin": "Rumduol Pechra"}
PERSON = {
    "id": 1234,
    "number": "OF-0001234-82",
    "service_number": "100234",
    "name_km": "ចំប៉ា សុវណ្ណរ៉ា",
    "name_latin": "Champa Sovannara",
}
OFFICER = {
    **PERSON,
    "version": 1,
    "changed_at": "2026-11-02T09:12:44.120000+07:00",
    "verbs": ["correct", "renumber", "post", "leave"],
    "sex": "M",
    "birth_year": 1991,
    "rank": "SGT",
    "unit": UNIT,
    "status": "SERVING",
}
NOT_TESTED = {**OFFICER, "last_test": "2025-09-01"}
REGISTER = {
    "service_number": "100234",
    "name_km": "ចំប៉ា សុវណ្ណរ៉ា",
    "name_latin": "Champa Sovannara",
    "sex": "M",
    "birth_year": 1991,
    "rank": "SGT",
    "unit": 412,
    "since": "2026-11-02",
}
HISTORY = {
    "service_numbers": [{"since": "2026-11-02", "until": None, "number": "100234"}],
    "postings": [
        {"since": "2026-11-02", "until": None, "unit": UNIT, "rank": "SGT", "title": "", "is_head": False}
    ],
    "events": [
        {
            "id": 90121,
            "verb": "officer.registered",
            "actor_name": "Rumduol Pechra",
            "actor_role": "registrar",
            "reason": "",
            "occurred_at": "2026-11-02T09:12:44.120000+07:00",
            "recorded_at": "2026-11-02T09:12:44.120000+07:00",
        }
    ],
}
HEADER = {
    "unit": 412,
    "site": "Inspectorate yard",
    "tested_on": "2026-11-16",
    "witness": "Malis Rotha",
    "reason": "random",
    "order_number": "17/2026",
    "kit_lot": "KT-2291",
    "kit_expires_on": "2027-06-30",
    "drugs": ["methamphetamine", "amphetamine", "mdma", "ketamine"],
}
SPECIMEN_RANGE = {
    "id": 6,
    "version": 1,
    "changed_at": "2026-11-02T09:12:44.120000+07:00",
    "verbs": [],
    "unit": UNIT,
    "year": 2026,
    "first": "K-2026-000001-16",
    "last": "K-2026-000500-71",
    "number": 500,
    "issued_by": USER,
    "issued_at": "2026-11-02T09:12:44.118000+07:00",
}
ACCOUNTED_RANGE = {
    **SPECIMEN_RANGE,
    "account": {
        "used": 119,
        "spoiled": 1,
        "left": 377,
        "missing": 3,
        "gaps": [{"first": "K-2026-000017-65", "last": "K-2026-000019-59", "number": 3}],
    },
}
SPOILED_NUMBER = {
    "id": 2,
    "version": 1,
    "changed_at": "2026-11-16T08:02:10.551000+07:00",
    "verbs": [],
    "number": "K-2026-000123-38",
    "range": 6,
    "reason": "Torn when it was peeled off.",
    "by": USER,
    "at": "2026-11-16T08:02:10.549000+07:00",
}
SHEET = {
    **HEADER,
    "id": 58,
    "version": 1,
    "changed_at": "2026-11-16T08:02:10.551000+07:00",
    "verbs": ["enter", "amend", "send", "void"],
    "reference": "S-2026-000058-21",
    "unit": UNIT,
    "administrator": USER,
    "stated_taken": None,
    "stated_non_negative": None,
    "stated_not_taken": None,
    "totals_remark": "",
    "status": "OPEN",
    "opened_at": "2026-11-16T08:02:10.551000+07:00",
    "sent_at": None,
}
SENT_SHEET = {
    **SHEET,
    "version": 2,
    "verbs": ["void"],
    "status": "SENT",
    "stated_taken": 2,
    "stated_non_negative": 1,
    "stated_not_taken": 0,
    "sent_at": "2026-11-16T11:40:03.018000+07:00",
}
COUNTED = {"lines": 2, "taken": 2, "negative": 1, "non_negative": 1, "not_taken": 0, "to_repeat": 0}
COUNTED_SHEET = {**SENT_SHEET, "counted": COUNTED}
TOTALS = {"stated_taken": 2, "stated_non_negative": 1, "stated_not_taken": 0}
NEGATIVE_LINE = {"number": "100234", "specimen_number": "SP-0001"}
NON_NEGATIVE_LINE = {
    "number": "100235",
    "name": "Chantrea Vimean",
    "specimen_number": "SP-0002",
    "non_negative_for": ["methamphetamine", "amphetamine"],
}
ABSENT_LINE = {"number": "100236", "not_taken": "absent", "excuse": "approved_leave"}
TEST: dict[str, Any] = {
    "id": 9041,
    "version": 1,
    "changed_at": "2026-11-16T11:40:03.018000+07:00",
    "verbs": ["correct", "void"],
    "sheet": 58,
    "line": 1,
    "officer": PERSON,
    "unit": UNIT,
    "tested_on": "2026-11-16",
    "specimen_number": "SP-0001",
    "screened_for": ["methamphetamine", "amphetamine", "mdma", "ketamine"],
    "non_negative_for": [],
    "invalid_for": [],
    "not_taken": "",
    "excuse": "",
    "remark": "",
    "status": "NEGATIVE",
    "positive_for": [],
    "must_recollect": False,
    "entered_by": USER,
    "entered_at": "2026-11-16T11:40:03.018000+07:00",
    "dispatched_at": None,
}
DISPATCH = {
    "laboratory": "Central laboratory",
    "received_by": "Kolap Thida",
    "place": "Inspectorate yard",
    "seal": "S-77120",
    "handed_over_at": "2026-11-16T14:30:00+07:00",
    "version": 1,
}
CUSTODY = {name: value for name, value in DISPATCH.items() if name != "version"} | {
    "bottle": "A",
    "handed_over_by": "Rumduol Pechra",
    "is_whole": True,
}
DETAILED_TEST = {**TEST, "specimen": None, "custody": [], "claim": None}
DISPATCHED_TEST = {
    **TEST,
    "version": 2,
    "verbs": ["correct", "void"],
    "line": 2,
    "specimen_number": "SP-0002",
    "non_negative_for": ["methamphetamine", "amphetamine"],
    "status": "AT_LABORATORY",
    "dispatched_at": "2026-11-16T14:30:00+07:00",
    "specimen": 31,
    "custody": [CUSTODY],
    "claim": None,
}
CLAIM = {
    "reason_code": "left_early",
    "account": "He left the queue when his name was called.",
    "witness": "Malis Rotha",
    "version": 1,
}
MADE_CLAIM = {name: value for name, value in CLAIM.items() if name != "version"} | {
    "made_by": USER,
    "made_at": "2026-11-16T11:55:00+07:00",
    "determination": "claimed",
}
CLAIMED_TEST = {
    **DETAILED_TEST,
    "verbs": ["correct", "void", "claim"],
    "specimen_number": "",
    "screened_for": [],
    "not_taken": "refused",
    "status": "NOT_TAKEN",
    "claim": MADE_CLAIM,
}
TEST_TAKEN = {"tested_on": "2026-11-16", "reason": "random", "outcome": "taken"}
VOIDED_TEST = {**DETAILED_TEST, "version": 2, "verbs": [], "status": "VOID"}
WHOLE_SHEET_IN = {
    "header": HEADER,
    "lines": [NEGATIVE_LINE, NON_NEGATIVE_LINE],
    "totals": TOTALS,
    "all_or_nothing": False,
}
WHOLE_SHEET = {
    "sheet": {**SHEET, "version": 1},
    "tests": [TEST],
    "problems": [
        {
            "line": 2,
            "field": "name",
            "code": "officer_name_differs",
            "message": "Number 100235 belongs to an officer of another name.",
        }
    ],
}
REASON = {"reason": "The line above was read.", "version": 1}
UNIT_RECORD = {
    **UNIT,
    "version": 1,
    "changed_at": "2026-01-05T08:00:00+07:00",
    "verbs": [],
    "kind": "DISTRICT_INSPECTORATE",
    "parent": 37,
    "admin_code": "0801",
    "remark": "",
    "valid_from": "2026-01-01",
    "valid_to": None,
}
SETTING = {
    "id": 4,
    "version": 1,
    "changed_at": "2026-01-05T08:00:00+07:00",
    "verbs": [],
    "kind": "drugs",
    "number": 1,
    "effective_from": "2026-01-01",
    "content": {
        "drugs": [{"code": "methamphetamine", "name_km": "មេតំហ្វេតាមីន", "name_en": "Methamphetamine"}]
    },
    "reason": "First version",
}
ME = {
    **USER,
    "version": 3,
    "username": "pechra",
    "language": "km",
    "officer": None,
    "roles": [{"role": "administrator", "unit": UNIT, "granted_at": "2026-01-05T08:00:00+07:00"}],
    "key": {
        "prefix": "a8Kd02Lq",
        "label": "Kit reader",
        "scopes": ["tests:read", "tests:write"],
        "expires_at": "2027-01-05T08:00:00+07:00",
    },
}
FILE: dict[str, Any] = {
    "id": 31,
    "version": 2,
    "changed_at": "2026-11-16T17:20:03.412000+07:00",
    "verbs": ["describe", "take", "cancel"],
    "unit": UNIT,
    "filename": "ta-khmau-16-11.xlsx",
    "size": 20817,
    "sha256": "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a",
    "status": "CHECKED",
    "problem": "",
    "rows": 30,
    "bad_rows": 1,
    "unchanged_rows": 0,
    "taken_rows": 0,
    "uploaded_by": USER,
    "uploaded_at": "2026-11-16T17:20:01.110000+07:00",
    "taken_at": None,
}
SHEET_FILE: dict[str, Any] = {
    **FILE,
    "progress": {"read": 30, "judged": 30, "taken": 0},
    "header": {
        "site": "Ta Khmau",
        "tested_on": "2026-11-16",
        "administrator": 7,
        "witness": "Kolap Thida",
        "kit_lot": "KT-2291",
        "kit_expires_on": "2027-06-30",
        "drugs": ["methamphetamine", "mdma"],
    },
    "header_problems": [],
    "sheet": None,
}
CAMPAIGN_FILE: dict[str, Any] = {
    **FILE,
    "filename": "campaign-11-2026.csv",
    "rows": 99300,
    "bad_rows": 50,
    "progress": {"read": 99300, "judged": 99300, "taken": 0},
    "header": {"reason": "census_campaign", "drugs": ["methamphetamine", "mdma"]},
    "header_problems": [],
}
PLANNED_SHEET: dict[str, Any] = {
    "number": 1,
    "header": {
        "unit": 412,
        "site": "Ta Khmau",
        "tested_on": "2026-11-16",
        "administrator": 7,
        "witness": "Kolap Thida",
        "reason": "census_campaign",
        "order_number": "001/24",
        "kit_lot": "KT-2291",
        "kit_expires_on": "2027-06-30",
        "drugs": ["methamphetamine", "mdma"],
    },
    "rows": 52,
    "sheet": None,
}
ROSTER_FILE: dict[str, Any] = {
    **FILE,
    "verbs": ["take", "cancel"],
    "filename": "ta-khmau-roster.xlsx",
    "progress": {"read": 30, "judged": 30, "taken": 0},
}
BAD_ROW: dict[str, Any] = {
    "line": 14,
    "problems": [
        {
            "field": "number",
            "column": "B",
            "title": "Officer number",
            "value": "199999",
            "code": "officer_unknown",
            "message": "No officer has the number “199999”.",
        }
    ],
}
UPLOAD = {"file": "(the bytes)", "unit": 412}
SHEET_UPLOAD = {**UPLOAD, "reason": "random"}
NOTICE = {
    "id": 5012,
    "kind": "import.taken",
    "words": "Your file is taken",
    "reference": "",
    "link": "https://probity.example/imports/81/",
    "told_on": "2026-11-16",
    "read_at": None,
}
READ_NOTICE = {**NOTICE, "read_at": "2026-11-16T10:02:01.000000+07:00"}
NOTICE_CHOICE = {"version": 3, "by_mail": "daily", "hour": 7}
