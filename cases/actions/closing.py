"""How a complaint ends: closed, by two people where it must be, reviewed, taken up again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.actions.clocks import saved
from cases.actions.complaints import locked, message, needs
from cases.lifecycles import advance
from cases.models import Complaint, Message, Note
from cases.models.vocabulary import ABOUT_DRUGS, WITHOUT_ACTION, Category, ClosureReason, Finding
from ledger import clock
from ledger.acting import act


@act
def close(
    actor: Any,
    complaint_id: int,
    *,
    finding: str,
    closure_reason: str,
    summary: str,
    answer: str,
    version: int | None = None,
) -> Complaint:
    """Close a complaint with a finding, a reason, a summary and an answer to the reporter.

    A report about drugs on which nothing is done waits for a second person.

    :raises ValidationError: by field; while something is disputed or offered
    """
    row = locked(actor, complaint_id, version)
    advance(row, "close", by=actor)
    wrong: dict[str, Any] = {}
    if finding not in Finding.values:
        wrong["finding"] = _("Choose a finding.")
    if closure_reason not in ClosureReason.values:
        wrong["closure_reason"] = _("Choose a reason.")
    if not summary.strip():
        wrong["summary"] = _("Summarise what was found and done.")
    if not answer.strip():
        wrong["answer"] = _(
            "Write the answer to the reporter; one who left no way to be reached reads it by receipt."
        )
    if closure_reason == ClosureReason.DUPLICATE and row.same_as_id is None:
        wrong["closure_reason"] = _("Link it first to the complaint that was there before.")
    if closure_reason == ClosureReason.RESOLVED_ACTION_TAKEN and row.acted_on is None:
        wrong["closure_reason"] = _("No action on this complaint is recorded.")
    if wrong:
        raise ValidationError(wrong)
    if row.disputed_on is not None:
        raise ValidationError(
            _("The reporter says that nothing happened. A supervisor must settle that first.")
        )
    if row.offered_to_id is not None:
        raise ValidationError(_("The complaint is offered to another unit. Take it back first."))
    row.finding, row.closure_reason = finding, closure_reason
    row.summary, row.answer, row.closing_by = summary.strip(), answer.strip(), actor
    if needs_second_person(row):
        return saved(row, "complaint.closing_proposed", actor=actor)
    return _close(row, actor)


def needs_second_person(row: Complaint) -> bool:
    return Category(row.category) in ABOUT_DRUGS and ClosureReason(row.closure_reason) in WITHOUT_ACTION


def _close(row: Complaint, actor: Any) -> Complaint:
    row.status = Complaint.Status.CLOSED
    row.closed_on = row.told_on = clock.today()
    row.closed_by = actor
    row.review_asked_on = None
    outcome = message(row, actor, row.answer, Message.Kind.OUTCOME)
    return saved(row, "complaint.closed", actor=actor, also=[outcome], finding=row.finding)


@act
def agree(actor: Any, complaint_id: int, *, version: int | None = None) -> Complaint:
    """Agree, as a second person, to closing a report about drugs without action."""
    row = locked(actor, complaint_id, version)
    advance(row, "agree", by=actor)
    return _close(row, actor)


@act
def send_back(actor: Any, complaint_id: int, *, reason: str, version: int | None = None) -> Complaint:
    """Do not agree to a closing; the clocks never stopped."""
    row = locked(actor, complaint_id, version)
    advance(row, "send_back", by=actor)
    needs(reason, "reason", _("Say why."))
    if row.acted_on is None:
        row.status = Complaint.Status.ACKNOWLEDGED if row.acknowledged_on else Complaint.Status.RECEIVED
    also = [Note(complaint=row, text=reason.strip(), by=actor, on=clock.today())]
    return saved(row, "complaint.sent_back", actor=actor, also=also, reason=reason)


@act
def reopen(actor: Any, complaint_id: int, *, reason: str, version: int | None = None) -> Complaint:
    """Take a closed complaint up again, as somebody who did not close it. What was done before stays."""
    row = locked(actor, complaint_id, version)
    advance(row, "reopen", by=actor)
    needs(reason, "reason", _("Say why."))
    row.closed_on = row.closed_by = row.review_asked_on = None
    row.came_on = row.reopened_on = clock.today()
    # It is to be acted on anew; what was done before stays among its actions.
    row.acted_on, row.late_resolutions, row.base_level = None, 0, row.level
    also = [message(row, actor, _("Your report is being looked at again."))]
    return saved(row, "complaint.reopened", actor=actor, also=also, reason=reason)


@act
def uphold(actor: Any, complaint_id: int, *, reason: str, version: int | None = None) -> Complaint:
    """Leave a complaint closed after a review was asked for; the reporter reads why."""
    row = locked(actor, complaint_id, version)
    advance(row, "uphold", by=actor)
    needs(reason, "reason", _("Say why."))
    if row.review_asked_on is None:
        raise ValidationError(_("Nobody has asked for a review."))
    row.review_asked_on = None
    return saved(row, "complaint.upheld", actor=actor, also=[message(row, actor, reason)], reason=reason)
