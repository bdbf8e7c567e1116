"""Who plans, draws, reviews and finds; who answers. Nobody audits what concerns himself."""

from typing import Any

from audits.models import (
    Audit,
    CorrectionRequest,
    Finding,
    FindingEntry,
    OutcomeNotice,
    Recusal,
    Review,
    Sample,
    SeriesRelease,
)
from audits.models.findings import ANSWERS
from audits.models.open_data.corrections import of_the_ministry
from audits.models.recusals import is_kept_from, recused_officers, recused_units
from cases.models import Case
from cases.rules import is_the_clock
from officers.models import Unit, User
from officers.models.users import Role

__all__ = ["is_the_clock"]


def audits_for(user: Any, unit: Unit) -> bool:
    """Is an auditor for the unit."""
    return bool(user.serves(unit, Role.AUDITOR))


def works_on(user: Any, audit: Audit) -> bool:
    """Is an auditor for the unit of an audit."""
    return audits_for(user, audit.unit)


def leads(user: Any, audit: Audit) -> bool:
    """Leads an audit: begins, reports and drops it."""
    return user.pk == audit.lead_id and works_on(user, audit)


def draws(user: Any, sample: Sample) -> bool:
    """Enters the number from outside: an auditor who did not freeze the population."""
    return works_on(user, sample.audit) and user.pk != sample.frozen_by_id


def voids(user: Any, sample: Sample) -> bool:
    return works_on(user, sample.audit)


def fits(user: Any, review: Review) -> bool:
    """Is not kept from what a review is of."""
    return not is_kept_from(
        user, review.about, review.row_id, review.officer_id, review.unit_id, review.by_unit_id
    )


def reviews(user: Any, review: Review) -> bool:
    """Reviews a record: whom it was given to, and nobody for him."""
    return user.pk == review.reviewer_id and works_on(user, review.audit) and fits(user, review)


def gives_reviews(user: Any, review: Review) -> bool:
    """Gives a review to another auditor."""
    return works_on(user, review.audit) and fits(user, review)


def reopens(user: Any, review: Review) -> bool:
    """Has a completed review opened anew: who leads the audit, or who made it."""
    return works_on(user, review.audit) and user.pk in (review.audit.lead_id, review.reviewer_id)


def finds(user: Any, finding: Finding) -> bool:
    """Writes a finding: an auditor who is not kept from what it concerns."""
    return works_on(user, finding.audit) and not is_kept_from(
        user, finding.about, finding.row_id, finding.officer_id, finding.record_unit_id, finding.unit_id
    )


def judges(user: Any, finding: Finding) -> bool:
    """Follows a finding up and closes it: an auditor who never answered it."""
    return finds(user, finding) and not finding.entries.filter(kind__in=FindingEntry.BY_UNIT, by=user.pk)


def answers(user: Any, finding: Finding) -> bool:
    """Answers for the addressed unit or one above: not whom it is about, and nobody who had an auditor's part."""
    return (
        user.serves(finding.unit, *ANSWERS)
        and (finding.officer_id is None or user.officer_id != finding.officer_id)
        and user.pk != finding.drafted_by_id
        and not finding.entries.exclude(kind__in=FindingEntry.BY_UNIT).filter(by=user.pk)
    )


def ends_recusal(user: User, recusal: Recusal) -> bool:
    """Another auditor, who is kept from the same by nothing of his own."""
    return (
        user.has_role(Role.AUDITOR)
        and user.pk != recusal.user_id
        and recusal.unit_id not in recused_units(user)
        and recusal.officer_id not in recused_officers(user)
    )


def verifies(user: Any) -> bool:
    """Asks for a verification of the log: any auditor."""
    return bool(user.has_role(Role.AUDITOR))


def explains_reads(user: Any, person: User) -> bool:
    """Writes down what explains somebody's reads: an auditor, of anybody but himself."""
    return bool(user.has_role(Role.AUDITOR)) and user.pk != person.pk


def keeps_series(user: Any) -> bool:
    """Enters official statistics: any auditor, who has no part in what is counted."""
    return bool(user.has_role(Role.AUDITOR))


def confirms(user: Any, release: SeriesRelease) -> bool:
    """Confirms a release: an auditor who did not enter it."""
    return keeps_series(user) and user.pk != release.entered_by_id


def rejects(user: Any, release: SeriesRelease) -> bool:
    """Rejects a release that waits, his own too."""
    return keeps_series(user)


def withholds(user: Any, case: Case) -> bool:
    """Keeps a name from the public: an inspector for the unit that conducts the case."""
    return bool(user.serves(case.unit, Role.INSPECTOR))


def withholds_notice(user: Any, notice: OutcomeNotice) -> bool:
    return withholds(user, notice.measure.case)


def handles_requests(user: Any) -> bool:
    """Answers what the public says is wrong: an inspector of the Ministry, who answers for no unit of it."""
    return of_the_ministry(user, Role.INSPECTOR)


def takes_request(user: Any, row: CorrectionRequest) -> bool:
    """Takes a request in hand, also out of another's hands."""
    return handles_requests(user) and user.pk != row.handler_id


def answers_request(user: Any, row: CorrectionRequest) -> bool:
    """Answers a request: who has it in hand."""
    return handles_requests(user) and user.pk == row.handler_id


def confirms_request(user: Any, row: CorrectionRequest) -> bool:
    """Confirms or returns an answer after which nothing changes: another than who gave it."""
    return handles_requests(user) and user.pk != row.answered_by_id


def reopens_request(user: Any, row: CorrectionRequest) -> bool:
    return handles_requests(user)


def reads_author(user: Any, row: CorrectionRequest) -> bool:
    """Reads how the author of a request is told: who has it in hand, once it is answered."""
    return handles_requests(user) and user.pk == row.handler_id and not row.is_open


def revokes_open_keys(user: Any) -> bool:
    """Revokes keys of the open data, and reads whose they are: a system administrator of the Ministry."""
    return of_the_ministry(user, Role.SYSTEM_ADMINISTRATOR)
