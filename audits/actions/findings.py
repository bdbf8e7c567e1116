"""Findings: drafted, issued, answered by the unit, verified and closed by an auditor; late ones escalate."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.reviews import pointed_at
from audits.actions.writing import check_fields, locked_audit, needs, next_number
from audits.lifecycles import advance
from audits.models import Finding, FindingEntry, Review, Severity
from audits.queries.lateness import due_soon
from audits.queries.subjects import Subject, subject
from ledger import clock
from ledger.acting import act, record, recording
from ledger.actors import CLOCK
from officers.models import Unit
from officers.queries.settings import due_after

F = Finding.Status
E = FindingEntry.Kind
#: The furthest day to which more time is given, from today.
LONGEST = timedelta(days=365)


@act
def draft(
    actor: Any,
    audit_id: int,
    *,
    unit_id: int,
    severity: str,
    title: str,
    text: str,
    recommendation: str,
    events: Sequence[int] = (),
    review_id: int | None = None,
    about: str = "",
    row_id: int | None = None,
    version: int | None = None,
) -> Finding:
    """Write a finding down, of a review, of a record, or of the whole. Nobody but auditors sees it until it is issued.

    :raises ValidationError: by field
    """
    audit = locked_audit(actor, audit_id, version)
    advance(audit, "find", by=actor)
    review = None
    if review_id is not None:
        review = Review.objects.visible_to(actor).filter(pk=review_id, audit=audit).first()
        if review is None:
            raise ValidationError({"review": _("Choose a review of this audit.")})
        about, row_id = review.about, review.row_id
    found: Subject | None = subject(about, row_id or 0, actor) if about else None
    row = Finding(
        audit=audit,
        number=next_number(audit.findings),
        review=review,
        about=about,
        row_id=row_id if about else None,
        officer_id=found.officer_id if found else None,
        record_unit_id=found.unit_id if found else None,
        drafted_by=actor,
        drafted_at=clock.now(),
    )
    _say(row, actor, unit_id, severity, title, text, recommendation, events)
    advance(row, "amend", by=actor)
    return record(row, "finding.drafted", actor=actor)


@act
def amend(
    actor: Any,
    finding_id: int,
    *,
    unit_id: int,
    severity: str,
    title: str,
    text: str,
    recommendation: str,
    events: Sequence[int] = (),
    version: int | None = None,
) -> Finding:
    """Change a draft. Once issued a finding stays as it is."""
    row = _locked(actor, finding_id, version)
    advance(row, "amend", by=actor)
    _say(row, actor, unit_id, severity, title, text, recommendation, events)
    advance(row, "amend", by=actor)  # the unit may be one that he is kept from
    return record(row, "finding.amended", actor=actor)


def _say(
    row: Finding,
    actor: Any,
    unit_id: int,
    severity: str,
    title: str,
    text: str,
    recommendation: str,
    events: Sequence[int],
) -> None:
    unit = Unit.objects.visible_to(actor).open().filter(pk=unit_id).first()
    if unit is None or not row.audit.unit.contains(unit):
        raise ValidationError({"unit": _("Choose a unit that the audit is of.")})
    if severity not in Severity.values:
        raise ValidationError({"severity": _("Choose how grave it is.")})
    row.unit, row.severity = unit, severity
    row.title = needs(title, "title", _("Give the finding a title."))
    row.text = needs(text, "text", _("Say what was found."))
    row.recommendation = needs(recommendation, "recommendation", _("Say what is recommended."))
    row.events = pointed_at(events, actor)
    check_fields(row)


@act
def issue(actor: Any, finding_id: int, *, version: int | None = None) -> Finding:
    """Address a finding to its unit: its time to reply runs."""
    row = _locked(actor, finding_id, version)
    advance(row, "issue", by=actor)
    row.issued_at, row.due_on = clock.now(), _reply_due(row)
    return _turn(row, E.ISSUED, actor, "", verb="finding.issued")


@act
def accept(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Accept a finding, and say what will be done. The time to act runs."""
    row = _locked(actor, finding_id, version)
    advance(row, "accept", by=actor)
    row.due_on = _day("finding_action")
    return _turn(
        row, E.ACCEPTED, actor, needs(text, "text", _("Say what will be done.")), verb="finding.accepted"
    )


@act
def contest(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Contest a finding, with reasons. An auditor upholds or withdraws it."""
    row = _locked(actor, finding_id, version)
    advance(row, "contest", by=actor)
    row.due_on = None
    return _turn(row, E.CONTESTED, actor, needs(text, "text", _("Say why.")), verb="finding.contested")


@act
def uphold(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Uphold a finding that was contested: the unit answers anew."""
    row = _locked(actor, finding_id, version)
    advance(row, "uphold", by=actor)
    row.due_on = _reply_due(row)
    return _turn(row, E.UPHELD, actor, needs(text, "text", _("Say why.")), verb="finding.upheld")


@act
def report_action(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Report what the unit did. An auditor verifies it."""
    row = _locked(actor, finding_id, version)
    advance(row, "act", by=actor)
    row.due_on = None
    return _turn(row, E.ACTED, actor, needs(text, "text", _("Say what was done.")), verb="finding.acted")


@act
def return_action(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Send back an action that is not enough."""
    row = _locked(actor, finding_id, version)
    advance(row, "return_action", by=actor)
    row.due_on = _day("finding_action")
    return _turn(
        row, E.RETURNED, actor, needs(text, "text", _("Say what is missing.")), verb="finding.returned"
    )


@act
def extend(actor: Any, finding_id: int, *, due_on: date, text: str, version: int | None = None) -> Finding:
    """Give the unit more time, for a reason.

    :raises ValidationError: for a day that is not later, or more than a year away
    """
    row = _locked(actor, finding_id, version)
    advance(row, "extend", by=actor)
    if row.due_on is not None and not row.due_on < due_on <= clock.today() + LONGEST:
        raise ValidationError({"due_on": _("Give a later day, at most a year from today.")})
    row.due_on = due_on
    return _turn(row, E.EXTENDED, actor, needs(text, "text", _("Say why.")), verb="finding.extended")


@act
def close(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Close a finding whose action was verified; an auditor who never answered it."""
    row = _locked(actor, finding_id, version)
    advance(row, "close", by=actor)
    row.closed_at = clock.now()
    return _turn(
        row, E.CLOSED, actor, needs(text, "text", _("Say what was verified.")), verb="finding.closed"
    )


@act
def reopen(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Open a closed finding anew: the unit answers."""
    row = _locked(actor, finding_id, version)
    advance(row, "reopen", by=actor)
    row.closed_at, row.due_on = None, _reply_due(row)
    return _turn(row, E.REOPENED, actor, needs(text, "text", _("Say why.")), verb="finding.reopened")


@act
def withdraw(actor: Any, finding_id: int, *, text: str, version: int | None = None) -> Finding:
    """Withdraw a finding that does not hold. It stays to be read, and says why."""
    row = _locked(actor, finding_id, version)
    advance(row, "withdraw", by=actor)
    row.closed_at, row.due_on = clock.now(), None
    return _turn(row, E.WITHDRAWN, actor, needs(text, "text", _("Say why.")), verb="finding.withdrawn")


@act
def escalate(actor: Any, finding_id: int) -> Finding | None:
    """Put a late finding before the unit above; a further level each time `finding_escalation` has passed unanswered.

    For the clock. Nothing is done where it is not late, was put there and has its time still, or stands before the
    highest unit already.
    """
    row = Finding.objects.select_related("unit", "escalated_to", "audit__unit").lock(finding_id)
    if not row.is_late(clock.today()):
        return None
    advance(row, "escalate", by=actor)
    told = row.escalated_to or row.unit
    if told.parent_id is None or not _waited_long_enough(row):
        return None
    row.escalated_to = told.parent
    return _turn(row, E.ESCALATED, actor, "", verb="finding.escalated", unit=told.parent)


def _waited_long_enough(row: Finding) -> bool:
    """Whether the level that was told last, if one was, has had its time."""
    if row.escalated_to_id is None:
        return True
    last = row.entries.filter(kind=E.ESCALATED).latest("number")
    return clock.now() > due_after("finding_escalation", last.at)


@act
def remind(actor: Any, finding_id: int) -> bool:
    """Say that a finding is due soon, once for each of its days; whether it was said. For the clock."""
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    row = Finding.objects.lock(finding_id)
    if not due_soon().filter(pk=row.pk).exists():
        return False
    with recording("finding.due_soon", actor=actor, subject=row, due_on=str(row.due_on)):
        pass
    return True


def _turn(row: Finding, kind: str, actor: Any, text: str, *, verb: str, unit: Unit | None = None) -> Finding:
    if kind != E.ESCALATED:
        row.escalated_to = None
    entry = FindingEntry(
        finding=row,
        number=next_number(row.entries),
        kind=kind,
        text=text,
        due_on=row.due_on,
        unit=unit,
        by=None if actor is CLOCK else actor,
        at=clock.now(),
    )
    check_fields(entry)
    return record(row, verb, actor=actor, also=[entry])


def _reply_due(row: Finding) -> date:
    is_grave = row.severity in (Severity.HIGH, Severity.CRITICAL)
    return _day("finding_reply_grave" if is_grave else "finding_reply")


def _day(deadline: str) -> date:
    return timezone.localdate(due_after(deadline, clock.now()))


def _locked(actor: Any, finding_id: int, version: int | None) -> Finding:
    seen = Finding.objects.visible_to(actor).filter(pk=finding_id)
    rows = Finding.objects.select_related("audit__unit", "unit", "escalated_to")
    return rows.filter(pk__in=seen).lock(finding_id, version=version)
