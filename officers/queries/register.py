from django.db.models import Q

from officers.models import Officer, ServiceNumber
from officers.models.register import RegisterEntryQuerySet
from officers.queries.officers import named, numbered
from officers.reckoning.numbers import service_number


def entries_of(rows: RegisterEntryQuerySet, text: str) -> RegisterEntryQuerySet:
    """Entries on whoever has or had this service number, or has this stable number, wherever he serves.

    A dismissed officer who comes back under another number is found by the one he had.
    """
    formerly = ServiceNumber.objects.filter(number=service_number(text)).values("officer_id")
    found = Officer.objects.filter(numbered(text) | Q(pk__in=formerly))
    return rows.filter(officer_id__in=found.values("pk"))


def entries_fitting(rows: RegisterEntryQuerySet, text: str) -> RegisterEntryQuerySet:
    """The same, and those on whoever's name fits, in either script: for who can tell people apart."""
    numbers = entries_of(rows, text).values("pk")
    return rows.filter(Q(pk__in=numbers) | Q(officer_id__in=Officer.objects.filter(named(text)).values("pk")))
