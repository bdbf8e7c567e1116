"""What may be chosen in a case: tests that carry a ground, complaints and cases for an extract."""

from django.db.models import QuerySet

from cases import rules
from cases.lifecycles import UNDER_WORK
from cases.models import Case, Complaint, Ground
from cases.models.grounds import TESTED, GroundKind
from cases.models.vocabulary import SUBSTANTIATED
from officers.models import DrugTest, User


def tests_for(case: Case, kind: str) -> QuerySet[DrugTest]:
    """The officer's tests with the outcome that a ground is made for, and that are no ground of the case yet."""
    taken = case.grounds.exclude(status=Ground.Status.WITHDRAWN).filter(test__isnull=False)
    tests = DrugTest.objects.filter(officer=case.officer_id, status=TESTED[GroundKind(kind)])
    return tests.exclude(pk__in=taken.values("test_id")).order_by("-tested_on", "-pk")


def carries_extract(complaint: Complaint, user: User) -> bool:
    """Whether a complaint may carry a ground, for somebody who reads it."""
    return (
        complaint.status == Complaint.Status.CLOSED
        and complaint.finding in SUBSTANTIATED
        and complaint.is_read_by(user)
    )


def complaints_for(case: Case, user: User) -> list[Complaint]:
    """Complaints that a user reads, that were found to be true, and in which the officer of the case was identified."""
    rows = Complaint.objects.visible_to(user).filter(
        status=Complaint.Status.CLOSED, finding__in=SUBSTANTIATED, accused__officer=case.officer_id
    )
    found = rows.select_related("unit", "offered_to").distinct().order_by("-received_on", "-pk")
    return [row for row in found if row.is_read_by(user)]


def cases_for(complaint: Complaint, user: User) -> list[Case]:
    """Cases under way that a user works on, of officers who were identified in a complaint."""
    rows = Case.objects.visible_to(user).filter(
        status__in=UNDER_WORK,
        officer__in=complaint.accused.filter(officer__isnull=False).values("officer_id"),
    )
    found = rows.select_related("officer", "unit", "officer_unit").order_by("pk")
    return [row for row in found if rules.works_on(user, row)]
