from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from foundation import khmer
from officers.models import Officer, ServiceNumber
from officers.models.officers import OfficerQuerySet
from officers.reckoning.lines import stable_id
from officers.reckoning.numbers import service_number

# How an officer was found, best first: by the number he has, by one he had, by his whole name, by a part.
BY_NUMBER, BY_OLD_NUMBER, BY_NAME, BY_PART = range(4)
#: So many characters find numbers that begin so and names that hold them; fewer would find half the force.
_SHORTEST = 3


def find_officers(user: Any, text: str) -> OfficerQuerySet:
    """The officers a user may see whose name or number fits what was typed, `match` telling how (`BY_…`).

    A Khmer name fits without its spaces, a Latin one however it is spelt, a number in either digits: the
    service number, one held before, or the stable number. A text that could name nobody finds nobody; no
    text at all finds everybody. In order: `ORDER`.
    """
    officers = Officer.objects.visible_to(user)
    if not text.strip():
        return officers.annotate(match=Value(BY_PART, output_field=IntegerField()))
    number = service_number(text)
    exact = numbered(text)
    formerly = Q(pk__in=ServiceNumber.objects.filter(number=number).values("officer_id"))
    fits = exact | formerly | named(text)
    if len(number) >= _SHORTEST:
        fits |= Q(service_number__startswith=number)
    return officers.filter(fits).annotate(
        match=Case(
            When(exact, then=Value(BY_NUMBER)),
            When(formerly, then=Value(BY_OLD_NUMBER)),
            When(search_key=khmer.search_key(text), then=Value(BY_NAME)),
            default=Value(BY_PART),
            output_field=IntegerField(),
        )
    )


#: Keyset order of what `find_officers` finds: the best match first, then as a Khmer dictionary has it.
ORDER = ("match", "sort_key", "id")


def officer_numbered(user: Any, text: str) -> Officer | None:
    """The officer a user may see who has exactly this service number or stable number now."""
    return Officer.objects.visible_to(user).filter(numbered(text)).first()


def numbered(text: str) -> Q:
    pk = stable_id(khmer.digits(text))
    by_service_number = Q(service_number=service_number(text))
    return by_service_number if pk is None else by_service_number | Q(pk=pk)


def named(text: str) -> Q:
    """Whose name fits what was typed, in either script."""
    found = Q(pk__in=[])
    if key := khmer.search_key(text):
        found |= Q(search_key__contains=key)
    for parts in khmer.latin_query(text):
        all_of = Q()
        for part in parts:
            all_of &= Q(latin_terms__contains=part)
        found |= all_of
    if len(text.strip()) >= _SHORTEST:
        found |= Q(name_latin__icontains=text.strip())  # a name half typed has not the key of the whole
    return found
