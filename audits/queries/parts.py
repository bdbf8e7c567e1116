"""What belongs to a record that is audited: the ids of its rows, by model, of those that somebody sees."""

from typing import Any

from cases.models import (
    Accused,
    Case,
    Complaint,
    ComplaintFile,
    Deed,
    Handover,
    Message,
    Miss,
    Note,
    Pause,
    Referral,
)
from cases.queries.case_histories import parts_of
from ledger.models import Audited, AuditedQuerySet
from officers.models import (
    AnalyteValue,
    Claim,
    ContactAttempt,
    CustodyProblem,
    CustodyTransfer,
    DrugTest,
    LaboratoryReport,
    Officer,
    Posting,
    RegisterEntry,
    Review,
    ServiceNumber,
    Sheet,
    Specimen,
    Statement,
)

type Rows = dict[type[Audited], list[int]]


def seen_of(model: Any, user: Any) -> AuditedQuerySet[Any]:
    """The rows of a table that somebody sees; postings and service numbers are seen with their officer."""
    rows: AuditedQuerySet[Any] = model.objects.all()
    if model in (Posting, ServiceNumber):
        return rows.filter(officer__in=Officer.objects.visible_to(user))
    return rows.visible_to(user)


def seen(user: Any, model: Any, **where: Any) -> list[int]:
    """Ids of the rows that somebody sees, in order."""
    return list(seen_of(model, user).filter(**where).order_by("pk").values_list("pk", flat=True))


def rows_of(row: Any, user: Any) -> Rows:
    """A record and what belongs to it; what is nobody's part stands alone. The record itself is taken for visible."""
    for model, parts in _PARTS.items():
        if isinstance(row, model):
            found: Rows = parts(row, user)
            return found
    return {type(row): [row.pk]}


def rows_of_test(test: DrugTest, user: Any) -> Rows:
    return {
        DrugTest: [test.pk],
        Sheet: seen(user, Sheet, pk=test.sheet_id),
        Specimen: seen(user, Specimen, test=test),
        CustodyTransfer: seen(user, CustodyTransfer, specimen__test=test),
        CustodyProblem: seen(user, CustodyProblem, specimen__test=test),
        LaboratoryReport: seen(user, LaboratoryReport, specimen__test=test),
        AnalyteValue: seen(user, AnalyteValue, report__specimen__test=test),
        Claim: seen(user, Claim, test=test),
        Review: seen(user, Review, test=test),
        ContactAttempt: seen(user, ContactAttempt, review__test=test),
        Statement: seen(user, Statement, review__test=test),
    }


def rows_of_case(case: Case, user: Any) -> Rows:
    parts = parts_of(case).items()
    return {Case: [case.pk]} | {model: seen(user, model, pk__in=ids) for model, ids in parts}


def rows_of_complaint(complaint: Complaint, user: Any) -> Rows:
    """Without how the reporter can be reached and who wished to know it, and without from whom it is hidden."""
    parts = (Accused, Deed, Message, ComplaintFile, Note, Handover, Pause, Referral, Miss)
    return {Complaint: [complaint.pk]} | {model: seen(user, model, complaint=complaint) for model in parts}


def rows_of_officer(officer: Officer, user: Any) -> Rows:
    parts = (Posting, ServiceNumber, RegisterEntry)
    return {Officer: [officer.pk]} | {model: seen(user, model, officer=officer) for model in parts}


_PARTS: dict[type[Audited], Any] = {
    DrugTest: rows_of_test,
    Case: rows_of_case,
    Complaint: rows_of_complaint,
    Officer: rows_of_officer,
}
