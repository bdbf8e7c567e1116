"""Precautionary suspensions: ordered by a second person, looked at again every thirty days, ended with the case."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.actions.dues import open_suspension, review_by, saved
from cases.actions.grounds import locked, needs
from cases.actions.notices import issue
from cases.lifecycles import advance
from cases.models import Case, CaseNotice, Suspension, SuspensionReview
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.actions import measures
from officers.models import Officer


@act
def suspend(
    actor: Any, case_id: int, *, reasons: str, with_pay: bool = True, version: int | None = None
) -> Suspension:
    """Suspend an officer while his case goes on. It says nothing about whether what he is held to have done is true.

    :raises Conflict: if he is suspended, or not in service
    """
    case = locked(actor, case_id, version)
    advance(case, "suspend", by=actor)
    if open_suspension(case) is not None:
        raise Conflict(_("The officer is suspended already."))
    if case.officer.status != Officer.Status.SERVING:
        raise Conflict(_("The officer is “%(status)s”.") % {"status": case.officer.get_status_display()})
    row = Suspension(
        case=case,
        starts_on=clock.today(),
        with_pay=with_pay,
        reasons=needs(reasons, "reasons", _("Say why it is needed now.")),
        ordered_by=actor,
        ordered_at=clock.now(),
        review_by=review_by(clock.now()),
    )
    record(row, "suspension.ordered", actor=actor)
    measures.suspend(actor, case.officer_id, cause=row.last_event.id)
    content = {"reasons": row.reasons, "with_pay": with_pay, "starts_on": row.starts_on.isoformat()}
    issue(actor, case, CaseNotice.Kind.SUSPENSION, content)
    saved(case, "case.suspended", actor=actor, cause=row.last_event.id)
    return row


@act
def review_suspension(
    actor: Any, case_id: int, *, goes_on: bool, reasons: str, version: int | None = None
) -> SuspensionReview:
    """Look again at whether a suspension is still needed; if not, it ends."""
    case = locked(actor, case_id, version)
    advance(case, "review_suspension", by=actor)
    row = open_suspension(case)
    if row is None:
        raise Conflict(_("The officer is not suspended."))
    reasons = needs(reasons, "reasons", _("Give the reasons."))
    review = SuspensionReview(
        case=case, suspension=row, goes_on=goes_on, reasons=reasons, by=actor, at=clock.now()
    )
    also = []
    if goes_on:
        row.review_by = review_by(clock.now())
        also.append(row)
    record(review, "suspension.reviewed", actor=actor, also=also, goes_on=goes_on)
    if not goes_on:
        end(actor, case, row, reasons, cause=review.last_event.id)
    saved(case, "case.suspension_reviewed", actor=actor, cause=review.last_event.id)
    return review


def end(actor: Any, case: Case, row: Suspension, why: str, *, cause: int) -> None:
    """End a locked suspension within an act; the officer serves again."""
    row.ended_on, row.why_ended = clock.today(), why
    row.ended_by = actor if getattr(actor, "pk", None) else None
    record(row, "suspension.ended", actor=actor, cause=cause)
    measures.end_suspension(actor, case.officer_id, cause=row.last_event.id)


def end_if_any(actor: Any, case: Case, why: str, *, cause: int) -> None:
    """End the suspension of a case that ends, if there is one."""
    row = open_suspension(case)
    if row is not None:
        end(actor, case, row, why, cause=cause)


def refuse_days(days: int | None) -> None:
    """:raises ValidationError: for a suspension as a measure of no days, or of more than a year"""
    if days is None or not 1 <= days <= 365:
        raise ValidationError({"days": _("Give a number of days from 1 to 365.")})
