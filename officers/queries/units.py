from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from foundation import khmer
from officers.models import Unit
from officers.models.units import UnitQuerySet

#: Fewer letters would find half the tree.
_SHORTEST = 3


def find_units(user: Any, text: str) -> UnitQuerySet:
    """Units whose code begins with what was typed or whose name contains it, in either script, in Khmer order.

    A text of signs alone finds none.
    """
    found = Q(pk__in=[])
    if code := khmer.digits(text).strip():
        found |= Q(code__istartswith=code)
    if key := khmer.search_key(text):
        found |= Q(search_key__contains=key)
    for parts in khmer.latin_query(text):
        all_of = Q()
        for part in parts:
            all_of &= Q(search_key__contains=part)
        found |= all_of
    if len(text.strip()) >= _SHORTEST:
        found |= Q(name_latin__icontains=text.strip())  # a name half typed has not the key of the whole
    return Unit.objects.visible_to(user).filter(found).in_order()


def above(unit: Unit) -> list[Unit]:
    """The units above one, from the root down."""
    ids = [int(part) for part in unit.path.strip("/").split("/")[:-1]]
    units = Unit.objects.in_bulk(ids)
    return [units[pk] for pk in ids]


def children(user: Any, unit: Unit) -> UnitQuerySet:
    """The units right below one: by kind, from the General Commissariat down, then in Khmer order."""
    kinds = [When(kind=kind, then=Value(place)) for place, kind in enumerate(Unit.Kind.values)]
    rank = Case(*kinds, default=Value(len(kinds)), output_field=IntegerField())
    return Unit.objects.visible_to(user).filter(parent=unit).order_by(rank, "sort_key", "id")
