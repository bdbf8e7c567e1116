"""Who has which part in a case: each a different person, none of them below or beside the officer."""

from typing import Any

from django.db.models import Q

from cases.models import Appeal, Case, CaseNotice, Complaint, Delegation, Extract, Order
from cases.models.cases import WORKS, ancestry
from cases.rules.complaints import is_the_clock
from ledger.models import Event
from officers.models import Officer, Posting, Unit, User
from officers.models.users import Role


def opens_cases(user: User, unit: Unit) -> bool:
    """Opens cases that the unit conducts."""
    return user.serves(unit, *WORKS)


def stands_clear_of(user: User, officer: Officer) -> bool:
    """Is not the officer, and serves neither beside nor below him: what `not_barred` asks once there is a case."""
    if user.officer is None:
        return True
    own = user.officer.unit
    heads = Posting.objects.filter(officer=officer, is_head=True, held__upper_inf=True)
    return (
        user.officer_id != officer.pk
        and own.pk != officer.unit_id
        and not heads.filter(unit_id__in=ancestry(own.path)).exists()
    )


def fits(user: Any, case: Case) -> bool:
    """Is not the officer, stands neither below nor beside him, and declared no conflict of interest."""
    return case.fits(user)


def has_no_part_but(user: Any, case: Case, *parts: str) -> bool:
    """Had no other part in the case or in the tests it rests on."""
    return case.parts.get(user.pk, set()) <= set(parts)


def works_on(user: User, case: Case) -> bool:
    """Works on a case until a measure is proposed, and serves its papers after."""
    return user.serves(case.unit, *WORKS) and has_no_part_but(user, case, "proposer") and fits(user, case)


def supervises_case(user: User, case: Case) -> bool:
    """Decides what takes a second person while a case is worked on: nobody who works on it himself."""
    return (
        user.serves(case.unit, Role.SUPERVISOR, Role.INSPECTOR)
        and user.pk != case.case_officer_id
        and has_no_part_but(user, case)
        and fits(user, case)
    )


def checks_legality(user: User, case: Case) -> bool:
    return (
        user.serves(case.unit, Role.LEGAL_CHECKER)
        and has_no_part_but(user, case, "checker")
        and fits(user, case)
    )


def decides(user: User, case: Case) -> bool:
    """Is a deciding authority over the officer's unit, or acts for one. How high it must stand, the act finds."""
    acting = Delegation.objects.ruling().filter(taker=user.pk).values_list("unit__path", flat=True)
    return (
        (
            user.serves(case.unit, Role.DECIDING_AUTHORITY)
            or (user.is_active and any(case.unit.path.startswith(path) for path in acting))
        )
        and has_no_part_but(user, case, "decider")
        and fits(user, case)
    )


def carries_out(user: Any, _row: Any = None) -> bool:
    """Brings a verified order into force: the registrar who verified it, in the same act, or the clock on its day."""
    return is_the_clock(user) or user.has_role(Role.REGISTRAR)


def registers(user: User, case: Case) -> bool:
    """Enters the order for a case."""
    return (
        user.serves(case.unit, Role.REGISTRAR)
        and has_no_part_but(user, case, "registrar")
        and fits(user, case)
    )


def verifies(user: User, order: Order) -> bool:
    """Checks an order against its scan: another registrar, who had no part in any of its cases."""
    lines = order.lines.filter(void=False).select_related("case__unit")
    return user.pk != order.registered_by_id and all(
        user.serves(line.case.unit, Role.REGISTRAR)
        and has_no_part_but(user, line.case, "verifier")
        and fits(user, line.case)
        for line in lines
    )


def rejects(user: User, order: Order) -> bool:
    """Rejects an order that is not as its scan: who entered it, or might have verified it."""
    return user.pk in (order.registered_by_id, order.verified_by_id) or verifies(user, order)


def is_the_officer(user: Any, case: Case) -> bool:
    return getattr(user, "door_of", None) == case.officer_id


def has_case_of(user: User, officer: Officer) -> bool:
    """Is in charge of a case of an officer, acted in it, or had a part: who has, proves no hand-over to him."""
    untold = CaseNotice.objects.untold().filter(case__officer=officer).values("case_id")
    rows = Case.objects.filter(Q(pk__in=Case.objects.open()) | Q(pk__in=untold), officer=officer)
    acted = Event.objects.filter(subject_table=Case._meta.db_table, actor_id=user.pk)
    return any(
        case.case_officer_id == user.pk or user.pk in case.parts or acted.filter(subject_id=case.pk).exists()
        for case in rows
    )


def speaks(user: Any, case: Case) -> bool:
    """The officer at his door, or who writes down what he said or handed in."""
    return is_the_officer(user, case) or works_on(user, case)


def completes(user: Any, case: Case) -> bool:
    """Ends the officer's time to respond: he himself, or a supervisor who writes down that he has said all.

    Nobody who works on the case: it would be he who gains by a shorter time.
    """
    return is_the_officer(user, case) or supervises_case(user, case)


def lodges(user: Any, case: Case) -> bool:
    """Lodges an appeal: the officer, who writes it down for him, or a supervisor where a ground fell."""
    return speaks(user, case) or supervises_case(user, case)


def sits(user: User, appeal: Appeal) -> bool:
    """Sits on an appeal: an appeal member who had no part in the case, nor in an earlier appeal."""
    earlier = Appeal.objects.filter(case=appeal.case_id).exclude(pk=appeal.pk)
    if earlier.filter(Q(admitted_by=user.pk) | Q(drafted_by=user.pk) | Q(agreed_by=user.pk)).exists():
        return False
    return (
        user.serves(appeal.case.unit, Role.APPEAL_MEMBER)
        and has_no_part_but(user, appeal.case, "appeal member")
        and fits(user, appeal.case)
    )


def agrees_to_appeal(user: User, appeal: Appeal) -> bool:
    return sits(user, appeal) and user.pk != appeal.drafted_by_id


def reads_report_of(user: User, extract: Extract) -> bool:
    """Reads the report that an extract is of; nobody else learns which it is, or what the extract says unchecked."""
    complaint = Complaint.objects.visible_to(user).filter(pk=extract.complaint_id).first()
    return complaint is not None and complaint.is_read_by(user)


def checks_extract(user: User, extract: Extract) -> bool:
    """Looks at an extract with the report beside it: who works on the complaint, and did not write the extract.

    An auditor reads the report too, and has no part in either.
    """
    return (
        reads_report_of(user, extract)
        and user.serves(extract.complaint.unit, *WORKS)
        and user.pk != extract.drafted_by_id
        and fits(user, extract.case)
    )


def adds_scans(user: User) -> bool:
    """Adds papers to cases, or scans to orders."""
    return user.has_role(*WORKS, Role.REGISTRAR)


def sees(user: Any, case: Case) -> bool:
    return Case.objects.visible_to(user).filter(pk=case.pk).exists()


def declares_conflict(user: Any, case: Case) -> bool:
    """Says that he is tied to the officer. Who sees the case as an auditor alone declares it as a recusal instead."""
    return sees(user, case) and any(held.role != Role.AUDITOR for held in user.held_roles)


def enters_earlier(user: Any) -> bool:
    """Enters measures from before the system, as found in lists, and voids them."""
    return bool(user.has_role(Role.REGISTRAR))
