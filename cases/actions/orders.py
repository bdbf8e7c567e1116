"""Signed orders: entered with their scan, verified by another person against it, and brought into force as a whole."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.decisions import decision_of
from cases.actions.dues import saved
from cases.actions.enforcement import enforce_case
from cases.actions.files import Held, check_held, check_soon, scanned
from cases.actions.grounds import check_fields, locked, needs, read_again
from cases.lifecycles import advance
from cases.models import Case, CaseFile, Decision, Order, OrderLine
from cases.models.deciding import HEIGHT, Instrument
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict

#: Officers in one order.
MOST = 200
S = Order.Status


@act
def register(
    actor: Any,
    *,
    case_ids: Sequence[int],
    instrument: str,
    number: str,
    signed_on: date,
    signed_by: str,
    effective_on: date,
    files: Sequence[Held],
) -> Order:
    """Enter a signed order with its scan, for one officer or many. It has no effect until another person verified it.

    :raises ValidationError: by field; an instrument too low for a rank, a day before the signature or the decision
    :raises Conflict: if one of the cases does not wait for its instrument
    """
    ids = sorted(set(case_ids))
    if not ids or len(ids) > MOST:
        raise ValidationError({"cases": _("An order names from 1 to %(limit)s officers.") % {"limit": MOST}})
    cases = [locked(actor, pk) for pk in ids]
    for case in cases:
        advance(case, "register", by=actor)
    check_held(files)
    if not files:
        raise ValidationError({"files": _("Add the scan of the signed order.")})
    decisions = {case.pk: decision_of(case) for case in cases}
    _check_days(cases, decisions, signed_on, effective_on)
    _check_instrument(cases, decisions, instrument)
    row = Order(
        instrument=instrument,
        number=needs(number, "number", _("Give the number of the order.")),
        signed_on=signed_on,
        signed_by=needs(signed_by, "signed_by", _("Say who signed it, as on the paper.")),
        effective_on=effective_on,
        registered_by=actor,
        registered_at=clock.now(),
    )
    check_fields(row)
    scans = scanned(files, by=actor, order=row)
    record(row, "order.registered", actor=actor, cases=ids)
    for scan in scans:
        scan.order = row
        record(scan, "scan.added", actor=actor, cause=row.last_event.id)
    for case in cases:
        line = OrderLine(case=case, order=row, decision=decisions[case.pk])
        record(line, "order_line.entered", actor=actor, cause=row.last_event.id)
        saved(case, "case.order_registered", actor=actor, cause=row.last_event.id)
    check_soon(scans)
    return row


def _check_days(
    cases: Sequence[Case], decisions: dict[int, Decision], signed_on: date, effective_on: date
) -> None:
    wrong: dict[str, Any] = {}
    if signed_on > clock.today():
        wrong["signed_on"] = _("The day cannot lie in the future.")
    for case in cases:
        if signed_on < timezone.localdate(decisions[case.pk].decided_at):
            wrong["signed_on"] = _("%(case)s was decided after this day.") % {"case": case.reference}
    if effective_on < signed_on:
        wrong["effective_on"] = _("An order cannot take effect before it was signed.")
    if wrong:
        raise ValidationError(wrong)


def _check_instrument(cases: Sequence[Case], decisions: dict[int, Decision], instrument: str) -> None:
    if instrument not in Instrument.values:
        raise ValidationError({"instrument": _("Choose the instrument.")})
    for case in cases:
        needed = decisions[case.pk].instrument
        if HEIGHT[instrument] < HEIGHT[needed]:
            raise ValidationError(
                {
                    "instrument": _("%(case)s takes: %(instrument)s.")
                    % {"case": case.reference, "instrument": Instrument(needed).label}
                }
            )


@act
def verify(
    actor: Any, order_id: int, *, number: str, signed_on: date, effective_on: date, version: int | None = None
) -> Order:
    """Verify an order against its scan: its number and days are typed again from the paper.

    If its day has come it is in force with that, all its officers in one transaction, or none.

    :raises ValidationError: by field, if what was typed is not what was entered; it does not say what was
    :raises Conflict: if a ground of one of the cases fell
    """
    row = _locked(actor, order_id, version)
    advance(row, "verify", by=actor)
    typed = {"number": " ".join(number.split()), "signed_on": signed_on, "effective_on": effective_on}
    entered = typed | {
        "number": " ".join(row.number.split()),
        "signed_on": row.signed_on,
        "effective_on": row.effective_on,
    }
    if wrong := {
        name: _("This is not what was entered. Look at the scan; if the entry is wrong, reject it.")
        for name in typed
        if typed[name] != entered[name]
    }:
        raise ValidationError(wrong)
    if not row.files.filter(status=CaseFile.Status.CLEARED).exists():
        raise Conflict(_("The scan has not been checked yet, so nobody can have looked at it."))
    for case in _cases(actor, row):
        read_again(case)
    row.verified_by, row.verified_at = actor, clock.now()
    record(row, "order.verified", actor=actor)
    if row.effective_on <= clock.today():
        _bring_into_force(actor, row)
    return row


@act
def enforce(actor: Any, order_id: int) -> Order:
    """Bring a verified order into force on its day. For the clock.

    :raises Conflict: if a ground of one of its cases fell since; then nothing of it takes effect
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    row = Order.objects.lock(order_id)
    if row.effective_on > clock.today():
        raise Conflict(_("The day of this order has not come."))
    _bring_into_force(actor, row)
    return row


def _bring_into_force(actor: Any, row: Order) -> None:
    advance(row, "enforce", by=actor)
    row.in_force_at = clock.now()
    record(row, "order.enforced", actor=actor)
    for line in row.lines.filter(void=False).select_related("decision__to_unit").order_by("case_id"):
        enforce_case(actor, _case(actor, line.case_id), line.decision, row)


@act
def reject(actor: Any, order_id: int, *, reason: str, version: int | None = None) -> Order:
    """Reject an order that is not as its scan, or whose ground fell before its day. Its cases wait for another."""
    row = _locked(actor, order_id, version)
    advance(row, "reject", by=actor)
    row.why_rejected = needs(reason, "reason", _("Say why."))
    row.rejected_by = actor
    row.verified_by = row.verified_at = None  # who did is in the log; it counts no more
    record(row, "order.rejected", actor=actor, reason=row.why_rejected)
    for line in row.lines.select_for_update().filter(void=False).order_by("case_id"):
        line.void = True
        record(line, "order_line.voided", actor=actor, cause=row.last_event.id)
        saved(_case(actor, line.case_id), "case.order_rejected", actor=actor, cause=row.last_event.id)
    return row


def _locked(actor: Any, order_id: int, version: int | None) -> Order:
    return Order.objects.visible_to(actor).lock(order_id, version=version)


def _cases(actor: Any, row: Order) -> list[Case]:
    ids = row.lines.filter(void=False).order_by("case_id").values_list("case_id", flat=True)
    return [_case(actor, pk) for pk in ids]


def _case(actor: Any, case_id: int) -> Case:
    """A case of an order that the actor was found to see.

    :raises Http404: if it is gone for him
    """
    case = Case.objects.select_related("officer__unit", "officer_unit", "unit").lock(case_id)
    if not rules.is_the_clock(actor) and not rules.sees(actor, case):
        raise Http404
    return case
