"""What a laboratory does: receives a specimen it knows by number alone, rejects it, or reports what is in it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers.actions.custody import locked, name_of, transferred
from officers.actions.findings import Found, agree, judge, methods
from officers.actions.outcomes import cancel, conclude, follow_report, last_report, locked_test
from officers.lifecycles import advance
from officers.models import AnalyteValue, DrugTest, LaboratoryReport, Review, Specimen, Unit
from officers.models.drug_tests import CancelReason
from officers.models.laboratory import Flaw, LabResult, Method
from officers.models.specimens import Bottle
from officers.queries.laboratories import is_correctable

Stage = AnalyteValue.Stage
R = LabResult
S = Review.Status

__all__ = ["Found", "judge", "receive", "redesignate", "reject", "report", "report_second"]


@act
def receive(
    actor: Any,
    specimen_id: int,
    *,
    handed_over_by: str,
    seal: str,
    is_whole: bool = True,
    place: str = "",
    received_at: datetime | None = None,
    version: int | None = None,
) -> Specimen:
    """Take a specimen in: the hand-over to the laboratory itself, with the seal as it was found.

    The second laboratory takes bottle B in by the same act.
    """
    specimen = locked(actor, specimen_id, version)
    is_second = specimen.status == Specimen.Status.RECEIVED and specimen.second_laboratory_id is not None
    advance(specimen, "receive_second" if is_second else "receive", by=actor)
    laboratory = _laboratory(specimen, Bottle.B if is_second else Bottle.A)
    if is_second and specimen.second_received_at is not None:
        raise Conflict(_("The second bottle was received already."))
    transfer = transferred(
        actor,
        specimen,
        bottle=Bottle.B if is_second else Bottle.A,
        handed_over_by=handed_over_by,
        received_by=name_of(actor),
        place=place or laboratory.name_latin,
        seal=seal,
        is_whole=is_whole,
        handed_over_at=received_at,
    )
    if is_second:
        specimen.second_received_at = transfer.handed_over_at
    else:
        specimen.received_at, specimen.received_by = transfer.handed_over_at, actor
    return record(specimen, "specimen.received", actor=actor, cause=transfer.last_event.id)


@act
def redesignate(actor: Any, specimen_id: int, *, reason: str, version: int | None = None) -> Specimen:
    """Test bottle B in place of A, whose seal is broken or which holds too little. No second bottle is left then."""
    specimen = locked(actor, specimen_id, version)
    advance(specimen, "redesignate", by=actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if specimen.is_redesignated or not specimen.is_split:
        raise ValidationError(_("There is no second bottle."))
    if last_report(specimen) is not None:
        raise Conflict(_("The first bottle has been reported already."))
    specimen.is_redesignated = True
    return record(specimen, "specimen.redesignated", actor=actor, reason=reason.strip())


@act
def reject(
    actor: Any,
    specimen_id: int,
    *,
    flaw: str,
    certified_by: str,
    remarks: str = "",
    cause: int | None = None,
    version: int | None = None,
) -> LaboratoryReport:
    """Reject a specimen for a fatal flaw: the test is cancelled (49 CFR 40.199), whatever the screen said.

    :raises ValidationError: if it is no fatal flaw
    """
    specimen = locked(actor, specimen_id, version)
    advance(specimen, "reject", by=actor)
    if flaw not in Flaw.values:
        raise ValidationError({"flaw": _("Choose one of the fatal flaws.")})
    if last_report(specimen) is not None:
        raise Conflict(_("This specimen has been reported already."))
    record(specimen, "specimen.rejected", actor=actor, cause=cause)
    report = _report(
        actor,
        specimen,
        Bottle.A,
        Found(certified_by, remarks=remarks),
        R.REJECTED,
        flaw=flaw,
        cause=specimen.last_event.id,
    )
    follow_report(actor, specimen, report, cause=report.last_event.id)
    return report


@act
def report(
    actor: Any,
    specimen_id: int,
    found: Found,
    *,
    reason: str = "",
    cause: int | None = None,
    version: int | None = None,
) -> LaboratoryReport:
    """Report bottle A. The result follows from the values and the panel that ruled on the specimen's day.

    Once reported, a further report is a correction with its reason, possible while the review is open.

    :raises ValidationError: by field; also where the laboratory calls it something else than its values say
    :raises Conflict: if the matter was decided on the report there is
    """
    specimen = locked(actor, specimen_id, version)
    advance(specimen, "report", by=actor)
    earlier = last_report(specimen)
    if earlier is not None:
        if not is_correctable(specimen):
            raise Conflict(_("The matter was decided on the report there is. Tell the reviewing physician."))
        if not reason.strip():
            raise ValidationError(
                {"reason": _("This specimen is reported already. Say why it is corrected.")}
            )
    result, details, rows = judge(specimen, found)
    agree(found, result)
    number = earlier.number + 1 if earlier else 1
    made = _report(
        actor,
        specimen,
        Bottle.A,
        found,
        result,
        rows=rows,
        number=number,
        reason=reason.strip() if earlier else "",
        cause=cause,
        **details,
    )
    follow_report(actor, specimen, made, cause=made.last_event.id)
    return made


@act
def report_second(
    actor: Any,
    specimen_id: int,
    *,
    is_present: bool,
    certified_by: str,
    method: str,
    values: Sequence[tuple[str, Decimal]] = (),
    remarks: str = "",
    version: int | None = None,
) -> LaboratoryReport:
    """Report bottle B: whether what was found in A is there, without a cutoff (49 CFR 40.177).

    Reconfirmed makes the test final; not reconfirmed cancels it.

    :raises Conflict: if bottle B was not received, or reported before
    """
    specimen = locked(actor, specimen_id, version)
    advance(specimen, "report_second", by=actor)
    if specimen.second_received_at is None:
        raise Conflict(_("The second bottle was not received yet."))
    if last_report(specimen, Bottle.B) is not None:
        raise Conflict(_("This bottle has been reported already."))
    if method not in Method.values:
        raise ValidationError({"method": _("Confirmation takes a method such as %(methods)s.") % methods()})
    first = last_report(specimen)
    review = Review.objects.select_for_update().filter(test=specimen.test_id, status=S.RETEST).first()
    if first is None or review is None:
        raise Conflict(_("Nobody has asked for the second bottle."))
    drugs = {value.analyte.casefold(): value.drug for value in first.values.all()}
    rows = [
        AnalyteValue(
            stage=Stage.CONFIRMATORY,
            drug=drugs[name.strip().casefold()],
            analyte=name.strip(),
            value=value,
            counts=False,
            present=is_present,
        )
        for name, value in values
        if name.strip().casefold() in drugs
    ]
    result = R.RECONFIRMED if is_present else R.NOT_RECONFIRMED
    made = _report(
        actor,
        specimen,
        Bottle.B,
        Found(certified_by, method=method, remarks=remarks),
        result,
        rows=rows,
    )
    cause = made.last_event.id
    review.retest_report = made
    review.status, review.closed_at = S.CLOSED, clock.now()
    record(review, "review.closed", actor=actor, cause=cause)
    test = locked_test(specimen.test_id)
    if is_present:
        finalise(actor, test, review, cause=cause)
    else:
        cancel(actor, test, CancelReason.NOT_RECONFIRMED, cause=cause)
    return made


def finalise(actor: Any, test: DrugTest, review: Review, *, cause: int) -> DrugTest:
    """Make final what was verified: a positive, or a specimen that was tampered with."""
    if review.outcome in (Review.Outcome.ADULTERATED, Review.Outcome.SUBSTITUTED):
        return conclude(actor, test, DrugTest.Status.REFUSAL, "drug_test.refusal_determined", cause=cause)
    return conclude(actor, test, DrugTest.Status.FINAL_POSITIVE, "drug_test.finalised", cause=cause)


def _laboratory(specimen: Specimen, bottle: str) -> Unit:
    """The laboratory of a bottle; the rules of the steps have seen to it that there is one."""
    laboratory = specimen.second_laboratory if bottle == Bottle.B else specimen.laboratory
    if laboratory is None:
        raise LookupError(f"specimen {specimen.pk} has no laboratory for bottle {bottle}")
    return laboratory


def _report(
    actor: Any,
    specimen: Specimen,
    bottle: str,
    found: Found,
    result: str,
    *,
    rows: Sequence[AnalyteValue] = (),
    cause: int | None = None,
    **details: Any,
) -> LaboratoryReport:
    received = specimen.second_received_at if bottle == Bottle.B else specimen.received_at
    made = LaboratoryReport(
        specimen=specimen,
        bottle=bottle,
        laboratory=_laboratory(specimen, bottle),
        result=result,
        received_on=timezone.localdate(received or clock.now()),
        method=found.method,
        creatinine=found.validity.creatinine,
        specific_gravity=found.validity.specific_gravity,
        ph=found.validity.ph,
        nitrite=found.validity.nitrite,
        foreign_substance=found.validity.foreign_substance.strip(),
        is_on_two_aliquots=found.is_on_two_aliquots,
        remarks=found.remarks.strip(),
        certified_by=found.certified_by.strip(),
        reported_by=actor,
        reported_at=clock.now(),
        **details,
    )
    made.clean_fields(exclude={"specimen", "laboratory", "panels", "reported_by"})
    for row in rows:
        row.clean_fields(exclude={"report"})
        row.report = made
    return record(made, "specimen.reported", actor=actor, cause=cause, also=rows, bottle=bottle)
