"""The floor's clockwork: late findings go up, units are reminded, people are told, the log is verified."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits import notices
from audits.actions import corrections, findings, open_keys, verifications
from audits.actions.publishing import names
from audits.actions.publishing.all import ACTS, publish
from audits.actions.publishing.corrections import publish_corrections
from audits.models import CorrectionDrop, Verification
from audits.models.verifications import LONGEST
from audits.queries import corrections as requests
from audits.queries.integrity import last_result, look
from audits.queries.lateness import due_soon, late
from audits.queries.open_keys import ending
from foundation.jobs.alarms import alarm
from foundation.jobs.batches import Batch, each
from foundation.jobs.hints import hint
from foundation.jobs.models import JobRun
from foundation.jobs.runs import attempt
from foundation.jobs.timetable import SOFT_BEFORE_HARD, job, sweeps
from ledger import clock
from ledger.actors import CLOCK
from ledger.following import follow

DAILY_AT = timedelta(hours=6)


@job(title=_("Findings that are late"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def escalate_findings(*, period: datetime, **kwargs: Any) -> Batch:
    """Put each late finding before the unit above, and a further level when that one had its time."""
    pks = list(late().order_by("due_on", "pk").values_list("pk", flat=True))
    return each(pks, lambda pk: findings.escalate(CLOCK, pk))


@job(
    title=_("Findings that are due soon"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def remind_of_findings(*, period: datetime, **kwargs: Any) -> Batch:
    """Say of each finding once for each of its days that it is due soon."""
    pks = list(due_soon().order_by("due_on", "pk").values_list("pk", flat=True))
    return each(pks, lambda pk: findings.remind(CLOCK, pk))


@job(
    title=_("Publication of open data"),
    every=timedelta(days=1),
    at=timedelta(hours=3),
    late_after=timedelta(hours=30),
    hard_limit=timedelta(minutes=10),
)
def publish_open_data(*, period: datetime, **kwargs: Any) -> Batch:
    """Publish what may come out and has not. One part that fails does not keep the others."""
    return each(ACTS, publish)


@job(title=_("Notices about audits"), every=timedelta(minutes=1), late_after=timedelta(minutes=10))
def tell_of_audits(*, period: datetime, **kwargs: Any) -> int:
    """Read the sealed log on and tell whoever is to be told of a review, a finding or a recusal."""
    return follow("audit notices", notices.tell)


#: So often what was asked for is tried before it is said that it cannot be done.
MOST_TRIES = 3


@job(
    title=_("Verification of the log"),
    every=timedelta(days=1),
    at=timedelta(hours=1),
    late_after=timedelta(hours=30),
    hard_limit=LONGEST,
)
def verify_log(*, period: datetime, **kwargs: Any) -> Batch | str:
    """Verify the whole log. What was found is counted by its kind; the auditors' page and `manage.py verify_log` name
    each.
    """
    row = _verify(verifications.begin(CLOCK))
    return Batch(causes=Counter(row.counts)) if row.found else f"head {row.head}"


@shared_task(
    name=verifications.TASK,
    time_limit=int(LONGEST.total_seconds()),
    soft_time_limit=int((LONGEST - SOFT_BEFORE_HARD).total_seconds()),
)
def verify_now(*, verification_id: int, **kwargs: Any) -> None:
    """Do a verification that was asked for, unless another worker does it."""
    if Verification.objects.waiting().filter(pk=verification_id).exists():
        attempt(
            verifications.TASK,
            str(verification_id),
            lambda number: _tried(verification_id, number),
            hard_limit=LONGEST,
        )


def _tried(pk: int, number: int) -> None:
    row = verifications.begin(CLOCK, pk)
    if number > MOST_TRIES:
        verifications.give_up(CLOCK, pk)
    else:
        _verify(row)


def _verify(row: Verification) -> Verification:
    return verifications.end(CLOCK, row.pk, seen=look())


@sweeps
def verifications_nobody_does() -> int:
    """Hint at what was asked for and waits; a worker that has it in hand is left alone."""
    waiting = list(Verification.objects.waiting().values_list("pk", flat=True))
    for pk in waiting:
        hint(verifications.TASK, verification_id=pk)
    return len(waiting)


@alarm("log", title=_("The log does not verify"))
def log_is_bent() -> str:
    """What the last verification found; or that the nightly one could not be done."""
    last = last_result()
    since = last.ended_at if last else None
    runs = JobRun.objects.filter(task=verify_log.name, finished_at__isnull=False)
    run = runs.order_by("finished_at").last()
    if run and run.finished_at and not run.succeeded and (since is None or run.finished_at > since):
        return run.detail
    return str(Batch(causes=Counter(last.counts))) if last and last.found else ""


@job(title=_("Requests for correction in the box"), every=timedelta(hours=1), late_after=timedelta(hours=2))
def enter_corrections(*, period: datetime, **kwargs: Any) -> Batch:
    """Enter what the public said is wrong in the last hours, shuffled."""
    return corrections.enter_waiting()


@job(
    title=_("Requests for correction by their days"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def watch_corrections(*, period: datetime, **kwargs: Any) -> Batch:
    """Put late requests before the deciding authorities, and say of others that they are due soon, each once."""
    soon = list(requests.due_soon().order_by("due_on", "pk").values_list("pk", flat=True))
    over = list(requests.late().filter(escalated_on__isnull=True).order_by("pk").values_list("pk", flat=True))
    reminded = each(soon, lambda pk: corrections.remind(CLOCK, pk))
    escalated = each(over, lambda pk: corrections.escalate(CLOCK, pk))
    return Batch(reminded.done + escalated.done, reminded.causes + escalated.causes)


@job(
    title=_("Publication of answers to requests for correction"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def answers_to_the_public(*, period: datetime, **kwargs: Any) -> str:
    """Bring the public list of requests to what is answered, open and late."""
    return str(publish_corrections(CLOCK))


@alarm("corrections", title=_("Requests for correction cannot be entered"))
def corrections_stuck() -> str:
    """Requests that could not be entered, or were not for a day."""
    waiting = Q(failures__gt=1) | Q(day__lt=clock.today() - timedelta(days=1))
    number = CorrectionDrop.objects.filter(waiting).count()
    return str(number) if number else ""


@alarm("late-corrections", title=_("Requests for correction are late"))
def corrections_late() -> str:
    """Requests of the public whose day passed without an answer."""
    number = requests.late().count()
    return str(number) if number else ""


@job(
    title=_("Keys of the open data that end"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def watch_open_keys(*, period: datetime, **kwargs: Any) -> Batch:
    """Tell holders whose keys end within a month, and forget links that are over."""
    open_keys.forget_links()
    pks = list(ending(open_keys.WARNED_BEFORE).order_by("pk").values_list("pk", flat=True))
    return each(pks, notices.warn)


@job(
    title=_("Names by the publication policy"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def publish_names(*, period: datetime, **kwargs: Any) -> str:
    """Show whom the policy names since a dismissal became final."""
    done = names.publish_names(CLOCK)
    return f"{done['shown']} shown, {done['down']} taken down"


@job(title=_("Names that come down"), every=timedelta(minutes=1), late_after=timedelta(minutes=10))
def take_names_down(*, period: datetime, **kwargs: Any) -> int:
    """Take down each name whose time is over or whose dismissal an appeal has touched."""
    return names.take_names_down(CLOCK)["down"]
