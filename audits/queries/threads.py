"""The thread: everything that happened to a record, from the sheet to the appeal, in the order of what is claimed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from audits.models import About
from audits.queries.parts import rows_of_case, rows_of_complaint, rows_of_test, seen
from audits.queries.said import reason_of, role_words, words_of
from audits.queries.stages import CLOCKS, STAGES, stage_of
from audits.queries.subjects import visible
from cases.models import Case, Complaint
from cases.queries.rules import rules_by_day
from foundation.web.templatetags.web import CLAIM_NEEDS_A_FLAG
from ledger.models import Audited, Change, Event
from officers.models import DrugTest, Officer, RegisterEntry, Review, Service, Sheet
from officers.queries.settings import deadline_names
from officers.queries.timelines import actor_of

#: More than this between two stages is marked.
LONG = timedelta(hours=24)


@dataclass(frozen=True)
class Entry:
    """One line of a thread.

    `table` and `row_id` name the record on whose page the line is looked at. `gap` is the time since the line before,
    where another stage begins with this one. `due_at` is when the deadline was over that ended with this line, and
    `deadline` what it is called.
    """

    event_id: int
    verb: str
    stage: str
    stage_words: Any
    words: Any
    of: str
    actor: Any
    role: str
    reason: str
    occurred_at: datetime
    recorded_at: datetime
    is_late_claim: bool
    table: str
    row_id: int
    gap: timedelta | None = None
    is_long_gap: bool = False
    deadline: str = ""
    due_at: datetime | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class _Part:
    """A record that a thread goes through, with the ids of its rows by table."""

    row: Any
    of: str
    rows: dict[str, list[int]]
    starts: dict[str, datetime | None] = field(default_factory=dict)

    @property
    def table(self) -> str:
        return str(self.row._meta.db_table)

    @property
    def category(self) -> str:
        """Some deadlines of a complaint are set for its category."""
        return getattr(self.row, "category", "")


def thread(about: str, row: Any, user: Any) -> list[Entry]:
    """What happened to a case, a test or a complaint and to all that belongs to it, the first thing first.

    A case brings the tests it rests on, a test the cases that rest on it: those that `user` sees and is not kept from.
    The row itself is taken for visible. Neither leads to a complaint: of an extract there is what was done with it.
    """
    entries: dict[int, Entry] = {}
    for part in _parts(about, row, user):
        for entry in _within_time(_entries(part), part):
            entries.setdefault(entry.event_id, entry)
    return list(_with_gaps(sorted(entries.values(), key=lambda one: (one.occurred_at, one.event_id))))


def _parts(about: str, row: Any, user: Any) -> list[_Part]:
    if about == About.COMPLAINT:
        return [_of_complaint(row, user)]
    if about == About.CASE:
        ids = row.grounds.exclude(test=None).values("test_id")
        tests = visible(About.DRUG_TEST, user).filter(pk__in=ids).order_by("pk")
        return [*(_of_test(test, user) for test in tests), _of_case(row, user)]
    cases = visible(About.CASE, user).filter(grounds__test=row).distinct().order_by("pk")
    return [_of_test(row, user), *(_of_case(case, user) for case in cases)]


def _of_test(test: DrugTest, user: Any) -> _Part:
    told = Review.objects.filter(test=test).values_list("told_by_id", flat=True)
    rows = rows_of_test(test, user) | {Service: seen(user, Service, pk__in=list(told))}
    return _Part(test, test.specimen_number, _by_table(rows))


def _of_case(case: Case, user: Any) -> _Part:
    told = case.notices.values_list("told_by_id", flat=True)
    rows = rows_of_case(case, user) | {
        Service: seen(user, Service, pk__in=list(told)),
        RegisterEntry: seen(user, RegisterEntry, pointer=case.reference),
    }
    # The unit's proposal is counted from the end of the time to respond where the officer did not say that he had
    # said all.
    return _Part(case, case.reference, _by_table(rows), {"unit_proposal": case.response_until})


def _of_complaint(complaint: Complaint, user: Any) -> _Part:
    return _Part(complaint, complaint.reference, _by_table(rows_of_complaint(complaint, user)))


def _by_table(rows: dict[type[Audited], list[int]]) -> dict[str, list[int]]:
    return {model._meta.db_table: ids for model, ids in rows.items() if ids}


def _entries(part: _Part) -> list[Entry]:
    """Its events as lines, by what is claimed. An act on a part that is an act on the case too stands there once."""
    about, changed = Q(), Q()
    for table, ids in part.rows.items():
        about |= Q(subject_table=table, subject_id__in=ids)
        changed |= Q(table_name=table, row_id__in=ids)
    by_change = Change.objects.filter(changed).values_list("event_id", flat=True)
    events = {event.pk: event for event in Event.objects.filter(about | Q(pk__in=set(by_change)))}
    if isinstance(part.row, Case):
        followed = Event.objects.filter(cause_id__in=list(events), subject_table=Officer._meta.db_table)
        events |= {event.pk: event for event in followed.filter(subject_id=part.row.officer_id)}
        for event in [one for one in events.values() if one.subject_table == part.table]:
            cause = events.get(event.cause_id or 0)
            if (
                cause is not None
                and cause.subject_table.startswith("cases_")
                and cause.subject_table != part.table
            ):
                del events[cause.pk]
    return sorted(
        (_entry(event, part) for event in events.values()), key=lambda one: (one.occurred_at, one.event_id)
    )


def _entry(event: Event, part: _Part) -> Entry:
    stage = stage_of(event.verb, event.subject_table)
    apart = event.subject_id is not None and event.subject_table in (
        Sheet._meta.db_table,
        Officer._meta.db_table,
        RegisterEntry._meta.db_table,
    )
    return Entry(
        event_id=event.pk,
        verb=event.verb,
        stage=stage,
        stage_words=STAGES[stage],
        words=words_of(event),
        of=part.of,
        actor=actor_of(event),
        role=role_words(event.actor_role),
        reason=reason_of(event),
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        is_late_claim=abs(event.recorded_at - event.occurred_at) > CLAIM_NEEDS_A_FLAG,
        table=event.subject_table if apart else part.table,
        row_id=event.subject_id if apart and event.subject_id else part.row.pk,
    )


def _within_time(entries: list[Entry], part: _Part) -> Iterable[Entry]:
    """The lines, with the deadline that ended with each."""
    rules_on = rules_by_day()
    names = deadline_names()
    started: dict[str, datetime] = {}
    for entry in entries:
        for clock, begins, ends in CLOCKS:
            start = started.get(clock) or part.starts.get(clock)
            if entry.verb in ends and start is not None and start <= entry.occurred_at:
                started.pop(clock, None)
                rules, day = rules_on(timezone.localdate(start)), timezone.localdate(start)
                due_at = _over(rules.lengths[clock], start, rules.due(clock, day, part.category))
                entry = replace(
                    entry, deadline=names[clock], due_at=due_at, is_overdue=entry.occurred_at > due_at
                )
            if entry.verb in begins:
                started[clock] = entry.occurred_at
        yield entry


def _over(length: tuple[int, str], start: datetime, last: date) -> datetime:
    """When a deadline is over: hours to the minute, days with the end of the last one."""
    if length[1] == "hours":
        return start + timedelta(hours=length[0])
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), datetime.min.time())) - timedelta(
        microseconds=1
    )


def _with_gaps(entries: Iterable[Entry]) -> Iterable[Entry]:
    before: Entry | None = None
    for entry in entries:
        if before is not None and before.stage != entry.stage:
            gap = entry.occurred_at - before.occurred_at
            entry = replace(entry, gap=gap, is_long_gap=gap > LONG)
        yield entry
        before = entry
