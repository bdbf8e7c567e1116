"""Appeals: lodged by the officer, admitted, drafted and agreed to by members who had no part in the case."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.actions.dues import saved
from cases.actions.enforcement import reverse, vary
from cases.actions.grounds import locked, needs
from cases.actions.notices import issue, reckon_with, settle
from cases.actions.proposals import checked_measure, refuse_conflict
from cases.lifecycles import advance
from cases.models import Appeal, Case, CaseNotice, Ground
from cases.models.appeals import AppealGround
from cases.models.deciding import MeasureKind
from cases.queries.powers import rank_orders
from cases.reckoning.powers import graver
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.actions import register
from officers.models import Service

A = Appeal.Status
OUT = Appeal.Outcome
S = Case.Status
#: Appeals in one case.
MOST = 10


@act
def lodge(
    actor: Any,
    case_id: int,
    *,
    ground: str,
    text: str,
    late_cause: str = "",
    version: int | None = None,
) -> Appeal:
    """Lodge an appeal. After the time to appeal it takes a cause; by a supervisor, a ground that fell.

    The measure stays in force; the register says that an appeal is pending.

    :raises ValidationError: by field
    :raises Conflict: if the officer was not told of the decision yet
    """
    at_door = bool(getattr(actor, "door_of", 0))
    if at_door:
        settle(actor.door_of)
    case = locked(actor, case_id, version)
    advance(case, "lodge", by=actor)
    if ground not in AppealGround.values or (at_door and ground == AppealGround.GROUND_FELL):
        raise ValidationError({"ground": _("Choose the ground of the appeal.")})
    if ground == AppealGround.GROUND_FELL and not case.grounds.filter(status=Ground.Status.FALLEN).exists():
        raise ValidationError({"ground": _("No ground of this case fell.")})
    again = ground in (AppealGround.NEW_EVIDENCE, AppealGround.GROUND_FELL)
    if not again and case.appeals.filter(status=A.DECIDED).exists():
        raise Conflict(_("An appeal was decided already. Another takes new evidence."))
    if case.appeals.count() >= MOST:
        raise Conflict(_("At most %(limit)s appeals are taken in one case.") % {"limit": MOST})
    if case.appeal_until is None and ground != AppealGround.GROUND_FELL:
        raise Conflict(_("The officer was not told of the decision yet."))
    now = clock.now()
    is_late = case.appeal_until is not None and now > case.appeal_until and ground != AppealGround.GROUND_FELL
    if is_late and not late_cause.strip():
        raise ValidationError(
            {"late_cause": _("The time to appeal is over: say what kept you from appealing in time.")}
        )
    row = Appeal(
        case=case,
        ground=ground,
        text=needs(text, "text", _("Say why the measure should not stand.")),
        late_cause=late_cause.strip() if is_late else "",
        is_late=is_late,
        how=Service.How.DOOR if at_door else Service.How.PERSON,
        recorded_by=None if at_door else actor,
        lodged_at=now,
    )
    record(row, "appeal.lodged", actor=actor, ground=ground)
    case.appealed_at, case.final_at = now, None
    saved(case, "case.appealed", actor=actor, cause=row.last_event.id)
    register.put_under_appeal(actor, pointer=case.reference, cause=row.last_event.id)
    return row


@act
def admit(actor: Any, appeal_id: int, *, version: int | None = None) -> Appeal:
    """Admit an appeal to a decision."""
    row = _locked(actor, appeal_id, version)
    advance(row, "admit", by=actor)
    row.admitted_by, row.admitted_at = actor, clock.now()
    return record(row, "appeal.admitted", actor=actor)


@act
def refuse(actor: Any, appeal_id: int, *, reason: str, version: int | None = None) -> Appeal:
    """Refuse to admit an appeal that came too late without cause, or gives no ground. The measure stands."""
    row = _locked(actor, appeal_id, version)
    advance(row, "refuse", by=actor)
    row.why_inadmissible = needs(reason, "reason", _("Say why."))
    row.admitted_by, row.admitted_at = actor, clock.now()
    record(row, "appeal.refused", actor=actor)
    case = _case(row)
    case.status = S.IN_FORCE
    content = {"outcome": "inadmissible", "reasons": row.why_inadmissible}
    issue(actor, case, CaseNotice.Kind.APPEAL, content)
    saved(case, "case.appeal_refused", actor=actor, cause=row.last_event.id)
    reckon_with(case, cause=case.last_event.id)
    register.confirm(actor, pointer=case.reference, cause=row.last_event.id)
    return row


@act
def draft(
    actor: Any,
    appeal_id: int,
    *,
    outcome: str,
    reasons: str,
    measure: str = "",
    to_rank: str = "",
    days: int | None = None,
    version: int | None = None,
) -> Appeal:
    """Draft the decision on an appeal. It has no effect until a second member agrees.

    :raises ValidationError: by field; a measure in its place must be lesser
    """
    row = _locked(actor, appeal_id, version)
    advance(row, "draft", by=actor)
    if outcome not in OUT.values:
        raise ValidationError({"outcome": _("Choose how the appeal is decided.")})
    row.outcome, row.measure, row.to_rank, row.days = outcome, "", "", None
    if outcome == OUT.VARIED:
        _check_lesser(row, measure, to_rank, days)
    row.reasons = needs(reasons, "reasons", _("Give the reasons."))
    row.drafted_by, row.drafted_at = actor, clock.now()
    return record(row, "appeal.drafted", actor=actor, outcome=outcome)


def _check_lesser(row: Appeal, measure: str, to_rank: str, days: int | None) -> None:
    """The lesser measure of a draft, in memory. A transfer is none: it would need another order."""
    present = row.case.measures.get(reversed_on__isnull=True)
    case = row.case
    case.officer.rank = present.rank  # what he had before; he may be demoted now
    shape = checked_measure(case, measure, to_rank=to_rank, days=days)
    is_lesser = graver(present.kind, measure)
    if measure == present.kind == MeasureKind.DEMOTION:
        orders = rank_orders()
        is_lesser = orders[to_rank] > orders.get(present.to_rank, 0)
    if measure == present.kind == MeasureKind.SUSPENSION and present.until is not None:
        is_lesser = (shape["days"] or 0) < (present.until - present.effective_on).days
    if not is_lesser or measure in (MeasureKind.NONE, MeasureKind.TRANSFER):
        raise ValidationError({"measure": _("Choose a measure that is lesser than the one in force.")})
    row.measure, row.to_rank, row.days = measure, shape["to_rank"], shape["days"]


@act
def send_back(actor: Any, appeal_id: int, *, reason: str, version: int | None = None) -> Appeal:
    """As a second member, send a draft back."""
    row = _locked(actor, appeal_id, version)
    advance(row, "send_back", by=actor)
    reason = needs(reason, "reason", _("Say why."))
    row.outcome, row.measure, row.to_rank, row.days, row.reasons = "", "", "", None, ""
    row.drafted_by = row.drafted_at = None
    return record(row, "appeal.sent_back", actor=actor, reason=reason)


@act
def agree(actor: Any, appeal_id: int, *, no_conflict: bool, version: int | None = None) -> Appeal:
    """Agree as a second member: the appeal is decided, and what follows from it is done in the same transaction.

    Overturned, the officer is restored with his dates and the register's entry voided; varied, the lesser measure takes
    the place of the other from the same day; upheld, the case is final.
    """
    row = _locked(actor, appeal_id, version)
    advance(row, "agree", by=actor)
    refuse_conflict(no_conflict)
    row.agreed_by, row.decided_at, row.no_conflict = actor, clock.now(), True
    record(row, "appeal.decided", actor=actor, outcome=row.outcome)
    case = _case(row)
    cause = row.last_event.id
    if row.outcome == OUT.OVERTURNED:
        reverse(actor, case, row)
        case.status, case.outcome = S.CLOSED, Case.Outcome.OVERTURNED
        case.closed_at, case.closed_by, case.closing_reason = clock.now(), actor, row.reasons
        saved(case, "case.overturned", actor=actor, cause=cause)
    else:
        case.status, case.final_at = S.FINAL, clock.now()
        saved(case, f"case.{row.outcome}", actor=actor, cause=cause)
        if row.outcome == OUT.VARIED:
            vary(actor, case, row)
        else:
            register.confirm(actor, pointer=case.reference, cause=cause)
    content = {
        "outcome": row.outcome,
        "reasons": row.reasons,
        "measure": row.measure,
        "to_rank": row.to_rank,
        "days": row.days or 0,
    }
    issue(actor, case, CaseNotice.Kind.APPEAL, content)
    return row


def _locked(actor: Any, appeal_id: int, version: int | None) -> Appeal:
    row = Appeal.objects.visible_to(actor).select_related(
        "case__unit", "case__officer_unit", "case__officer__unit"
    )
    return row.lock(appeal_id, version=version)


def _case(row: Appeal) -> Case:
    return Case.objects.select_related("officer__unit", "officer_unit", "unit").lock(row.case_id)
