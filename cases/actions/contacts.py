"""How a reporter can be reached: sealed, and opened for a reason, by two people, each look an event."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.clocks import saved
from cases.actions.complaints import locked
from cases.lifecycles import advance
from cases.models import Complaint, ContactOpening, Reporter
from ledger import clock
from ledger.acting import act, record
from ledger.reading import note_read
from officers.actions.sealing import unseal

S = ContactOpening.Status
#: Days for which whoever was granted it may read it.
READABLE = timedelta(days=7)


@act
def ask(actor: Any, complaint_id: int, *, reason: str, version: int | None = None) -> Complaint:
    """Ask to know how the reporter can be reached. Nothing is opened until a second person grants it.

    Of an auditor's wish the inspectorate is told, and one of the inspectors decides.

    :raises ValidationError: without a reason, if the reporter left nothing, or somebody has asked already
    """
    row = locked(actor, complaint_id, version)
    advance(row, "ask_contact", by=actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if not Reporter.objects.filter(complaint=row).exists():
        raise ValidationError(_("The reporter has left nothing by which he could be reached."))
    if ContactOpening.objects.filter(complaint=row, status=S.ASKED).exists():
        raise ValidationError(_("Somebody has asked for it already."))
    opening = ContactOpening(
        complaint=row,
        reason=reason.strip(),
        asked_by=actor,
        asked_on=clock.today(),
        for_audit=rules.audits(actor, row),
    )
    return saved(
        row,
        "complaint.contact_asked",
        actor=actor,
        also=[opening],
        reason=reason.strip(),
        for_audit=opening.for_audit,
    )


@act
def decide(actor: Any, complaint_id: int, *, grant: bool, version: int | None = None) -> Complaint:
    """Grant what somebody else asked for, or refuse it. The inspectorate is told of what was granted."""
    row = locked(actor, complaint_id, version)
    if not rules.supervises(actor, row):
        raise PermissionDenied(_("You may not do this."))
    opening = ContactOpening.objects.select_for_update().filter(complaint=row, status=S.ASKED).first()
    if opening is None:
        raise ValidationError(_("Nobody asks to know how the reporter can be reached."))
    opening.complaint = row
    advance(opening, "grant" if grant else "refuse", by=actor)
    opening.decided_by, opening.decided_on = actor, clock.today()
    verb = "complaint.contact_granted" if grant else "complaint.contact_refused"
    return saved(
        row, verb, actor=actor, also=[opening], for_audit=opening.for_audit, asked_by=opening.asked_by_id
    )


def granted(row: Complaint, user: Any) -> QuerySet[ContactOpening]:
    """What somebody was granted and may still read."""
    return ContactOpening.objects.filter(
        complaint=row, status=S.GRANTED, asked_by=user.pk, decided_on__gte=clock.today() - READABLE
    )


@act
def read(actor: Any, complaint_id: int) -> str:
    """What the reporter left, for who asked and was granted it, within the days. The look is an event and a read.

    :raises PermissionDenied: for anybody else, and afterwards
    """
    row = Complaint.objects.visible_to(actor).lock(complaint_id)
    opening = granted(row, actor).order_by("-pk").first()
    if opening is None:
        raise PermissionDenied(_("You may not do this."))
    reporter = Reporter.objects.filter(complaint=row).first()
    if reporter is None:
        raise Http404
    record(row, "complaint.contact_read", actor=actor, reason=opening.reason)
    note_read(actor, "opened", Complaint._meta.db_table, row.pk, fields=["contact"], reason=opening.reason)
    return str(unseal(reporter.contact))
