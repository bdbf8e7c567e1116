"""The floor's clockwork: reports entered from the box, flags raised, cases moved up."""

from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases import notices
from cases.actions import (
    cases,
    deadlines,
    enforcement,
    escalations,
    failures,
    files,
    flags,
    grounds,
    intake,
    orders,
    reminders,
)
from cases.actions import notices as told
from cases.models import CaseFile, Complaint, ComplaintFile, IntakeItem
from cases.models.files import KeptFile
from cases.queries import overdue
from cases.queries import sweeps as waiting
from foundation.files import drop, kept_names
from foundation.files.antivirus import ask
from foundation.jobs.alarms import alarm
from foundation.jobs.batches import Batch, each
from foundation.jobs.hints import hint
from foundation.jobs.runs import attempt
from foundation.jobs.timetable import SOFT_BEFORE_HARD, job, sweeps
from ledger import clock
from ledger.actors import CLOCK
from ledger.following import follow

#: So many cases at most move up in one run; the rest in the next.
MOST_MOVES = 2000
DAILY_AT, NIGHTLY_AT = timedelta(hours=6), timedelta(hours=1)
#: Complaints whose days are reckoned in one act.
CHUNK = 1000


@job(title=_("Reports waiting in the box"), every=timedelta(hours=1), late_after=timedelta(hours=2))
def enter_reports(*, period: datetime, **kwargs: Any) -> Batch:
    """Enter what reporters sent in the last hours, shuffled."""
    return intake.enter_waiting()


@alarm("intake", title=_("Reports cannot be entered"))
def reports_stuck() -> str:
    """Reports that could not be entered, or were not for a day."""
    stuck = IntakeItem.objects.filter(
        Q(failures__gt=1) | Q(day__lt=clock.today() - timedelta(days=1))
    ).count()
    return str(stuck) if stuck else ""


@job(
    title=_("Reports nobody acts on"),
    every=timedelta(minutes=15),
    late_after=timedelta(minutes=40),
    hard_limit=timedelta(minutes=5),
)
def flag_unacted_reports(*, period: datetime, **kwargs: Any) -> int:
    """Raise a flag for everything nobody did in time."""
    return flags.sweep()


@job(
    title=_("Cases that leave a unit which does not act"),
    every=timedelta(minutes=15),
    late_after=timedelta(minutes=40),
    hard_limit=timedelta(minutes=10),
)
def move_up(*, period: datetime, **kwargs: Any) -> Batch:
    """Move each case one level up whose unit let its last day pass."""
    late = Complaint.objects.open().filter(moves_on__lt=clock.today()).order_by("moves_on", "pk")
    pks = list(late.values_list("pk", flat=True)[:MOST_MOVES])
    return each(pks, lambda pk: escalations.escalate(CLOCK, pk))


@job(
    title=_("Days in time reckoned anew"),
    every=timedelta(days=1),
    at=NIGHTLY_AT,
    late_after=timedelta(hours=30),
    hard_limit=timedelta(minutes=10),
)
def reckon_days(*, period: datetime, **kwargs: Any) -> Batch:
    """Bring the days of open complaints to what deadlines and calendar say now."""
    pks = Complaint.objects.open().order_by("pk").values_list("pk", flat=True)
    chunks = batched(pks.iterator(CHUNK), CHUNK, strict=False)
    return each(chunks, lambda chunk: deadlines.reckon_anew(CLOCK, chunk))


@job(
    title=_("Units whose misses add up"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30)
)
def propose_failures(*, period: datetime, **kwargs: Any) -> Batch:
    """Put units that missed three deadlines in a quarter to the level above."""
    return each(failures.units_to_look_at(), lambda pk: failures.propose(CLOCK, pk))


@job(
    title=_("Notices about complaints and cases"),
    every=timedelta(minutes=1),
    late_after=timedelta(minutes=10),
)
def tell_of_complaints(*, period: datetime, **kwargs: Any) -> int:
    """Read the sealed log on and tell whoever is to be told of a complaint or a case."""
    return follow("complaint notices", notices.tell)


#: A worker is killed after this; the largest file takes an antivirus some seconds.
CHECK_LIMIT = timedelta(minutes=5)
#: What has files that are checked.
KEPT: dict[str, Any] = {model._meta.model_name or "": model for model in (ComplaintFile, CaseFile)}
#: Alarm when a file has waited this long to be checked.
LONGEST_WAIT = timedelta(minutes=30)


@shared_task(
    name=files.TASK,
    time_limit=int(CHECK_LIMIT.total_seconds()),
    soft_time_limit=int((CHECK_LIMIT - SOFT_BEFORE_HARD).total_seconds()),
)
def check_file(*, file_id: int, of: str = "complaintfile", **kwargs: Any) -> None:
    """Have a file looked at by the antivirus, unless another worker does it; without an answer it goes on waiting."""
    row = KEPT[of].objects.waiting().filter(pk=file_id).first()
    if row is not None and settings.CLAMD:
        attempt(
            files.TASK, f"{of}/{row.pk}/{row.version}", lambda _number: _check(row), hard_limit=CHECK_LIMIT
        )


def _check(row: KeptFile) -> None:
    found = ask(settings.CLAMD, files.stored(row))
    files.judge(CLOCK, row.pk, found=found, of=type(row), version=row.version)


@sweeps
def files_nobody_checks() -> int:
    """Hint at the files that wait to be checked."""
    number = 0
    for of, model in KEPT.items():
        for pk in model.objects.waiting().order_by("pk").values_list("pk", flat=True)[:200]:
            hint(files.TASK, file_id=pk, of=of)
            number += 1
    return number


@alarm("antivirus", title=_("Files with reports wait to be checked"))
def files_unchecked() -> str:
    """Files that the antivirus has not answered about: it is away, or was taken out of the settings."""
    before = clock.now() - LONGEST_WAIT
    late = sum(model.objects.waiting().filter(entered_at__lt=before).count() for model in KEPT.values())
    return str(late) if late else ""


@job(title=_("Files nobody sent"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def files_nobody_sent(*, period: datetime, **kwargs: Any) -> int:
    """Remove files that were added to a report which was never sent, and those whose act was cut off."""
    before = (
        period - DAILY_AT - timedelta(days=1)
    )  # they bear the day alone, and a form is good for half a day
    sent = {name for names in IntakeItem.objects.values_list("files", flat=True) for name in names}
    unsent = set(kept_names(files.HELD, before=before)) - sent
    old = kept_names(files.ENTERED, before=before)
    cut_off = set(old)
    for model in KEPT.values():
        cut_off -= set(model.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    for name in unsent:
        drop(files.HELD, name)
    for name in cut_off:
        drop(files.ENTERED, name)
    return len(unsent | cut_off)


@job(
    title=_("Final tests and refusals that open cases"),
    every=timedelta(minutes=1),
    late_after=timedelta(minutes=10),
)
def open_cases(*, period: datetime, **kwargs: Any) -> Batch:
    """Open a case for each final positive and each determined refusal that has none."""
    return each(waiting.tests_without_case(), lambda pk: cases.open_for_test(CLOCK, pk))


@job(title=_("Grounds that fell"), every=timedelta(minutes=1), late_after=timedelta(minutes=10))
def flag_fallen_grounds(*, period: datetime, **kwargs: Any) -> Batch:
    """Flag each ground whose test carries it no more."""
    return each(waiting.grounds_that_fell(), lambda pk: grounds.drop_fallen(CLOCK, pk))


@job(
    title=_("Notices in cases that were served"), every=timedelta(minutes=1), late_after=timedelta(minutes=10)
)
def serve_notices(*, period: datetime, **kwargs: Any) -> Batch:
    """Let an officer's time run from the proof that he was told."""
    return each(waiting.notices_told(), lambda pk: told.serve(CLOCK, pk))


@job(title=_("Orders whose day has come"), every=timedelta(minutes=15), late_after=timedelta(hours=2))
def enforce_orders(*, period: datetime, **kwargs: Any) -> Batch:
    """Bring verified orders into force on their day, each as a whole."""
    return each(waiting.orders_due(), lambda pk: orders.enforce(CLOCK, pk))


@job(title=_("Cases that become final"), every=timedelta(minutes=15), late_after=timedelta(hours=2))
def finish_cases(*, period: datetime, **kwargs: Any) -> Batch:
    """Make cases final whose time to appeal is over."""
    return each(waiting.cases_to_finish(), lambda pk: enforcement.become_final(CLOCK, pk))


@job(title=_("Cases of officers who died"), every=timedelta(minutes=15), late_after=timedelta(hours=2))
def end_cases_of_the_dead(*, period: datetime, **kwargs: Any) -> Batch:
    """End cases under way of officers who died, unless the family asked for a finding."""
    return each(waiting.cases_of_the_dead(), lambda pk: cases.end_by_death(CLOCK, pk))


@job(title=_("Suspensions that are over"), every=timedelta(minutes=15), late_after=timedelta(hours=2))
def end_suspensions(*, period: datetime, **kwargs: Any) -> Batch:
    """End suspensions taken as a measure whose last day is over."""
    return each(waiting.suspensions_over(), lambda pk: enforcement.end_measure(CLOCK, pk))


@job(title=_("Cases that are due"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def remind_of_cases(*, period: datetime, **kwargs: Any) -> Batch:
    """Say of each case that it is due soon, overdue, or so for long; each once for each of its days."""
    due = sorted({one.case for one in overdue.reminders()})
    return each(due, lambda pk: reminders.remind(CLOCK, pk))


@alarm("orders", title=_("Orders that could not be brought into force"))
def orders_stuck() -> str:
    """Verified orders that are not in force an hour into their day."""
    return _counted(waiting.orders_stuck())


@alarm("grounds", title=_("Measures in force on a ground that fell"))
def measures_on_nothing() -> str:
    """Cases in force of which a ground fell, and nobody has appealed since."""
    return _counted(waiting.in_force_on_fallen_ground())


def _counted(rows: QuerySet) -> str:
    number = rows.count()
    return str(number) if number else ""
