"""What a measure does when it comes into force, and how it is undone: case, officer and register in one transaction."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases.actions.dues import saved
from cases.actions.grounds import read_again
from cases.actions.notices import issue
from cases.actions.suspensions import end_if_any
from cases.lifecycles import advance
from cases.models import Appeal, Case, CaseNotice, Decision, Measure, Order, Proposal, Suspension
from cases.models.deciding import MeasureKind
from ledger import clock
from ledger.acting import act, record
from officers.actions import measures, register
from officers.models import Officer, Unit

M = MeasureKind
S = Case.Status


def enforce_case(actor: Any, case: Case, decision: Decision, order: Order) -> Measure:
    """Bring a decision into force by its verified order. For the act that does so for the whole order."""
    grounds = read_again(case)
    advance(case, "enforce", by=actor)
    case.outcome, case.in_force_at = Case.Outcome.MEASURE, clock.now()
    saved(case, "case.enforced", actor=actor, cause=order.last_event.id if order.last_event else None)
    end_if_any(actor, case, _("A measure is in force."), cause=case.last_event.id)
    kinds = sorted({ground.kind for ground in grounds})
    about_drugs = any(ground.is_about_drugs for ground in grounds)
    row = _apply(
        actor,
        Measure(
            case=case,
            officer=case.officer,
            decision=decision,
            order=order,
            kind=decision.measure,
            to_rank=decision.to_rank,
            to_unit=decision.to_unit,
            grounds=kinds,
            is_about_drugs=about_drugs,
            effective_on=order.effective_on,
            until=_until(order.effective_on, decision.days),
        ),
    )
    content = {
        "measure": row.kind,
        "to_rank": row.to_rank,
        "to_unit": row.to_unit.code if row.to_unit else "",
        "until": row.until.isoformat() if row.until else "",
        "effective_on": row.effective_on.isoformat(),
        "instrument": order.instrument,
        "number": order.number,
        "signed_on": order.signed_on.isoformat(),
        "reasons": decision.reasons,
        "grounds": kinds,
        "proposal": _as_told(decision.proposal),
    }
    issue(actor, case, CaseNotice.Kind.DECISION, content)
    return row


def _as_told(proposal: Proposal) -> dict[str, Any]:
    """What was proposed, as the officer reads it with the decision; of the opinion on it he reads nothing."""
    return {
        "measure": proposal.measure,
        "to_rank": proposal.to_rank,
        "articles": proposal.articles,
        "reasons": proposal.reasons,
        "lesser": proposal.lesser,
    }


def _until(start: date, days: int | None) -> date | None:
    return start + timedelta(days=days) if days else None


def _apply(actor: Any, row: Measure) -> Measure:
    """Do to the officer what the measure says, and record it with how he stood before."""
    case, cause = row.case, row.case.last_event.id
    officer = Officer.objects.select_related("unit").get(pk=row.officer_id)
    before = measures.Before(officer.status, officer.rank, officer.unit)
    if row.kind == M.DISMISSAL:
        before = measures.dismiss(actor, officer.pk, on=row.effective_on, cause=cause)
        register.enter(
            actor,
            officer_id=officer.pk,
            pointer=case.reference,
            reasons=row.grounds,
            effective_on=row.effective_on,
            cause=cause,
        )
    elif row.kind == M.SUSPENSION:
        before = measures.suspend(actor, officer.pk, cause=cause)
    elif row.kind == M.DEMOTION:
        before = measures.demote(actor, officer.pk, rank=row.to_rank, on=row.effective_on, cause=cause)
    elif row.kind == M.TRANSFER and row.to_unit_id:
        before = measures.transfer(
            actor, officer.pk, unit_id=row.to_unit_id, on=row.effective_on, cause=cause
        )
    row.rank, row.unit, row.status_before = before.rank, before.unit, before.status
    row.posting_ended, row.posting_begun = before.ended, before.begun
    row.known_at = clock.now()
    return record(row, "measure.taken", actor=actor, cause=cause, kind=row.kind)


def reverse(actor: Any, case: Case, appeal: Appeal) -> Measure:
    """Undo the measure in force: the officer is restored with his dates, and the register's entry voided."""
    row = case.measures.select_for_update(of=("self",)).get(reversed_on__isnull=True)
    cause = appeal.last_event.id
    row.reversed_on, row.reversed_known_at = clock.today(), clock.now()
    record(row, "measure.reversed", actor=actor, cause=cause)
    status = row.status_before
    if status == Officer.Status.SUSPENDED and not _is_suspended(case.officer_id):
        status = Officer.Status.SERVING  # what suspended him then is over
    before = measures.Before(
        status,
        row.rank,
        Unit.objects.get(pk=row.unit_id),
        row.posting_ended,
        row.posting_begun,
    )
    if row.kind in (M.DISMISSAL, M.SUSPENSION, M.DEMOTION, M.TRANSFER):
        measures.restore(actor, case.officer_id, before=before, cause=cause)
    if row.kind == M.DISMISSAL:
        register.void(actor, pointer=case.reference, cause=cause)
    return row


def _is_suspended(officer_id: int) -> bool:
    """Whether something suspends an officer now."""
    suspending = Measure.objects.filter(
        officer=officer_id, kind=M.SUSPENSION, reversed_on=None, ended_on=None
    )
    precaution = Suspension.objects.filter(case__officer=officer_id, ended_on=None)
    return suspending.exists() or precaution.exists()


def vary(actor: Any, case: Case, appeal: Appeal) -> Measure:
    """Put the lesser measure of an appeal in the place of the one in force, from the same day."""
    former = reverse(actor, case, appeal)
    return _apply(
        actor,
        Measure(
            case=case,
            officer=case.officer,
            decision=former.decision,
            appeal=appeal,
            kind=appeal.measure,
            to_rank=appeal.to_rank,
            grounds=former.grounds,
            is_about_drugs=former.is_about_drugs,
            effective_on=former.effective_on,
            until=_until(former.effective_on, appeal.days),
        ),
    )


@act
def end_measure(actor: Any, measure_id: int) -> Measure | None:
    """End a suspension whose last day is over. For the clock."""
    row = Measure.objects.select_for_update(of=("self",)).filter(pk=measure_id).first()
    if row is None or row.ended_on is not None or row.until is None or row.until > clock.today():
        return None
    row.ended_on = row.until
    record(row, "measure.ended", actor=actor)
    measures.end_suspension(actor, row.officer_id, cause=row.last_event.id)
    return row


@act
def become_final(actor: Any, case_id: int) -> Case | None:
    """Make a case final once the time to appeal is over. For the clock."""
    case = Case.objects.select_related("officer__unit", "officer_unit", "unit").lock(case_id)
    if case.appeal_until is None or clock.now() <= case.appeal_until:
        return None
    advance(case, "become_final", by=actor)
    case.final_at = clock.now()
    return saved(case, "case.became_final", actor=actor)
