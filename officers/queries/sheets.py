"""What the sheet on screen asks for: who may be meant, who serves here, what waits."""

from typing import Any

from django.db.models import Case, Count, Q, Value, When

from foundation import khmer
from officers.models import DrugTest, Officer, Sheet, Unit
from officers.models.drug_tests import DrugTestQuerySet
from officers.models.officers import OfficerQuerySet
from officers.models.sheets import SheetQuerySet
from officers.queries.officers import find_officers
from officers.reckoning.lines import stable_id
from officers.reckoning.numbers import service_number


def look_up(user: Any, sheet: Sheet, text: str, *, limit: int = 8) -> list[Officer]:
    """The officers in service who may be meant by what was typed on a line, the likeliest first.

    By exact number wherever he serves, since a seconded officer is tested where he is; by part of a number
    or by name only among those the user may see, those of the sheet's unit before others.
    """
    if not text.strip():
        return []
    found = list(by_number(text))
    others = (
        find_officers(user, text)  # type: ignore[misc]
        .serving()
        .exclude(pk__in=[officer.pk for officer in found])
        .annotate(
            elsewhere=Case(When(unit__path__startswith=sheet.unit.path, then=Value(0)), default=Value(1))
        )
        .select_related("unit")
        .order_by("elsewhere", "match", "sort_key", "id")
    )
    return [*found, *others[: limit - len(found)]]


def named_by(text: str) -> OfficerQuerySet:
    """Whoever has exactly this service number or stable number, in any unit, whoever asks."""
    pk = stable_id(khmer.digits(text))
    known = Officer.objects.exclude(status=Officer.Status.ENTERED_IN_ERROR)
    return known.filter(Q(service_number=service_number(text)) if pk is None else Q(pk=pk))


def by_number(text: str) -> OfficerQuerySet:
    """The same, if in service, so that he may be tested."""
    return named_by(text).serving().select_related("unit")


def roster(user: Any, unit: Unit) -> OfficerQuerySet:
    """Who is in service in a unit and below, as far as the user may see them, in Khmer order."""
    return (
        Officer.objects.visible_to(user)
        .serving()
        .filter(unit__path__startswith=unit.path)
        .select_related("unit")
        .in_order()
    )


def lines_of(user: Any, sheet: Sheet) -> DrugTestQuerySet:
    """The lines of a sheet that a user may see, in the order of the paper."""
    return (
        DrugTest.objects.visible_to(user)
        .filter(sheet=sheet)
        .select_related("officer__unit", "unit", "sheet__unit")
        .order_by("line")
    )


def with_counts(user: Any, sheets: SheetQuerySet) -> SheetQuerySet:
    """Sheets with the number of their standing lines, and of those that need confirmation.

    One's own line is not counted, as it is not shown: a count that differs from the lines would tell of it.
    """
    others = ~Q(tests__officer=user.officer_id) if user.officer_id else Q()
    return sheets.annotate(
        lines=Count("tests", filter=others & ~Q(tests__status=DrugTest.Status.VOID)),
        to_confirm=Count("tests", filter=others & Q(tests__status=DrugTest.Status.CONFIRMATION_NEEDED)),
    )
