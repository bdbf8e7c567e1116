"""Matters put to a listed ministry; its acknowledgement and its answer run on the same clock as everybody's."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.actions.clocks import saved
from cases.actions.complaints import locked
from cases.lifecycles import advance
from cases.models import Complaint, Referral
from cases.queries.rules import authorities, rules_on
from ledger import clock
from ledger.acting import act


@act
def refer(
    actor: Any,
    complaint_id: int,
    *,
    authority: str,
    text: str,
    letter: str,
    sent_on: date | None = None,
    version: int | None = None,
) -> Complaint:
    """Refer the matter to a ministry of the list. It is not acting on the complaint: that is written down by itself.

    :raises ValidationError: by field
    """
    row = locked(actor, complaint_id, version)
    advance(row, "refer", by=actor)
    day = sent_on or clock.today()
    wrong: dict[str, Any] = {}
    if authority not in authorities():
        wrong["authority"] = _("Choose a ministry from the list.")
    if not text.strip():
        wrong["text"] = _("Say what is referred.")
    if not letter.strip():
        wrong["letter"] = _("Give the number of the letter.")
    if day > clock.today():
        wrong["sent_on"] = _("The day cannot lie in the future.")
    if wrong:
        raise ValidationError(wrong)
    rules = rules_on(day)
    referral = Referral(
        complaint=row,
        authority=authority,
        text=text.strip(),
        letter=letter.strip()[:60],
        sent_on=day,
        by=actor,
        acknowledge_by=rules.due("complaint_acknowledgement", day),
        answer_by=rules.due("referral_answer", day),
    )
    return saved(row, "complaint.referred", actor=actor, also=[referral], authority=authority)


@act
def hear_from(
    actor: Any, complaint_id: int, *, referral_id: int, answer: str = "", version: int | None = None
) -> Complaint:
    """Write down that the ministry acknowledged, or with `answer` what it answered.

    :raises ValidationError: if it has answered already
    """
    row = locked(actor, complaint_id, version)
    advance(row, "refer", by=actor)
    referral = Referral.objects.select_for_update().filter(complaint=row, pk=referral_id).first()
    if referral is None or referral.answered_on is not None:
        raise ValidationError(_("There is no such referral that waits for an answer."))
    referral.acknowledged_on = referral.acknowledged_on or clock.today()
    referral.acknowledge_by = None
    if answer.strip():
        referral.answered_on, referral.answer, referral.answer_by = clock.today(), answer.strip(), None
    return saved(row, "complaint.referral_heard", actor=actor, also=[referral], answered=bool(answer.strip()))
