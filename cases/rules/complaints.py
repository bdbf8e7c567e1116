"""Who works on complaints, decides as a second person, and who is barred from them."""

from typing import Any

from cases.models import HANDLES, Bar, Complaint, ContactOpening, Deed, FailureProposal, Miss, Pause
from ledger.actors import CLOCK
from officers.models import Unit, User
from officers.models.users import Role


def is_the_clock(user: Any, _row: Any = None) -> bool:
    return user is CLOCK


def takes_down(user: User, unit: Unit) -> bool:
    """Writes down what somebody reports by telephone, letter or in person, at a desk of the unit."""
    return user.serves(unit, *HANDLES)


def hands_in(user: User) -> bool:
    """Hands in reports for a partner organisation, or from any desk."""
    return user.has_role(*HANDLES, Role.PARTNER)


def is_barred(user: Any, complaint: Complaint) -> bool:
    """Whether a complaint does not exist for him; asked again at each step, since the matter may come to him late."""
    return not Complaint.objects.filter(pk=complaint.pk).not_barred(user).exists()


def handles(user: User, complaint: Complaint) -> bool:
    """Works on a complaint: a handler of its unit, or of one above, who is not barred from it."""
    return user.serves(complaint.unit, *HANDLES) and not is_barred(user, complaint)


def reads_and_handles(user: User, complaint: Complaint) -> bool:
    """The same, for what takes having read the report: not at a commune post."""
    return handles(user, complaint) and complaint.is_read_by(user)


def audits(user: User, complaint: Complaint) -> bool:
    """Is an auditor for a complaint's unit, and not barred from it."""
    return (
        user.serves(complaint.unit, Role.AUDITOR)
        and complaint.is_read_by(user)
        and not is_barred(user, complaint)
    )


def supervises(user: User, complaint: Complaint) -> bool:
    """Decides as a second person, which takes having read the report."""
    return (
        user.serves(complaint.unit, Role.SUPERVISOR, Role.INSPECTOR)
        and complaint.is_read_by(user)
        and not is_barred(user, complaint)
    )


def answers_offer(user: User, complaint: Complaint) -> bool:
    """Accepts or refuses what is offered: a handler of the unit it is offered to."""
    return (
        complaint.offered_to is not None
        and user.serves(complaint.offered_to, *HANDLES)
        and not is_barred(user, complaint)
    )


def closes_second(user: User, complaint: Complaint) -> bool:
    """Agrees to a closing that another proposed, or sends it back."""
    return supervises(user, complaint) and user.pk != complaint.closing_by_id


def reviews(user: User, complaint: Complaint) -> bool:
    """Decides on a request to look at a closed complaint again: nobody who closed it."""
    return supervises(user, complaint) and user.pk not in (complaint.closing_by_id, complaint.closed_by_id)


def settles(user: User, deed: Deed) -> bool:
    """Decides whether something happened, where the reporter says it did not: a supervisor, not who says he did it."""
    return supervises(user, deed.complaint) and user.pk != deed.by_id


def decides_on_contact(user: User, opening: ContactOpening) -> bool:
    """Decides whether somebody learns how a reporter can be reached: a supervisor, not who asks.

    An auditor's wish is an inspector's to decide: not the unit's supervisor, whose work is audited, and no auditor.
    """
    if user.pk == opening.asked_by_id or not supervises(user, opening.complaint):
        return False
    if not opening.for_audit:
        return True
    return user.serves(opening.complaint.unit, Role.INSPECTOR) and not user.has_role(Role.AUDITOR)


def agrees_to_pause(user: User, pause: Pause) -> bool:
    return supervises(user, pause.complaint) and user.pk != pause.asked_by_id


def decides_on_failure(user: User, proposal: FailureProposal) -> bool:
    """Decides whether a unit's misses become a complaint: a supervisor of the level above."""
    return user.serves(proposal.put_to, Role.SUPERVISOR, Role.INSPECTOR)


def explains(user: User, miss: Miss) -> bool:
    """Gives a unit's reason for having missed a deadline."""
    return (
        user.serves(miss.unit, *HANDLES)
        and not Bar.objects.filter(
            complaint_id=miss.complaint_id, lifted=False, officer_id=user.officer_id or 0
        ).exists()
    )
