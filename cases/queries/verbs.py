"""What somebody may do with a complaint now, over all its parts."""

from typing import Any

from cases import lifecycles, rules
from cases.models import Complaint, ContactOpening, Pause, Reporter


def verbs_of(row: Complaint, user: Any) -> list[str]:
    """The steps of the complaint itself, and those on what waits for a second person or is disputed."""
    verbs = lifecycles.verbs(row, user)
    opening = row.openings.filter(status=ContactOpening.Status.ASKED).first()
    if "ask_contact" in verbs and (opening or not Reporter.objects.filter(complaint=row).exists()):
        verbs.remove("ask_contact")
    if opening is not None:
        opening.complaint = row
        verbs += ["decide_contact"] if lifecycles.verbs(opening, user) else []
    pause = row.pauses.filter(status=Pause.Status.ASKED).first()
    if pause is not None:
        pause.complaint = row
        verbs += ["decide_pause"] if lifecycles.verbs(pause, user) else []
    if "refer" in verbs and row.referrals.filter(answered_on=None).exists():
        verbs.append("hear_from")
    if row.disputed_on is not None:
        deed = row.deeds.filter(stands=True).exclude(disputed="").order_by("-pk").first()
        if deed is not None:
            deed.complaint = row
            verbs += ["settle"] if rules.settles(user, deed) else []
    return verbs
