"""A case from its opening to the assessment of its severity; who has it; how it is stayed and ends."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases import rules
from cases.actions.dues import saved
from cases.actions.grounds import checked_ground, locked, needs, read_again
from cases.actions.notices import issue, reckon_with
from cases.actions.suspensions import end_if_any
from cases.lifecycles import advance
from cases.models import Case, CaseBar, CaseNotice, Ground
from cases.models.grounds import TESTED
from cases.queries.officers import may_open_against
from cases.queries.workers import conducting_units
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.models import DrugTest, Officer, Posting, Unit, User
from officers.reckoning.numbers import service_number as normal

S = Case.Status


@act
def open(
    actor: Any,
    officer_id: int,
    *,
    service_number: str,
    birth_year: int | None,
    unit_id: int | None = None,
) -> Case:
    """Open a case against an officer. Who opens it types number and year of birth, so that it is not somebody else.

    :param unit_id: the unit that conducts it; if not given, the lowest that may
    :raises ValidationError: by field; if number or year are not the officer's
    :raises Conflict: if he has an open case
    """
    officer = may_open_against(actor).select_related("unit").lock(officer_id)
    case = _new(officer, unit_id)
    there = Case.objects.in_procedure().filter(officer=officer)
    # A case that he may not see is not told of: the words are those for whoever may not open one.
    is_hidden = there.exists() and not there.visible_to(actor).exists()
    if is_hidden or not (rules.opens_cases(actor, case.unit) and rules.stands_clear_of(actor, officer)):
        raise PermissionDenied(_("You do not work on cases that this unit conducts."))
    _identify(officer, service_number, birth_year)
    if there.exists():
        raise Conflict(_("This officer has an open case already. Add the ground there."))
    case.opened_by = case.identified_by = case.case_officer = actor
    return saved(case, "case.opened", actor=actor)


@act
def open_for_test(actor: Any, test_id: int) -> Case | None:
    """Open a case for a final positive or a determined refusal, or say on an open one that it came in. For the clock.

    The identity is to be confirmed by a person. Nothing is opened for a test that is a ground already.
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    test = DrugTest.objects.lock(test_id)
    kind = next((kind for kind, status in TESTED.items() if status == test.status), None)
    if kind is None or Ground.objects.filter(test=test).exists():
        return None
    officer = Officer.objects.select_related("unit").lock(test.officer_id)
    if officer.status in (Officer.Status.DECEASED, Officer.Status.ENTERED_IN_ERROR):
        return None
    there = Case.objects.in_procedure().select_for_update().filter(officer=officer).first()
    if there is not None:
        if there.news:
            return None
        there.news = True
        return saved(there, "case.news_came", actor=actor, test=test.pk)
    case = _new(officer, None)
    saved(case, "case.opened", actor=actor, test=test.pk)
    with override("km"):  # the officer reads it, whatever language the clock speaks
        text = str(kind.label)
    ground = checked_ground(case, kind=kind, text=text, test_id=test.pk)
    record(ground, "ground.added", actor=actor, cause=case.last_event.id, kind=kind)
    return case


def _new(officer: Officer, unit_id: int | None) -> Case:
    heads = Posting.objects.filter(officer=officer, is_head=True, held__upper_inf=True).exists()
    return Case(
        officer=officer,
        rank=officer.rank,
        officer_unit=officer.unit,
        is_head=heads,
        unit=conducting_unit(officer, unit_id),
        opened_at=clock.now(),
    )


def conducting_unit(officer: Officer, unit_id: int | None = None) -> Unit:
    """The unit that conducts a case: the lowest that may, or the one chosen.

    :raises ValidationError: if the one chosen may not, or there is none
    """
    for unit in conducting_units(officer):
        if unit_id in (None, unit.pk):
            return unit
    raise ValidationError({"unit": _("A unit above the officer's own conducts the case.")})


def _identify(officer: Officer, number: str, birth_year: int | None) -> None:
    wrong = {}
    if normal(number) != officer.service_number:
        wrong["service_number"] = _("This is not the service number of the officer chosen.")
    if birth_year != officer.birth_year:
        wrong["birth_year"] = _("This is not the year of birth of the officer chosen.")
    if wrong:
        raise ValidationError(wrong)


@act
def identify(
    actor: Any, case_id: int, *, service_number: str, birth_year: int | None, version: int | None = None
) -> Case:
    """Confirm for a case opened by the clock who the officer is."""
    case = locked(actor, case_id, version)
    advance(case, "identify", by=actor)
    _identify(case.officer, service_number, birth_year)
    case.identified_by = actor
    case.case_officer = case.case_officer or actor
    return saved(case, "case.identified", actor=actor)


@act
def assign(actor: Any, case_id: int, *, case_officer_id: int, version: int | None = None) -> Case:
    """Put somebody in charge who may work on the case."""
    case = locked(actor, case_id, version)
    advance(case, "assign", by=actor)
    user = User.objects.filter(pk=case_officer_id, is_active=True).first()
    if user is None or not rules.works_on(user, case):
        raise ValidationError({"case_officer": _("This user cannot work on this case.")})
    case.case_officer = user
    return saved(case, "case.assigned", actor=actor, case_officer=user.pk)


@act
def assess(actor: Any, case_id: int, *, severity: str, reasons: str, version: int | None = None) -> Case:
    """Assess how grave it would be if it is true. Every ground is read again.

    :raises ValidationError: if nobody has confirmed who the officer is
    """
    case = locked(actor, case_id, version)
    advance(case, "assess", by=actor)
    if case.identified_by_id is None:
        raise ValidationError(_("First confirm who the officer is, by number and year of birth."))
    if severity not in Case.Severity.values:
        raise ValidationError({"severity": _("Choose how grave it is.")})
    case.severity_reasons = needs(reasons, "reasons", _("Give the reasons."))
    read_again(case)
    case.severity, case.assessed_by = severity, actor
    return saved(case, "case.assessed", actor=actor, severity=severity)


@act
def declare_conflict(actor: Any, case_id: int, *, reason: str, version: int | None = None) -> CaseBar:
    """Declare a conflict of interest. From now on the case exists no more for whoever declares it."""
    case = locked(actor, case_id, version)
    advance(case, "declare_conflict", by=actor)
    bar = CaseBar(case=case, user=actor, reason=needs(reason, "reason", _("Say what the conflict is.")))
    record(bar, "case.conflict_declared", actor=actor)
    if case.case_officer_id == actor.pk:
        case.case_officer = None
        saved(case, "case.assigned", actor=actor, cause=bar.last_event.id)
    return bar


@act
def stay(actor: Any, case_id: int, *, reason: str, version: int | None = None) -> Case:
    """Stay a case while a court or prosecutor has the matter. The officer's time to respond stands still."""
    case = locked(actor, case_id, version)
    before = case.status
    advance(case, "stay", by=actor)
    case.stay_reason = needs(reason, "reason", _("Say which proceedings are awaited."))
    case.stayed_from, case.stayed_at = before, clock.now()
    return saved(case, "case.stayed", actor=actor, reason=case.stay_reason)


@act
def resume(actor: Any, case_id: int, *, reason: str, version: int | None = None) -> Case:
    """Go on where the case was stayed; the time to respond is longer by the time it stood still."""
    case = locked(actor, case_id, version)
    advance(case, "resume", by=actor)
    needs(reason, "reason", _("Say why it goes on."))
    stood = clock.now() - (case.stayed_at or clock.now())
    if case.stayed_from == S.RESPONSE and case.response_until is not None:
        case.response_until += stood
    case.status, case.stayed_from, case.stay_reason, case.stayed_at = case.stayed_from, "", "", None
    saved(case, "case.resumed", actor=actor, reason=reason)
    reckon_with(case, cause=case.last_event.id)
    return case


@act
def discontinue(actor: Any, case_id: int, *, reason: str, version: int | None = None) -> Case:
    """End a case that leads nowhere. A supervisor does it who does not work on the case."""
    case = locked(actor, case_id, version)
    advance(case, "discontinue", by=actor)
    return _close(actor, case, Case.Outcome.DISCONTINUED, reason, "case.discontinued")


@act
def end_by_death(actor: Any, case_id: int) -> Case | None:
    """End the case of an officer who died. For the clock; the family may ask that it goes on."""
    case = locked(actor, case_id)
    if case.officer.status != Officer.Status.DECEASED or case.for_family:
        return None
    before = case.stayed_from or case.status
    advance(case, "end_by_death", by=actor)
    case.stayed_from = before
    return _close(actor, case, Case.Outcome.DECEASED, _("The officer died."), "case.ended_by_death")


@act
def go_on_for_family(actor: Any, case_id: int, *, reason: str, version: int | None = None) -> Case:
    """Go on after the officer's death because the family asks for a finding. No measure can come of it.

    :raises Conflict: if the case did not end by the officer's death
    """
    case = locked(actor, case_id, version)
    advance(case, "go_on_for_family", by=actor)
    if case.outcome != Case.Outcome.DECEASED:
        raise Conflict(_("Only a case that ended by the officer's death goes on for the family."))
    needs(reason, "reason", _("Say who of the family asks, and when."))
    case.status, case.stayed_from = case.stayed_from, ""
    case.outcome, case.closing_reason, case.closed_at, case.closed_by = "", "", None, None
    case.for_family = True
    saved(case, "case.went_on_for_family", actor=actor, reason=reason)
    reckon_with(case, cause=case.last_event.id)
    return case


def _close(actor: Any, case: Case, outcome: str, reason: str, verb: str) -> Case:
    case.closing_reason = needs(reason, "reason", _("Give the reasons."))
    case.outcome, case.closed_at = outcome, clock.now()
    case.closed_by = actor if isinstance(actor, User) else None
    case.status = S.CLOSED
    saved(case, verb, actor=actor, reason=case.closing_reason)
    end_if_any(actor, case, _("The case ended."), cause=case.last_event.id)
    if case.told_at is not None:
        issue(actor, case, CaseNotice.Kind.CLOSING, {"reason": case.closing_reason, "outcome": outcome})
    return case
