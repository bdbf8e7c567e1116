"""What form each kind of setting has."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as given
from datetime import date
from typing import Any

from officers.reckoning.panels import PICKED_BY

INSTRUMENTS = ("unit_order", "ministerial_decision", "prakas", "sub_decree", "royal_decree")
#: Measures from the lightest to the gravest, and the kinds of units that decide on them from the highest down.
MEASURES = ("none", "advice", "written_warning", "transfer", "suspension", "demotion", "dismissal")
DECIDERS = ("MINISTRY", "GENERAL_COMMISSARIAT", "GENERAL_DEPARTMENT", "PROVINCIAL_COMMISSARIAT")
LEVELS = ("commune", "district", "province", "general", "inspectorate")
DEADLINE_UNITS = ("hours", "days", "working_days")
#: Clocks of single hours, which working days cannot say.
IN_HOURS = (
    "specimen_to_laboratory",
    "reviewer_decline",
    "reviewer_unreachable",
    "retest_request",
    "late_circumstances",
)
#: Hours in which an officer may ask for the second bottle, at least (49 CFR 40.171).
LEAST_TO_ASK = 72
#: What an officer has to respond and to appeal, at least: in calendar days, or working days that are no fewer. The
#: database lets no shorter time run.
LEAST_TO_ANSWER = {"hours": 168, "days": 7, "working_days": 5}
ANSWERS = ("officer_response", "appeal_lodging")
#: What audits look at, what risk rules look for among these, and what they look for among reads.
AUDITED = ("case", "drug_test", "complaint")
LOOKS_FOR = {
    "case": (
        "decided_fast",
        "empty_response",
        "same_three_people",
        "ground_changed_late",
        "lesser_for_senior",
        "claimed_late",
    ),
    "drug_test": ("entered_late", "claimed_late"),
    "complaint": ("closed_without_action",),
    "read": ("no_task", "own_unit", "burst", "night"),
}
#: What rules publication, and how little each may be: no threshold below which people could be told apart, no name
#: shown for less than 28 days (SI 2020/4, regulation 63: an outcome is published for no less).
PUBLICATION = {
    "unit_threshold": 5,
    "national_threshold": 3,
    "delay_months": 1,
    "horizon_days": 30,
    "in_time_days": 1,
    "naming_from_rank": 0,
    "naming_days": 28,
}
SPECIMENS = ("urine", "oral_fluid", "hair", "blood")
PANEL_DRUGS = (
    "methamphetamine",
    "amphetamine",
    "mdma",
    "ketamine",
    "heroin_6am",
    "opiates",
    "cocaine",
    "cannabis",
    "fentanyl",
    "pcp",
)


@dataclass(frozen=True)
class Fault:
    """What is wrong: in which row (from 1; 0 for the whole), in which field, a code, and what its sentence needs."""

    row: int
    field: str
    code: str
    params: dict[str, Any] = given(default_factory=dict)


def faults(kind: str, content: Any) -> list[Fault]:
    """What is wrong with a setting's content; nothing if it can rule. Content is `{kind: [row, …]}`."""
    rows = content.get(kind) if isinstance(content, dict) and set(content) == {kind} else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [Fault(0, "", "not_rows", {"kind": kind})]
    if not rows and kind != "holidays":
        return [Fault(0, "", "no_rows")]
    found = [fault for number, row in enumerate(rows, 1) for fault in _ROWS[kind](number, row)]
    found += [fault for name in _UNIQUE[kind] for fault in _twice(rows, name)]
    return [*found, *_cutoffs_twice(rows)] if kind == "panels" else found


def _texts(number: int, row: dict[str, Any], *names: str) -> Iterator[Fault]:
    for name in names:
        if not isinstance(row.get(name), str) or not row[name].strip():
            yield Fault(number, name, "missing")


def _choice(number: int, row: dict[str, Any], name: str, choices: tuple[str, ...]) -> Iterator[Fault]:
    if row.get(name) not in choices:
        yield Fault(number, name, "unknown_choice", {"choices": ", ".join(choices)})


def _whole(number: int, row: dict[str, Any], name: str, least: int) -> Iterator[Fault]:
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        yield Fault(number, name, "not_whole", {"least": least})


def _twice(rows: list[dict[str, Any]], name: str) -> Iterator[Fault]:
    counted = Counter(str(row.get(name)) for row in rows)
    for number, row in enumerate(rows, 1):
        if counted[str(row.get(name))] > 1 and row.get(name) not in (None, ""):
            yield Fault(number, name, "not_unique", {"value": str(row[name])})


def _rank(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    yield from _texts(number, row, "code", "name_km", "name_en")
    if len(str(row.get("code", ""))) > 10:
        yield Fault(number, "code", "too_long", {"limit": 10})
    yield from _whole(number, row, "order", 1)
    yield from _choice(number, row, "removed_by", INSTRUMENTS)


def _holiday(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    try:
        date.fromisoformat(row.get("date", ""))
    except (TypeError, ValueError):
        yield Fault(number, "date", "not_a_date")
    yield from _texts(number, row, "name_km", "name_en", "source")


def _deadline(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    yield from _texts(number, row, "clock", "name_km", "name_en", "basis")
    yield from _whole(number, row, "length", 1)
    yield from _choice(number, row, "unit", DEADLINE_UNITS)
    if row.get("clock") in IN_HOURS and row.get("unit") == "working_days":
        yield Fault(number, "unit", "not_in_working_days")
    hours = {"hours": 1, "days": 24}.get(str(row.get("unit")), 0)
    length = row.get("length")
    if (
        row.get("clock") == "retest_request"
        and hours
        and isinstance(length, int)
        and length * hours < LEAST_TO_ASK
    ):
        yield Fault(number, "length", "too_short_to_ask", {"hours": LEAST_TO_ASK})
    least = LEAST_TO_ANSWER.get(str(row.get("unit")), 0)
    if row.get("clock") in ANSWERS and isinstance(length, int) and length < least:
        yield Fault(number, "length", "too_short_to_answer", {"days": LEAST_TO_ANSWER["days"]})


def _drug(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9_]{2,20}", str(row.get("code", ""))):
        yield Fault(number, "code", "not_a_code")
    yield from _texts(number, row, "name_km", "name_en")


def _route(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    yield from _whole(number, row, "order", 1)
    for name in ("category", "accused", "rank_from"):
        if not re.fullmatch(r"[A-Za-z0-9_]{0,30}", str(row.get(name))):
            yield Fault(number, name, "not_a_code")
    yield from _choice(number, row, "to", LEVELS)
    yield from _texts(number, row, "basis")


def _cutoff(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    """A row of a panel: values in ng/mL as decimal text, since a stored number must not be a float."""
    yield from _texts(number, row, "panel", "authority", "group", "analyte", "basis")
    for name, limit in (("panel", 40), ("authority", 20), ("analyte", 60)):
        if len(str(row.get(name, ""))) > limit:
            yield Fault(number, name, "too_long", {"limit": limit})
    yield from _choice(number, row, "specimen", SPECIMENS)
    yield from _choice(number, row, "picked_by", PICKED_BY)
    yield from _choice(number, row, "drug", PANEL_DRUGS)
    try:
        date.fromisoformat(row.get("effective_from", ""))
    except (TypeError, ValueError):
        yield Fault(number, "effective_from", "not_a_date")
    for name in ("initial", "confirm", "requires_least"):
        value = row.get(name, "")
        if name == "requires_least" and value == "" and not row.get("requires"):
            continue
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", value):
            yield Fault(number, name, "not_an_amount")
    if not isinstance(row.get("requires", ""), str):
        yield Fault(number, "requires", "missing")


def _cutoffs_twice(rows: list[dict[str, Any]]) -> Iterator[Fault]:
    """An analyte has one cutoff in a panel, and a panel one authority, specimen, first day and picking day."""
    seen: dict[tuple[str, str], int] = {}
    heads: dict[str, tuple[Any, ...]] = {}
    for number, row in enumerate(rows, 1):
        key = (str(row.get("panel")), str(row.get("analyte")).casefold())
        if key in seen:
            yield Fault(number, "analyte", "not_unique", {"value": str(row.get("analyte"))})
        seen[key] = number
        head = tuple(row.get(name) for name in ("authority", "specimen", "effective_from", "picked_by"))
        if heads.setdefault(key[0], head) != head:
            yield Fault(number, "panel", "two_heads", {"value": key[0]})


def _power(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    """A row of who decides: an empty field fits every measure, rank or post."""
    yield from _whole(number, row, "order", 1)
    yield from _choice(number, row, "measure", ("", *MEASURES[1:]))
    for name in ("rank_from", "heads"):
        if not re.fullmatch(r"[A-Za-z0-9_]{0,30}", str(row.get(name))):
            yield Fault(number, name, "not_a_code")
    yield from _choice(number, row, "decided_by", DECIDERS)
    yield from _choice(number, row, "instrument", INSTRUMENTS)
    yield from _texts(number, row, "basis")


def _article(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    yield from _texts(number, row, "code", "name_km", "name_en", "basis")
    if len(str(row.get("code", ""))) > 20:
        yield Fault(number, "code", "too_long", {"limit": 20})
    yield from _choice(number, row, "gravest", MEASURES[1:])


def _question(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    """A question that a review of such a record answers."""
    yield from _whole(number, row, "order", 1)
    yield from _coded(number, row)
    yield from _choice(number, row, "about", AUDITED)
    yield from _texts(number, row, "topic_km", "topic_en", "name_km", "name_en")


def _risk(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    """A rule that points at records, or at reads: what it looks for, from which number on, how much it weighs."""
    yield from _coded(number, row)
    yield from _choice(number, row, "about", tuple(LOOKS_FOR))
    yield from _choice(number, row, "looks_for", LOOKS_FOR.get(str(row.get("about")), ()))
    yield from _whole(number, row, "least", 0)
    yield from _whole(number, row, "weight", 1)
    yield from _texts(number, row, "name_km", "name_en")


def _publication(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    """A number that publication goes by."""
    yield from _choice(number, row, "code", tuple(PUBLICATION))
    yield from _whole(number, row, "value", PUBLICATION.get(str(row.get("code")), 0))
    yield from _texts(number, row, "name_km", "name_en")


def _coded(number: int, row: dict[str, Any]) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9_]{2,40}", str(row.get("code", ""))):
        yield Fault(number, "code", "not_a_code")


_ROWS: dict[str, Callable[[int, dict[str, Any]], Iterator[Fault]]] = {
    "ranks": _rank,
    "holidays": _holiday,
    "deadlines": _deadline,
    "drugs": _drug,
    "routing": _route,
    "authorities": _drug,
    "panels": _cutoff,
    "powers": _power,
    "articles": _article,
    "checklist": _question,
    "risks": _risk,
    "publication": _publication,
}
_UNIQUE = {
    "ranks": ("code", "order"),
    "holidays": ("date",),
    "deadlines": ("clock",),
    "drugs": ("code",),
    "routing": ("order",),
    "authorities": ("code",),
    "panels": (),
    "powers": ("order",),
    "articles": ("code",),
    "checklist": ("order", "code"),
    "risks": ("code",),
    "publication": ("code",),
}
