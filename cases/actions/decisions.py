"""The decision of the authority, by whoever holds it or acts for it, after giving the password once more."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from cases.actions.dues import saved
from cases.actions.grounds import check_fields, locked, needs, read_again
from cases.actions.notices import issue
from cases.actions.proposals import checked_measure, newest, refuse_conflict
from cases.actions.suspensions import end_if_any
from cases.lifecycles import advance
from cases.models import Case, CaseNotice, Decision, Delegation, Proposal
from cases.models.deciding import MeasureKind
from cases.queries.powers import authority_of, power_over, rank_orders
from cases.reckoning.powers import graver
from foundation.limits.counting import Limit
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.models import User
from officers.models.users import Role

OUT = Decision.Outcome
M = MeasureKind
#: Passwords given wrongly in a row at decisions, by one user. Within an act nothing can be counted in the database.
TRIES = Limit("decision-password", 10, timedelta(minutes=15))
#: A delegation lasts so many days at most.
LONGEST_DELEGATION = 366


def confirm_password(actor: Any, password: str) -> None:
    """Make sure that it is the user himself who decides, and not somebody at his open session.

    :raises ValidationError: if the password is not his
    :raises Limited: after too many wrong ones
    """
    TRIES.take(str(actor.pk))
    if not isinstance(actor, User) or not actor.check_password(password):
        raise ValidationError({"password": _("This is not your password.")})
    TRIES.forget(str(actor.pk))


@act
def decide(
    actor: Any,
    case_id: int,
    *,
    measure: str,
    reasons: str,
    password: str,
    no_conflict: bool,
    to_rank: str = "",
    to_unit_id: int | None = None,
    days: int | None = None,
    version: int | None = None,
) -> Decision:
    """Decide on a measure: as proposed, or a lesser one. It has no effect before its instrument is signed and verified.

    :raises PermissionDenied: if the authority does not reach so high for this rank and measure
    :raises ValidationError: by field; a graver measure than proposed is not possible
    :raises Conflict: if a ground fell
    """
    case = locked(actor, case_id, version)
    advance(case, "decide", by=actor)
    refuse_conflict(no_conflict)
    read_again(case)
    proposal = newest(case)
    if measure == M.NONE or case.for_family:
        raise ValidationError({"measure": _("For no measure there is “no case”.")})
    shape = checked_measure(case, measure, to_rank=to_rank, to_unit_id=to_unit_id, days=days)
    same = measure == proposal.measure and all(
        getattr(proposal, name) == value for name, value in shape.items()
    )
    if not same and not _is_lesser(proposal, measure, shape):
        raise ValidationError(
            {
                "measure": _(
                    "A measure graver than proposed takes a new proposal, to which the officer can respond."
                )
            }
        )
    needed = power_over(case, measure)
    may, acting_for = authority_of(actor, case, measure)
    if not may:
        raise PermissionDenied(_("A higher authority decides on this measure for this rank."))
    confirm_password(actor, password)
    row = Decision(
        case=case,
        proposal=proposal,
        outcome=OUT.ACCEPTED if same else OUT.LESSER,
        measure=measure,
        reasons=needs(reasons, "reasons", _("Give the reasons.")),
        instrument=needed.instrument,
        decided_by=actor,
        acting_for=acting_for,
        no_conflict=True,
        decided_at=clock.now(),
        **shape,
    )
    record(row, "decision.made", actor=actor, outcome=row.outcome, measure=measure)
    case.decided_at = row.decided_at
    saved(case, "case.decided", actor=actor, cause=row.last_event.id)
    return row


def _is_lesser(proposal: Proposal, measure: str, shape: dict[str, Any]) -> bool:
    if measure != proposal.measure:
        return graver(proposal.measure, measure)
    if measure == M.DEMOTION:
        orders = rank_orders()
        return orders[shape["to_rank"]] > orders.get(proposal.to_rank, 0)
    return measure == M.SUSPENSION and shape["days"] < (proposal.days or 0)


@act
def find_no_case(
    actor: Any, case_id: int, *, reasons: str, password: str, no_conflict: bool, version: int | None = None
) -> Decision:
    """Find that there is no case; for a family that asked, with the finding in the reasons. The case ends."""
    case = locked(actor, case_id, version)
    advance(case, "find_no_case", by=actor)
    row = _without_measure(actor, case, OUT.NO_CASE, reasons, password, no_conflict)
    case.outcome = Case.Outcome.FINDING if case.for_family else Case.Outcome.NO_CASE
    case.closed_at, case.closed_by, case.closing_reason = clock.now(), actor, row.reasons
    saved(case, "case.found_none", actor=actor, cause=row.last_event.id)
    end_if_any(actor, case, _("The case ended."), cause=case.last_event.id)
    issue(actor, case, CaseNotice.Kind.CLOSING, {"reason": row.reasons, "outcome": case.outcome})
    return row


@act
def return_for_work(
    actor: Any, case_id: int, *, reasons: str, password: str, no_conflict: bool, version: int | None = None
) -> Decision:
    """Return a case that is not ripe for a decision, and say what is missing."""
    case = locked(actor, case_id, version)
    advance(case, "return_for_work", by=actor)
    row = _without_measure(actor, case, OUT.RETURNED, reasons, password, no_conflict)
    saved(case, "case.returned", actor=actor, cause=row.last_event.id)
    return row


def _without_measure(
    actor: Any, case: Case, outcome: str, reasons: str, password: str, no_conflict: bool
) -> Decision:
    refuse_conflict(no_conflict)
    proposal = newest(case)
    may, acting_for = authority_of(actor, case, proposal.measure)
    if not may:
        raise PermissionDenied(_("A higher authority decides on this measure for this rank."))
    confirm_password(actor, password)
    row = Decision(
        case=case,
        proposal=proposal,
        outcome=outcome,
        measure=M.NONE,
        reasons=needs(reasons, "reasons", _("Give the reasons.")),
        decided_by=actor,
        acting_for=acting_for,
        no_conflict=True,
        decided_at=clock.now(),
    )
    return record(row, "decision.made", actor=actor, outcome=outcome)


@act
def reconsider(actor: Any, case_id: int, *, reason: str, version: int | None = None) -> Case:
    """Take a decision back before its instrument is in force, because a ground fell or the order was not signed.

    :raises Conflict: while it stands in an order; that is rejected first
    """
    case = locked(actor, case_id, version)
    advance(case, "reconsider", by=actor)
    reason = needs(reason, "reason", _("Say why."))
    if case.order_lines.filter(void=False).exists():
        raise Conflict(_("The case stands in an order. The order must be rejected first."))
    return saved(case, "case.reconsidered", actor=actor, reason=reason)


@act
def delegate(
    actor: Any, *, taker_id: int, unit_id: int, paper: str, starts_on: date, ends_on: date
) -> Delegation:
    """Let somebody act for oneself as deciding authority between two days, by a paper with a number.

    :raises PermissionDenied: unless the actor is the deciding authority of that unit
    """
    held = [one for one in actor.held_roles if one.role == Role.DECIDING_AUTHORITY and one.unit_id == unit_id]
    if not held:
        raise PermissionDenied(_("You are not the deciding authority of this unit."))
    taker = User.objects.filter(pk=taker_id, is_active=True).exclude(pk=actor.pk).first()
    wrong: dict[str, Any] = {}
    if taker is None or taker.is_partner:
        wrong["taker"] = _("Choose somebody else who may sign in.")
    if ends_on < starts_on or ends_on < clock.today():
        wrong["ends_on"] = _("The last day is before the first, or gone by.")
    elif (ends_on - starts_on).days > LONGEST_DELEGATION:
        wrong["ends_on"] = _("A delegation lasts at most %(days)s days.") % {"days": LONGEST_DELEGATION}
    if starts_on < clock.today():
        wrong["starts_on"] = _("A delegation does not begin in days gone by.")
    if wrong:
        raise ValidationError(wrong)
    row = Delegation(
        giver=actor,
        taker=taker,
        unit=held[0].unit,
        paper=needs(paper, "paper", _("Give the number of the paper.")),
        starts_on=starts_on,
        ends_on=ends_on,
        given_at=clock.now(),
    )
    check_fields(row)
    return record(row, "delegation.given", actor=actor)


@act
def end_delegation(actor: Any, delegation_id: int, *, reason: str, version: int | None = None) -> Delegation:
    """End a delegation before its last day. What was decided under it stands."""
    row = Delegation.objects.visible_to(actor).lock(delegation_id, version=version)
    if row.giver_id != actor.pk:
        raise PermissionDenied(_("Only who gave it ends it."))
    if row.ended_at is not None:
        raise Conflict(_("It was ended already."))
    needs(reason, "reason", _("Say why."))
    row.ended_at = clock.now()
    return record(row, "delegation.ended", actor=actor, reason=reason)


def decision_of(case: Case) -> Decision:
    """The decision that an order carries out.

    :raises Http404: if there is none
    """
    row = case.decisions.filter(outcome__in=[OUT.ACCEPTED, OUT.LESSER]).order_by("-decided_at", "-pk").first()
    if row is None:
        raise Http404
    return row
