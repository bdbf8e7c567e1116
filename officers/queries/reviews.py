"""Reviews as they wait: what each waits for, until when, and the times that run in one."""

from datetime import datetime
from typing import Any

from django.db.models import Case, DateTimeField, F, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from officers.models import (
    ContactAttempt,
    CustodyProblem,
    CustodyTransfer,
    LaboratoryReport,
    Review,
    Specimen,
)
from officers.models.reviews import ReviewQuerySet
from officers.queries.settings import due_after, roughly

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


def review_rows() -> ReviewQuerySet:
    """Reviews with what a list or a page says of them, and `due`, by which lists are ordered.

    For the order working days are taken for seven fifths of a day; `due_of` counts them by the calendar.
    """
    opened: Any = Coalesce("reopened_at", "opened_at")
    due: Any = Case(
        When(status=S.OPEN, heard_at__isnull=False, then=opened + roughly("review_decision")),
        When(
            status=S.OPEN, instructed_at__isnull=False, then=F("instructed_at") + roughly("reviewer_decline")
        ),
        When(status=S.OPEN, then=opened + roughly("reviewer_contact")),
        When(status=S.TOLD, then=F("window_ends_at")),
        When(status=S.RETEST, then=F("retest_asked_at") + roughly("second_bottle")),
        When(TO_TELL, then=F("decided_at") + roughly("letter_service")),
        default=F("closed_at"),
        output_field=DateTimeField(),
    )
    related = ("test__sheet__unit", "test__officer__unit", "test__unit", "report", "claim", "reviewer")
    return Review.objects.select_related(*related).annotate(due=due)


#: Decided, and the officer does not know: a verified report, or a determined refusal, which is closed already.
TO_TELL = Q(told_at__isnull=True) & (
    Q(status=S.VERIFIED) | Q(status=S.CLOSED, outcome=Review.Outcome.REFUSAL)
)


def waiting(which: str, user: Any) -> Q:
    """Those that wait for one thing; without one, all that wait for something."""
    waits = ~Q(status=S.CLOSED) | TO_TELL
    return {
        "mine": Q(reviewer=user) & waits,
        "to_take": Q(status=S.OPEN, reviewer__isnull=True),
        "to_decide": Q(status=S.OPEN),
        "to_tell": TO_TELL,
        "window": Q(status=S.TOLD),
        "second": Q(status=S.RETEST),
        "closed": Q(status=S.CLOSED),
    }.get(which, waits)


def is_to_tell(review: Review) -> bool:
    """`TO_TELL`, of one in hand."""
    return review.told_at is None and (
        review.status == S.VERIFIED
        or (review.status == S.CLOSED and review.outcome == Review.Outcome.REFUSAL)
    )


def waits_for(review: Review) -> str:
    """What comes next, in words; nothing for what is over."""
    if review.status == S.OPEN and review.reviewer_id is None:
        return _("to be taken on")
    if review.status == S.OPEN and review.heard_at is None:
        return _("the officer's call") if review.instructed_at else _("the officer is to be reached")
    if is_to_tell(review):
        return _("the officer is to be told")
    return {
        S.OPEN: _("to be decided"),
        S.TOLD: _("the officer may ask for the second bottle"),
        S.RETEST: _("the second laboratory's report"),
    }.get(review.status, "")  # type: ignore[call-overload]


def due_of(review: Review) -> datetime | None:
    """Until when that should be done; None for what is over."""
    opened = review.reopened_at or review.opened_at
    if review.status == S.OPEN and review.heard_at is not None:
        return due_after("review_decision", opened)
    if review.status == S.OPEN and review.instructed_at is not None:
        return due_after("reviewer_decline", review.instructed_at)
    if review.status == S.OPEN:
        return due_after("reviewer_contact", opened)
    if review.status == S.TOLD:
        return review.window_ends_at
    if review.status == S.RETEST and review.retest_asked_at is not None:
        received = Specimen.objects.filter(test=review.test_id).values_list("second_received_at", flat=True)
        if (at := received.first()) is not None:
            return due_after("confirmation_result", at)
        return due_after("second_bottle", review.retest_asked_at)
    if is_to_tell(review) and review.decided_at is not None:
        return due_after("letter_service", review.decided_at)
    return None


def clocks(review: Review) -> list[tuple[str, datetime]]:
    """The times that run, or ran, in a review."""
    found = []
    due = due_of(review)
    if review.status == S.OPEN and review.heard_at is None:
        opened = review.reopened_at or review.opened_at
        until = due_after("reviewer_contact", opened)
        found.append((_("Three attempts to reach the officer until"), until))
        if review.instructed_at:
            until = due_after("reviewer_decline", review.instructed_at)
            found.append((_("The officer was told to get in touch, and has until"), until))
        until = due_after("reviewer_unreachable", review.opened_at)
        found.append((_("If the officer cannot be reached, it may be decided from"), until))
    elif review.status == S.OPEN and due:
        found.append((_("To be decided until"), due))
    elif is_to_tell(review) and due:
        found.append((_("The officer is to be told until"), due))
    if review.window_ends_at:
        found.append((_("The officer may ask for the second bottle until"), review.window_ends_at))
    if review.status == S.RETEST and due:
        found.append((_("The second bottle is to be sent, or reported on, until"), due))
    if review.unheard and review.decided_at:
        until = due_after("late_circumstances", review.decided_at)
        found.append((_("As the officer was not heard, it may be opened anew until"), until))
    return found


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
