"""What the description of the API shows of specimens. Nobody is named in it: a laboratory knows numbers alone."""

from typing import Any

from officers.api.examples import ROSTER_FILE

LABORATORY = {
    "id": 77,
    "code": "LAB-1",
    "name_km": "មន្ទីរពិសោធន៍កណ្តាល",
    "name_latin": "Central laboratory",
}
SPECIMEN: dict[str, Any] = {
    "id": 31,
    "version": 2,
    "changed_at": "2026-11-17T08:20:00+07:00",
    "verbs": ["hand_over", "redesignate", "reject", "report"],
    "number": "K-2026-000123-41",
    "kind": "urine",
    "asked_for": ["methamphetamine"],
    "collected_on": "2026-11-16",
    "panel": "KH",
    "status": "RECEIVED",
    "laboratory": LABORATORY,
    "is_split": True,
    "is_redesignated": False,
    "received_at": "2026-11-17T08:20:00+07:00",
    "second_received_at": None,
}
RECEIVE = {"handed_over_by": "Courier", "seal": "A-10234", "is_whole": True, "version": 1}
REPORT_IN: dict[str, Any] = {
    "certified_by": "Chan Sophea",
    "method": "lc_ms_ms",
    "initial": [{"group": "Amphetamine/Methamphetamine", "value": "900"}],
    "values": [{"analyte": "Methamphetamine", "value": "1200.5"}, {"analyte": "Amphetamine", "value": "0"}],
    "creatinine": "85.2",
    "specific_gravity": "1.0150",
    "ph": "6.5",
    "nitrite": "0",
    "result": "positive",
    "version": 2,
}
REPORT: dict[str, Any] = {
    "id": 12,
    "bottle": "A",
    "number": 1,
    "result": "positive",
    "panel": "KH-1",
    "picked_on": "2026-11-16",
    "received_on": "2026-11-17",
    "method": "lc_ms_ms",
    "creatinine": "85.20",
    "specific_gravity": "1.0150",
    "ph": "6.50",
    "nitrite": "0.00",
    "foreign_substance": "",
    "is_on_two_aliquots": False,
    "flaw": "",
    "remarks": "",
    "certified_by": "Chan Sophea",
    "reason": "",
    "reported_at": "2026-11-18T10:02:00+07:00",
    "values": [
        {
            "stage": "confirmatory",
            "drug": "methamphetamine",
            "analyte": "Methamphetamine",
            "value": "1200.500",
            "cutoff": "250.000",
            "counts": True,
            "present": None,
        }
    ],
}
OPENED = {**SPECIMEN, "reports": []}
REPORTED = {**SPECIMEN, "version": 3, "verbs": ["hand_over", "report"], "reports": [REPORT]}
REJECT = {"flaw": "too_little", "certified_by": "Chan Sophea", "version": 2}
SECOND = {
    "is_present": True,
    "method": "gc_ms",
    "certified_by": "Keo Vanna",
    "values": [{"analyte": "Methamphetamine", "value": "1100"}],
    "version": 4,
}
HAND_OVER = {
    "handed_over_by": "Courier",
    "received_by": "Second courier",
    "place": "Bus station",
    "seal": "A-10234",
    "version": 1,
}
PROBLEM: dict[str, Any] = {
    "id": 4,
    "version": 1,
    "changed_at": "2026-11-17T08:20:00+07:00",
    "verbs": ["settle"],
    "specimen": 31,
    "number": "K-2026-000123-41",
    "test": 9042,
    "kind": "seal",
    "sealed_as": "A-10234",
    "hand_over": {
        "bottle": "A",
        "handed_over_by": "Courier",
        "received_by": "Chan Sophea",
        "laboratory": "",
        "place": "Central laboratory",
        "seal": "A-10243",
        "is_whole": True,
        "handed_over_at": "2026-11-17T08:20:00+07:00",
    },
    "found_at": "2026-11-17T08:20:01+07:00",
    "outcome": "",
    "reason": "",
    "settled_at": None,
}
SETTLED = {
    **PROBLEM,
    "version": 2,
    "verbs": [],
    "outcome": "holds",
    "reason": "A slip of the pen; the bottle was looked at again.",
    "settled_at": "2026-11-17T11:00:00+07:00",
}
LABORATORY_FILE = {**ROSTER_FILE, "filename": "results-48.csv", "unit": LABORATORY}
