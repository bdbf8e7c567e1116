"""Where a specimen is: sent, handed over from one to another, and what is wrong with the chain settled."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from ledger.conflict import Conflict
from officers import rules
from officers.actions.outcomes import cancel, follow_report, last_report, locked_test, open_problems, shut
from officers.actions.problems import needs_reason
from officers.lifecycles import advance
from officers.models import (
    CustodyProblem,
    CustodyTransfer,
    DrugTest,
    Review,
    SettingVersion,
    Specimen,
    Unit,
)
from officers.models.drug_tests import CancelReason
from officers.models.specimens import Bottle, SpecimenKind
from officers.queries.settings import rows_in_force

#: The panel that specimens are sent for where nobody says another.
PANEL = "KH"
K = CustodyProblem.Kind


@act
def dispatch(
    actor: Any,
    test_id: int,
    *,
    laboratory: str,
    received_by: str,
    place: str,
    seal: str,
    seal_b: str = "",
    kind: str = SpecimenKind.URINE,
    panel: str = PANEL,
    is_observed: bool = False,
    temperature_in_range: bool | None = None,
    handed_over_at: datetime | None = None,
    version: int | None = None,
) -> DrugTest:
    """Send the specimen of a non-negative screen to a laboratory: the first hand-over of its custody.

    :param laboratory: code or name of a laboratory among the units; another is taken as written, and one with an
        account must be named before anything can be reported
    :param seal: of bottle A; `seal_b` of the second bottle, where the specimen was split
    :raises ValidationError: if the hand-over lies in the future or before the test
    """
    test = (
        DrugTest.objects.visible_to(actor)
        .select_related("sheet__unit", "officer", "unit")
        .lock(test_id, version=version)
    )
    advance(test, "dispatch", by=actor)
    when = _moment(handed_over_at, not_before=None)
    if timezone.localdate(when) < test.tested_on:
        raise ValidationError({"handed_over_at": _("The hand-over cannot lie before the test.")})
    unit = find_laboratory(laboratory)
    if panel not in {row["authority"] for row in rows_in_force(SettingVersion.Kind.PANELS)}:
        raise ValidationError({"panel": _("There is no panel of this authority.")})
    specimen = Specimen(
        test=test,
        number=test.specimen_number,
        kind=kind,
        asked_for=list(test.non_negative_for),
        collected_on=test.tested_on,
        collected_by=test.sheet.administrator,
        is_observed=is_observed,
        temperature_in_range=temperature_in_range,
        panel=panel,
        seal_a=seal.strip(),
        seal_b=seal_b.strip(),
        laboratory=unit,
    )
    specimen.clean_fields(exclude={"laboratory", "second_laboratory", "received_by"})
    test.dispatched_at = when
    record(test, "drug_test.dispatched", actor=actor, occurred_at=when, laboratory=laboratory.strip())
    cause = test.last_event.id
    record(specimen, "specimen.sent", actor=actor, occurred_at=when, cause=cause)
    transfer = CustodyTransfer(
        specimen=specimen,
        handed_over_by=name_of(actor),
        received_by=received_by.strip(),
        laboratory=unit.name_latin if unit else laboratory.strip(),
        place=place.strip(),
        seal=seal.strip(),
        handed_over_at=when,
        recorded_by=actor,
    )
    transfer.clean_fields()
    record(transfer, "custody.transferred", actor=actor, occurred_at=when, cause=cause)
    return test


def find_laboratory(text: str) -> Unit | None:
    """A laboratory that works with us, by code or by name in either script."""
    written = text.strip()
    found = Unit.objects.open().filter(kind=Unit.Kind.LABORATORY)
    for name in ("code__iexact", "name_latin__iexact", "name_km"):
        if (unit := found.filter(**{name: written}).first()) is not None:
            return unit
    return None


def laboratory_of(unit_id: int) -> Unit:
    """:raises ValidationError: if it is no laboratory"""
    unit = Unit.objects.open().filter(kind=Unit.Kind.LABORATORY, pk=unit_id).first()
    if unit is None:
        raise ValidationError({"laboratory": _("Choose a laboratory from the list.")})
    return unit


@act
def direct(actor: Any, specimen_id: int, *, laboratory: int, version: int | None = None) -> Specimen:
    """Name the laboratory that a specimen on its way is for."""
    specimen = locked(actor, specimen_id, version)
    advance(specimen, "direct", by=actor)
    specimen.laboratory = laboratory_of(laboratory)
    return record(specimen, "specimen.directed", actor=actor)


@act
def hand_over(
    actor: Any,
    specimen_id: int,
    *,
    handed_over_by: str,
    received_by: str,
    place: str,
    seal: str,
    bottle: str = Bottle.A,
    is_whole: bool = True,
    handed_over_at: datetime | None = None,
    version: int | None = None,
) -> Specimen:
    """Write down that a bottle went from one person to another. What breaks the chain is written down as a problem."""
    specimen = locked(actor, specimen_id, version)
    advance(specimen, "hand_over", by=actor)
    transferred(
        actor,
        specimen,
        bottle=bottle,
        handed_over_by=handed_over_by,
        received_by=received_by,
        place=place,
        seal=seal,
        is_whole=is_whole,
        handed_over_at=handed_over_at,
    )
    return specimen


def transferred(
    actor: Any,
    specimen: Specimen,
    *,
    bottle: str,
    handed_over_by: str,
    received_by: str,
    place: str,
    seal: str,
    is_whole: bool,
    handed_over_at: datetime | None,
    cause: int | None = None,
) -> CustodyTransfer:
    """A hand-over, and whatever is wrong with it, as part of an act on a locked specimen."""
    if bottle not in Bottle.values or (bottle == Bottle.B and not specimen.seal_b):
        raise ValidationError({"bottle": _("There is no such bottle.")})
    before = specimen.transfers.filter(bottle=bottle).order_by("handed_over_at", "id").last()
    transfer = CustodyTransfer(
        specimen=specimen,
        bottle=bottle,
        handed_over_by=handed_over_by.strip(),
        received_by=received_by.strip(),
        place=place.strip(),
        seal=seal.strip(),
        is_whole=is_whole,
        handed_over_at=_moment(handed_over_at, not_before=specimen.collected_on),
        recorded_by=actor,
    )
    transfer.clean_fields()
    when = transfer.handed_over_at
    record(transfer, "custody.transferred", actor=actor, occurred_at=when, cause=cause)
    for kind in _faults(specimen, before, transfer):
        problem = CustodyProblem(
            specimen=specimen, transfer=transfer, kind=kind, found_by=actor, found_at=clock.now()
        )
        record(problem, "custody.questioned", actor=actor, cause=transfer.last_event.id)
    return transfer


def _faults(specimen: Specimen, before: CustodyTransfer | None, now: CustodyTransfer) -> list[Any]:
    found = []
    if before is not None and _folded(before.received_by) != _folded(now.handed_over_by):
        found.append(K.GAP)
    if before is not None and now.handed_over_at < before.handed_over_at:
        found.append(K.TIME)
    if _folded(now.seal) != _folded(specimen.seal_of(now.bottle)):
        found.append(K.SEAL)
    if not now.is_whole:
        found.append(K.BROKEN)
    return found


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


@act
def settle(
    actor: Any, problem_id: int, *, outcome: str, reason: str, version: int | None = None
) -> CustodyProblem:
    """Decide, as a second person, whether the chain holds in spite of a problem, or the test is cancelled.

    Where it holds, and nothing else is in question, what the laboratory reported takes its course.

    :raises PermissionDenied: for whoever found it, and who has no say over the unit's results
    :raises Conflict: if it is settled
    """
    seen = CustodyProblem.objects.visible_to(actor).filter(pk=problem_id).first()
    if seen is None:
        raise Http404
    specimen = Specimen.objects.lock(seen.specimen_id)
    problem = CustodyProblem.objects.lock(problem_id, version=version)
    if not rules.settles_custody(actor, problem):
        raise PermissionDenied(_("A second person who reviews results for the unit settles this."))
    if problem.outcome:
        raise Conflict(_("This is settled already."))
    if outcome not in CustodyProblem.Outcome.values:
        raise ValidationError({"outcome": _("Choose one of the answers.")})
    needs_reason(reason)
    problem.outcome, problem.reason = outcome, reason.strip()
    problem.settled_by, problem.settled_at = actor, clock.now()
    record(problem, "custody.settled", actor=actor, reason=reason.strip(), outcome=outcome)
    cause = problem.last_event.id
    test = locked_test(specimen.test_id)
    if test.status not in (DrugTest.Status.AT_LABORATORY, DrugTest.Status.VERIFIED_POSITIVE):
        return problem
    if outcome == CustodyProblem.Outcome.CANCELS:
        cancel(actor, test, CancelReason.CUSTODY, cause=cause, recollect=True)
        shut(actor, Review.objects.select_for_update().filter(test=test).first(), cause=cause)
    elif not open_problems(specimen).exists():
        report = last_report(specimen)
        if report is not None and not Review.objects.filter(test=test).exists():
            follow_report(actor, specimen, report, cause=cause)
    return problem


def locked(actor: Any, specimen_id: int, version: int | None) -> Specimen:
    return (
        Specimen.objects.visible_to(actor)
        .select_related(
            "laboratory", "second_laboratory", "test__sheet__unit", "test__officer__unit", "collected_by"
        )
        .lock(specimen_id, version=version)
    )


def name_of(actor: Any) -> str:
    """How hand-overs name whoever is signed in."""
    return str(actor.name_latin or actor.username)


def _moment(claimed: datetime | None, *, not_before: Any) -> datetime:
    now = clock.now()
    when = claimed or now
    if when > now:
        raise ValidationError({"handed_over_at": _("The hand-over cannot lie in the future.")})
    if not_before and timezone.localdate(when) < not_before:
        raise ValidationError({"handed_over_at": _("The hand-over cannot lie before the test.")})
    return when
