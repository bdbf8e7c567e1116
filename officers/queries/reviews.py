"""Reviews as they wait: what each waits for, until when, and the times that run in one."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, DateTimeField, F, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from officers.models import ContactAttempt, CustodyProblem, CustodyTransfer, LaboratoryReport, Review
from officers.models.reviews import ReviewQuerySet
from officers.queries.settings import due_after, hours_of

S = Review.Status
#: What a list may be narrowed to, in the order of the work.
WAITING: dict[str, Any] = {
    "mine": gettext_lazy("Mine"),
    "to_take": gettext_lazy("To be taken on"),
    "to_decide": gettext_lazy("Under review"),
    "to_tell": gettext_lazy("The officer is to be told"),
    "window": gettext_lazy("The officer may ask for the second bottle"),
    "second": gettext_lazy("The second bottle is tested"),
    "closed": gettext_lazy("Closed"),
}
#: The order of a list: the most late first.
ORDER = ("due", "id")
#: Seven working days take nine days at the least. For the order of lists only; what is shown counts holidays.
SECOND_BOTTLE = timedelta(days=9)


def review_rows() -> ReviewQuerySet:
    """Reviews with what a list or a page says of them, and `due`, by which lists are ordered."""
    contact = timedelta(hours=hours_of("reviewer_contact", default=24))
    decline = timedelta(hours=hours_of("reviewer_decline", default=72))
    unreachable = timedelta(hours=hours_of("reviewer_unreachable", default=240))
    opened: Any = Coalesce("reopened_at", "opened_at")
    due: Any = Case(
        When(status=S.OPEN, heard_at__isnull=False, then=opened + unreachable),
        When(status=S.OPEN, instructed_at__isnull=False, then=F("instructed_at") + decline),
        When(status=S.OPEN, then=opened + contact),
        When(status=S.VERIFIED, then=F("decided_at") + contact),
        When(status=S.TOLD, then=F("window_ends_at")),
        When(status=S.RETEST, then=F("retest_asked_at") + SECOND_BOTTLE),
        default=F("closed_at"),
        output_field=DateTimeField(),
    )
    related = ("test__sheet__unit", "test__officer__unit", "test__unit", "report", "claim", "reviewer")
    return Review.objects.select_related(*related).annotate(due=due)


def waiting(which: str, user: Any) -> Q:
    """Those that wait for one thing; without one, all that are not closed."""
    return {
        "mine": Q(reviewer=user) & ~Q(status=S.CLOSED),
        "to_take": Q(status=S.OPEN, reviewer__isnull=True),
        "to_decide": Q(status=S.OPEN),
        "to_tell": Q(status=S.VERIFIED),
        "window": Q(status=S.TOLD),
        "second": Q(status=S.RETEST),
        "closed": Q(status=S.CLOSED),
    }.get(which, ~Q(status=S.CLOSED))


def waits_for(review: Any) -> str:
    """What comes next, in words."""
    if review.status == S.OPEN and review.reviewer_id is None:
        return _("to be taken on")
    if review.status == S.OPEN and review.heard_at is None:
        return _("the officer's call") if review.instructed_at else _("the officer is to be reached")
    return {
        S.OPEN: _("to be decided"),
        S.VERIFIED: _("the officer is to be told"),
        S.TOLD: _("the officer may ask for the second bottle"),
        S.RETEST: _("the second laboratory's report"),
        S.CLOSED: "",
    }[review.status]


def due_of(review: Any) -> datetime | None:
    """Until when, of a review from `review_rows`; None for one that is closed."""
    if review.status == S.CLOSED:
        return None
    if review.status == S.RETEST:
        return due_after("confirmation_result", review.retest_asked_at, default=9 * 24)
    due: datetime = review.due
    return due


def clocks(review: Review) -> list[tuple[str, datetime]]:
    """The times that run, or ran, in a review."""
    found = []
    if review.status == S.OPEN and review.heard_at is None:
        opened = review.reopened_at or review.opened_at
        found.append((_("Three attempts to reach the officer until"), _after("reviewer_contact", opened, 24)))
        if review.instructed_at:
            until = _after("reviewer_decline", review.instructed_at, 72)
            found.append((_("The officer was told to get in touch, and has until"), until))
        until = _after("reviewer_unreachable", review.opened_at, 240)
        found.append((_("If the officer cannot be reached, it may be decided from"), until))
    elif review.status == S.OPEN:
        opened = review.reopened_at or review.opened_at
        found.append((_("To be decided until"), _after("reviewer_unreachable", opened, 240)))
    if review.status == S.VERIFIED and review.decided_at:
        found.append(
            (_("The officer is to be told until"), _after("reviewer_contact", review.decided_at, 24))
        )
    if review.window_ends_at:
        found.append((_("The officer may ask for the second bottle until"), review.window_ends_at))
    if review.status == S.RETEST and review.retest_asked_at:
        until = due_after("confirmation_result", review.retest_asked_at, default=9 * 24)
        found.append((_("The second laboratory reports until"), until))
    if review.unheard and review.decided_at:
        until = _after("late_circumstances", review.decided_at, 60 * 24)
        found.append((_("As the officer was not heard, it may be opened anew until"), until))
    return found


def _after(deadline: str, start: datetime, hours: int) -> datetime:
    return due_after(deadline, start, default=hours)


def reports_of(review: Review) -> Any:
    """What laboratories reported on the specimen, the newest first, with the values."""
    found = LaboratoryReport.objects.filter(specimen__test=review.test_id)
    return (
        found.select_related("laboratory", "panels", "reported_by")
        .prefetch_related("values")
        .order_by("-reported_at", "-pk")
    )


def custody_of(review: Review, user: Any) -> list[tuple[CustodyTransfer, list[CustodyProblem]]]:
    """Every hand-over of the specimen, with what is wrong with it."""
    problems: dict[int, list[CustodyProblem]] = {}
    for problem in CustodyProblem.objects.visible_to(user).filter(specimen__test=review.test_id):
        problems.setdefault(problem.transfer_id, []).append(problem)
    transfers = CustodyTransfer.objects.visible_to(user).filter(specimen__test=review.test_id)
    return [
        (transfer, problems.get(transfer.pk, [])) for transfer in transfers.order_by("handed_over_at", "id")
    ]


def attempts_of(review: Review) -> list[ContactAttempt]:
    return list(review.attempts.select_related("by").order_by("tried_at", "id"))
