"""What a line of a sheet says, reckoned from the line and the kit alone."""

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Problem:
    """Why a line or a row cannot be taken: the field, a code of `officers.problems`, what the sentence needs."""

    field: str
    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass
class Line:
    """A line as written. The officer is named by `number`, his service number or his stable number.

    `name`, where the paper has one, is compared with the officer's, so that a slipped digit is noticed.
    `entry_key` is the client's own: a line sent again under the same key is the same line. `place` is its
    number on the paper, where lines before it may be left out; else the lines count on.
    """

    number: str
    name: str = ""
    specimen_number: str = ""
    non_negative_for: Sequence[str] = ()
    invalid_for: Sequence[str] = ()
    not_taken: str = ""
    excuse: str = ""
    remark: str = ""
    entry_key: UUID | None = None
    place: int | None = None


def status_of(line: Line) -> str:
    """The state a line begins in. Any non-negative needs confirmation, even where another strip failed."""
    if line.not_taken:
        return "NOT_TAKEN"
    if line.non_negative_for:
        return "CONFIRMATION_NEEDED"
    return "REPEAT_NEEDED" if line.invalid_for else "NEGATIVE"


def contradictions(line: Line, drugs: Iterable[str]) -> list[Problem]:
    """What is wrong with a line by itself, given the drugs the kit screens for."""
    known = set(drugs)
    found = [
        Problem(name, "not_screened", {"value": drug})
        for name in ("non_negative_for", "invalid_for")
        for drug in getattr(line, name)
        if drug not in known
    ]
    found += [
        Problem("invalid_for", "two_findings", {"value": drug})
        for drug in sorted(set(line.non_negative_for) & set(line.invalid_for))
    ]
    if line.not_taken and (line.non_negative_for or line.invalid_for):
        found.append(Problem("not_taken", "not_taken_but_screened"))
    if line.not_taken == "absent" and not line.excuse:
        found.append(Problem("excuse", "absent_without_reason"))
    if line.excuse and line.not_taken != "absent":
        found.append(Problem("excuse", "reason_without_absence"))
    if line.non_negative_for and not line.specimen_number and not line.not_taken:
        found.append(Problem("specimen_number", "specimen_missing"))
    if line.not_taken and line.specimen_number:
        found.append(Problem("specimen_number", "specimen_without_test"))
    return found


def stable_id(number: str) -> int | None:
    """The id in a stable number such as `OF-0001234-82`, or None if it is none or its check digits are wrong."""
    match = re.fullmatch(r"OF-?([0-9]{7,})-?([0-9]{2})", number.strip().upper())
    if match is None:
        return None
    pk, digits = int(match[1]), int(match[2])
    return pk if 98 - pk * 100 % 97 == digits else None
