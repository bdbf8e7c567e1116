"""The floor's clockwork: what nobody acted on, files to read, notices to send."""

from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.files import drop, kept_names
from foundation.jobs.alarms import alarm
from foundation.jobs.batches import Batch, each
from foundation.jobs.hints import hint
from foundation.jobs.models import Alarm
from foundation.jobs.timetable import SOFT_BEFORE_HARD, job, sweeps
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.following import follow
from ledger.models import Event
from officers import imports, notices
from officers.actions import reminders, reviews
from officers.actions.imports import FOLDER, TASK
from officers.actions.notices import forget
from officers.models import ApiKey, DrugTest, Import, Review, RoleAssignment, Sheet, Unit, User
from officers.models.users import Role
from officers.queries.imports import waiting_imports
from officers.queries.notices import due_digests
from officers.queries.overdue import laboratories_overdue
from officers.queries.settings import late_before

DAILY_AT = timedelta(hours=6)
#: How many days before a key's last one its owner is told; only of the nearest that was reached.
KEYS_TOLD = (1, 14)
NOTICES_KEPT = timedelta(days=366)


def _still(remind: Any) -> Any:
    """What was done about in the meantime needs no reminder."""

    def handle(pk: int) -> None:
        try:
            remind(CLOCK, pk)
        except Http404:
            return

    return handle


def _unreminded(rows: QuerySet[Any], verb: str, period: datetime) -> QuerySet[Any]:
    """Ids of those not reminded of in this period yet: a run that failed half way does not repeat itself."""
    reminded = Event.objects.filter(verb=verb, recorded_at__gte=period).values("subject_id")
    return rows.exclude(pk__in=reminded).order_by("pk").values_list("pk", flat=True)


@job(
    title=_("Confirmations nobody has started"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def confirmations_nobody_started(*, period: datetime, **kwargs: Any) -> Batch:
    """Remind of specimens that were to be at a laboratory by now (deadline `specimen_to_laboratory`)."""
    late = DrugTest.objects.awaiting_confirmation().filter(
        entered_at__lt=late_before("specimen_to_laboratory")
    )
    tests: dict[int, list[int]] = {}
    for sheet_id, test_id in late.order_by("sheet_id", "pk").values_list("sheet_id", "pk"):
        tests.setdefault(sheet_id, []).append(test_id)
    sheets = _unreminded(Sheet.objects.filter(pk__in=tests), "sheet.left_unconfirmed", period)
    return each(sheets, _still(lambda by, pk: reminders.confirmations(by, pk, tests[pk])))


@job(title=_("Sheets left open"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def sheets_left_open(*, period: datetime, **kwargs: Any) -> Batch:
    """Remind of sheets opened more than a day ago and not sent."""
    late = Sheet.objects.left_open(clock.now())
    return each(_unreminded(late, "sheet.left_open", period), _still(reminders.sheet))


@job(
    title=_("Results that laboratories owe"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def results_overdue(*, period: datetime, **kwargs: Any) -> Batch:
    """Remind laboratories of specimens not reported on in time (deadline `confirmation_result`)."""
    late = Unit.objects.filter(pk__in=laboratories_overdue())
    return each(_unreminded(late, "unit.results_overdue", period), _still(reminders.results))


@job(
    title=_("Reviews that wait too long"),
    every=timedelta(days=1),
    at=DAILY_AT,
    late_after=timedelta(hours=30),
)
def reviews_overdue(*, period: datetime, **kwargs: Any) -> Batch:
    """Remind reviewers of officers not looked for, reviews not decided, letters not served, bottles not sent.

    One mail a day for each, whatever waits: deadlines `reviewer_contact`, `review_decision`, `letter_service`,
    `second_bottle` and `custody_settlement`.
    """
    held = RoleAssignment.objects.current().filter(role__in=(Role.REVIEWING_PHYSICIAN, Role.INSPECTOR))
    people = User.objects.filter(is_active=True, pk__in=held.values("user"))
    return each(_unreminded(people, "user.reviews_overdue", period), _still(reminders.reviewer))


@job(title=_("Time to ask for the second bottle"), every=timedelta(minutes=15), late_after=timedelta(hours=1))
def windows_over(*, period: datetime, **kwargs: Any) -> Batch:
    """Make final what nobody asked to have tested again in time, each by itself."""
    over = Review.objects.window_over(clock.now()).order_by("window_ends_at", "pk")
    return each(list(over.values_list("pk", flat=True)), _closed)


def _closed(review_id: int) -> None:
    """Whose officer asked in the last moment after all is left alone."""
    try:
        reviews.close_window(CLOCK, review_id)
    except Conflict:
        return


@job(title=_("Keys that expire soon"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def keys_that_expire(*, period: datetime, **kwargs: Any) -> Batch:
    """Tell owners 14 days before and the day before a key's last day, once each."""
    due = []
    for pk, expires_at in ApiKey.objects.live(clock.now()).order_by("pk").values_list("pk", "expires_at"):
        left = (timezone.localdate(expires_at) - clock.today()).days
        due += [(pk, days) for days in KEYS_TOLD if left <= days][:1]
    return each(due, _still(lambda by, due: reminders.key(by, due[0], days=due[1])))


@job(title=_("Notices"), every=timedelta(minutes=1), late_after=timedelta(minutes=10))
def tell(*, period: datetime, **kwargs: Any) -> int:
    """Read the sealed log on from where it was read to, and tell whoever is to be told."""
    return follow("notices", notices.tell)


@job(
    title=_("Notices by mail"),
    every=timedelta(minutes=1),
    late_after=timedelta(minutes=10),
    hard_limit=timedelta(minutes=5),
)
def mail_notices(*, period: datetime, **kwargs: Any) -> Batch:
    """Mail each notice that goes by itself."""
    return notices.send_waiting()


@job(
    title=_("Digests by mail"),
    every=timedelta(minutes=15),
    late_after=timedelta(hours=2),
    hard_limit=timedelta(minutes=10),
)
def mail_digests(*, period: datetime, **kwargs: Any) -> Batch:
    """Mail the digests that are due; what a run missed the next one sends."""
    return notices.send_digests(due_digests(clock.now()))


@job(title=_("Old notices"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def forget_notices(*, period: datetime, **kwargs: Any) -> int:
    """Remove notices of more than a year ago."""
    return forget(clock.now() - NOTICES_KEPT)


@job(title=_("Alarms by mail"), every=timedelta(minutes=1), late_after=timedelta(minutes=10))
def tell_of_alarms(*, period: datetime, **kwargs: Any) -> Batch:
    """Mail the system administrators once when an alarm begins, and once when it is over."""
    return each(Alarm.objects.untold().order_by("pk").values_list("pk", flat=True), notices.tell_of_alarm)


#: Alarm when a file has waited this long for a worker.
LONGEST_WAIT = timedelta(minutes=30)


@alarm("imports", title=_("Files wait to be read"))
def files_wait() -> str:
    waiting, oldest = waiting_imports()
    return f"{waiting}, {oldest // timedelta(minutes=1)} min" if oldest > LONGEST_WAIT else ""


@shared_task(
    name=TASK,
    time_limit=int(imports.HARD_LIMIT.total_seconds()),
    soft_time_limit=int((imports.HARD_LIMIT - SOFT_BEFORE_HARD).total_seconds()),
)
def read_file(*, file_id: int, **kwargs: Any) -> None:
    """Check a file that was uploaded, or take one that was asked for."""
    imports.proceed(file_id)


@sweeps
def files_nobody_reads() -> int:
    """Hint at the files that wait for a worker; those a worker has in hand are not begun again."""
    waiting = list(Import.objects.waiting().order_by("pk").values_list("pk", flat=True)[:200])
    for pk in waiting:
        hint(TASK, file_id=pk)
    return len(waiting)


@job(title=_("Files nobody knows"), every=timedelta(days=1), at=DAILY_AT, late_after=timedelta(hours=30))
def files_nobody_knows(*, period: datetime, **kwargs: Any) -> int:
    """Remove files whose upload was cut off before it was recorded, and those of cancelled imports."""
    old = kept_names(FOLDER, before=period - timedelta(days=1))
    known = Import.objects.exclude(status=Import.Status.CANCELLED).filter(stored_as__in=old)
    unknown = set(old) - set(known.values_list("stored_as", flat=True))
    for name in unknown:
        drop(FOLDER, name)
    return len(unknown)
