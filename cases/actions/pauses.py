"""Standstills of the clocks: asked for with a listed reason and an end, agreed to by a second person."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.actions.clocks import saved
from cases.actions.complaints import locked
from cases.lifecycles import advance
from cases.models import Complaint, Pause
from cases.models.vocabulary import PauseReason
from cases.reckoning.deadlines import PAUSE_CAP, paused_days
from ledger import clock
from ledger.acting import act


@act
def ask(
    actor: Any, complaint_id: int, *, reason: str, text: str, until: date, version: int | None = None
) -> Complaint:
    """Ask for the clocks to stand still from today until a day. They run on until a second person agrees.

    :raises ValidationError: by field; beyond what all pauses of a complaint may take together
    """
    row = locked(actor, complaint_id, version)
    advance(row, "pause", by=actor)
    today = clock.today()
    if reason not in PauseReason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    if not text.strip():
        raise ValidationError({"text": _("Say why.")})
    if until <= today:
        raise ValidationError({"until": _("A pause ends on a day to come.")})
    if row.pauses.filter(status=Pause.Status.ASKED).exists():
        raise ValidationError(_("A pause is asked for already."))
    taken = paused_days(list(row.pauses.filter(status=Pause.Status.RULES).values_list("starts_on", "until")))
    if taken + (until - today).days > PAUSE_CAP:
        raise ValidationError(
            {
                "until": _("All pauses of a complaint together last at most %(limit)s days.")
                % {"limit": PAUSE_CAP}
            }
        )
    pause = Pause(
        complaint=row, reason=reason, text=text.strip(), starts_on=today, until=until, asked_by=actor
    )
    return saved(row, "complaint.pause_asked", actor=actor, also=[pause])


@act
def decide(actor: Any, complaint_id: int, *, agree: bool, version: int | None = None) -> Complaint:
    """Agree to a pause that somebody else asked for, or refuse it."""
    row = locked(actor, complaint_id, version)
    pause = Pause.objects.select_for_update().filter(complaint=row, status=Pause.Status.ASKED).first()
    if pause is None:
        raise ValidationError(_("No pause is asked for."))
    pause.complaint = row
    advance(pause, "agree" if agree else "refuse", by=actor)
    pause.agreed_by = actor
    if not agree:
        return saved(row, "complaint.pause_refused", actor=actor, also=[pause])
    row.paused_until = max(pause.until, row.paused_until or pause.until)
    return saved(row, "complaint.paused", actor=actor, also=[pause], agreed=pause)
