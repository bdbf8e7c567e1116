"""The year's plan: audits are planned, begun, reported, dropped."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.writing import check_fields, locked_audit, needs, open_user
from audits.lifecycles import advance
from audits.models import Audit, Finding, Review, Sample, SampleItem
from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.models import Unit


@act
def plan(
    actor: Any,
    *,
    unit_id: int,
    year: int,
    title: str,
    period_from: date,
    period_to: date,
    starts_on: date,
    due_on: date,
    planned: int,
    lead_id: int,
) -> Audit:
    """Put an audit into the year's plan.

    :raises ValidationError: by field
    """
    unit = Unit.objects.visible_to(actor).filter(pk=unit_id).first()
    if unit is None:
        raise ValidationError({"unit": _("Choose a unit.")})
    if not rules.audits_for(actor, unit):
        raise PermissionDenied(_("You may not do this."))
    row = Audit(
        unit=unit,
        year=year,
        title=needs(title, "title", _("Give the audit a title.")),
        period_from=period_from,
        period_to=period_to,
        starts_on=starts_on,
        due_on=due_on,
        planned=planned,
        lead=open_user(lead_id, "lead"),
        opened_by=actor,
        opened_at=clock.now(),
    )
    _check_lead(row)
    check_fields(row)
    return record(row, "audit.planned", actor=actor)


@act
def amend(
    actor: Any,
    audit_id: int,
    *,
    title: str,
    period_from: date,
    period_to: date,
    starts_on: date,
    due_on: date,
    planned: int,
    lead_id: int,
    reason: str = "",
    version: int | None = None,
) -> Audit:
    """Change what is planned. Once the audit runs it takes a reason, and its period stays."""
    row = locked_audit(actor, audit_id, version)
    advance(row, "amend", by=actor)
    if row.status == Audit.Status.RUNNING:
        reason = needs(reason, "reason", _("Say why the plan changes while the audit runs."))
        if (period_from, period_to) != (row.period_from, row.period_to):
            raise ValidationError({"period_from": _("The period does not change once the audit runs.")})
    row.title = needs(title, "title", _("Give the audit a title."))
    row.period_from, row.period_to = period_from, period_to
    row.starts_on, row.due_on, row.planned = starts_on, due_on, planned
    row.lead = open_user(lead_id, "lead")
    _check_lead(row)
    check_fields(row)
    return record(row, "audit.amended", actor=actor, reason=reason.strip())


def _check_lead(row: Audit) -> None:
    if not rules.audits_for(row.lead, row.unit):
        raise ValidationError({"lead": _("Who leads an audit is an auditor for its unit.")})


@act
def start(actor: Any, audit_id: int, *, version: int | None = None) -> Audit:
    row = locked_audit(actor, audit_id, version)
    advance(row, "start", by=actor)
    row.started_at = clock.now()
    return record(row, "audit.started", actor=actor)


@act
def report(actor: Any, audit_id: int, *, conclusion: str, version: int | None = None) -> Audit:
    """End the work with a conclusion. Findings go on until they are closed.

    :raises Conflict: while a review is under way, a finding is a draft, or a record that was drawn has no review: who
        does not want a sample voids it, and says why
    """
    row = locked_audit(actor, audit_id, version)
    advance(row, "report", by=actor)
    if open_reviews := row.reviews.exclude(status=Review.Status.COMPLETED).count():
        raise Conflict(_("%(count)s reviews are not completed.") % {"count": open_reviews})
    if drafts := row.findings.filter(status=Finding.Status.DRAFT).count():
        raise Conflict(_("%(count)s findings are drafts: issue or withdraw them.") % {"count": drafts})
    if left := unreviewed(row):
        raise Conflict(
            _("%(count)s records of drawn samples have no review: give them to auditors, or void the sample.")
            % {"count": left}
        )
    row.conclusion = needs(conclusion, "conclusion", _("Write the conclusion."))
    row.reported_by, row.reported_at = actor, clock.now()
    return record(row, "audit.reported", actor=actor)


def unreviewed(row: Audit) -> int:
    """Records of drawn samples that nobody was given to review."""
    reviewed = Review.objects.filter(audit=row, about=OuterRef("sample__about"), row_id=OuterRef("row_id"))
    drawn = SampleItem.objects.filter(sample__audit=row, sample__status=Sample.Status.DRAWN)
    return drawn.exclude(Exists(reviewed)).count()


@act
def drop(actor: Any, audit_id: int, *, reason: str, version: int | None = None) -> Audit:
    """Take an audit out of the plan. What was issued from it goes on.

    :raises Conflict: while a finding of it is open
    """
    row = locked_audit(actor, audit_id, version)
    advance(row, "drop", by=actor)
    if row.findings.open().exists():
        raise Conflict(_("A finding of this audit is open: close or withdraw it first."))
    row.why_dropped = needs(reason, "reason", _("Say why."))
    return record(row, "audit.dropped", actor=actor, reason=row.why_dropped)
