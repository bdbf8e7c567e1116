"""The clocks of a complaint: last days in time, computed from facts, rules and the calendar. Never counted up.

A complaint's rules are those in force on the day it was received. Days of an agreed pause do not count, but for the
acknowledgement. A `…_by` day is the last one in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from foundation.calendar import Calendar

#: How long after the first action was due a case climbs to each level; the commune is where the ladder begins.
LADDER = (
    "",
    "escalate_to_district",
    "escalate_to_province",
    "escalate_to_general",
    "escalate_to_inspectorate",
)
TOP = len(LADDER) - 1
#: A unit that gets a case late, because the clockwork stood still, has at least so many days.
LEAST = 3
#: Days for which pauses may stop the clocks of one complaint, all together.
PAUSE_CAP = 60
#: Working days in which a unit that missed a deadline says why.
EXPLAIN_WITHIN = 5


@dataclass(frozen=True)
class Rules:
    """The deadlines in force, by the key of their clock, and the calendar they are counted in."""

    lengths: Mapping[str, tuple[int, str]]
    calendar: Calendar

    def due(self, clock: str, start: date, category: str = "") -> date:
        """The last day in time; a rule for the category (`clock:category`) goes before the general one.

        :raises LookupError: if nobody has set this clock
        """
        length, unit = self.lengths.get(f"{clock}:{category}") or self.lengths[clock]
        if unit == "working_days":
            return self.calendar.deadline(start, working_days=length)
        return self.calendar.deadline(start, days=length if unit == "days" else -(-length // 24))

    def days(self, clock: str) -> int:
        """A rung of the ladder in calendar days."""
        length, unit = self.lengths[clock]
        return length if unit != "hours" else -(-length // 24)


@dataclass(frozen=True)
class Facts:
    """What a complaint's clocks hang on. `base` is the level it was first given to, or last forwarded to."""

    category: str
    received_on: date
    came_on: date
    level: int
    base: int
    has_channel: bool
    is_open: bool = True
    acknowledged_on: date | None = None
    acted_on: date | None = None
    told_on: date | None = None
    late_resolutions: int = 0
    pauses: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True)
class Due:
    acknowledge_by: date | None = None
    act_by: date | None = None
    update_by: date | None = None
    resolve_by: date | None = None
    moves_on: date | None = None


def reckon(facts: Facts, rules: Rules) -> Due:
    """Which clocks run, and until when."""
    if not facts.is_open:
        return Due()
    paused = timedelta(days=paused_days(facts.pauses))
    rung = [rules.days(name) if name else 0 for name in LADDER]
    is_top = facts.level >= TOP

    act_by = moves_on = None
    if facts.acted_on is None:
        first = rules.due("complaint_commune_action", facts.received_on, facts.category) + paused
        least = facts.came_on + timedelta(days=LEAST)
        climbed = facts.level > facts.base
        above = rung[min(facts.level + 1, TOP)] - rung[facts.base]
        if is_top and climbed:
            above += rules.days("complaint_commune_action")
        act_by = max(first + timedelta(days=above), least) if climbed else first
        moves_on = None if is_top else max(first + timedelta(days=above), least)

    resolve_by = rules.due("complaint_resolution", facts.received_on, facts.category) + paused
    if facts.late_resolutions:
        resolve_by += timedelta(days=rung[1] * facts.late_resolutions)
        resolve_by = max(resolve_by, facts.came_on + timedelta(days=LEAST))
    if not is_top:
        moves_on = min(moves_on, resolve_by) if moves_on else resolve_by
    return Due(
        acknowledge_by=None
        if facts.acknowledged_on
        else rules.due("complaint_acknowledgement", facts.received_on, facts.category),
        act_by=act_by,
        update_by=rules.due("reporter_update", facts.told_on or facts.received_on, facts.category)
        if facts.has_channel
        else None,
        resolve_by=resolve_by,
        moves_on=moves_on,
    )


def paused_days(pauses: Sequence[tuple[date, date]]) -> int:
    """Days on which a clock stood still; two pauses at once count once, and never more than `PAUSE_CAP`."""
    stood = {start + timedelta(days=n) for start, until in pauses for n in range((until - start).days)}
    return min(len(stood), PAUSE_CAP)
