"""Labels for specimens: issued to units in ranges, and spoiled ones accounted for."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import DrugTest, SpecimenRange, SpoiledNumber, Unit
from officers.reckoning.numbers import label_of, plain_specimen

#: Labels issued at once, at most.
MOST = 20_000


@act
def issue(actor: Any, *, unit_id: int, number: int, year: int | None = None) -> SpecimenRange:
    """Issue the next so many labels of a year to a unit. Its sheets, and those of units below, use labels from then on.

    :raises PermissionDenied: unless the actor keeps the unit
    :raises ValidationError: for none, more than the limit, or another year than this or the next
    """
    unit = Unit.objects.visible_to(actor).lock(unit_id)
    if not rules.issues_specimen_numbers(actor, unit):
        raise PermissionDenied(_("You do not keep this unit."))
    if not 1 <= number <= MOST:
        raise ValidationError({"number": _("Issue between 1 and %(most)s labels at once.") % {"most": MOST}})
    this_year = clock.today().year
    of_year = year or this_year
    if of_year not in (this_year, this_year + 1):
        raise ValidationError({"year": _("Labels are issued for this year or the next.")})
    with (
        connection.cursor() as cursor
    ):  # who issues at the same time goes on behind this, the first of a year too
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('officers_specimenrange'))")
    last = SpecimenRange.objects.filter(year=of_year).aggregate(last=Max("last"))["last"] or 0
    labels = SpecimenRange(
        unit=unit,
        year=of_year,
        first=last + 1,
        last=last + number,
        issued_by=actor,
        issued_at=clock.now(),
    )
    return record(labels, "specimen_range.issued", actor=actor, number=number)


@act
def spoil(actor: Any, *, number: str, reason: str) -> SpoiledNumber:
    """Write down that a label was destroyed or lost before it was used.

    :raises ValidationError: if it is no label that was issued, or was used
    """
    written = plain_specimen(number)
    try:
        label = label_of(written)
    except ValueError:
        label = None
    labels = label and (
        SpecimenRange.objects.visible_to(actor)
        .select_related("unit")
        .filter(year=label[0], first__lte=label[1], last__gte=label[1])
        .first()
    )
    if not labels:
        raise ValidationError({"number": _("No label of this number was issued to a unit of yours.")})
    if not rules.accounts_for_numbers(actor, labels):
        raise PermissionDenied(_("You do not administer tests for this unit."))
    needs_reason(reason)
    if DrugTest.objects.standing().filter(specimen_number=written).exists():
        raise ValidationError({"number": _("This label was used for a test.")})
    if SpoiledNumber.objects.filter(number=written).exists():
        raise ValidationError({"number": _("This label is written down as spoiled already.")})
    made = SpoiledNumber(range=labels, number=written, reason=reason.strip(), by=actor, at=clock.now())
    return record(made, "specimen_number.spoiled", actor=actor, reason=reason.strip())
