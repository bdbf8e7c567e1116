"""Which unit handles a complaint: never one that is named, stands below it, or is to be kept from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cases.models import Accused, Bar
from cases.models.vocabulary import IGNORED, Hidden, Level
from cases.queries.rules import rank_orders, routes
from cases.reckoning.routing import level_for
from officers.models import Unit

K = Unit.Kind
LEVELS = {
    K.COMMUNE_POST: Level.COMMUNE,
    K.DISTRICT_INSPECTORATE: Level.DISTRICT,
    K.PROVINCIAL_COMMISSARIAT: Level.PROVINCE,
    K.INSPECTORATE_GENERAL: Level.INSPECTORATE,
    K.MINISTRY: Level.INSPECTORATE,
}
#: How many digits of a place's code name the place of a unit.
_DIGITS = {Level.COMMUNE: 6, Level.DISTRICT: 4, Level.PROVINCE: 2}
_KINDS = {
    Level.COMMUNE: K.COMMUNE_POST,
    Level.DISTRICT: K.DISTRICT_INSPECTORATE,
    Level.PROVINCE: K.PROVINCIAL_COMMISSARIAT,
}


@dataclass(frozen=True)
class Route:
    unit: Unit
    level: Level
    bars: list[Bar]


def level_of(unit: Unit) -> Level:
    return LEVELS.get(K(unit.kind), Level.GENERAL)


def route(
    *,
    category: str,
    place_code: str,
    hidden_from: str,
    accused: Sequence[Accused],
    on: date,
    bars: Iterable[Bar] = (),
    start: Unit | None = None,
) -> Route:
    """Where a complaint goes, and from whom it is hidden.

    :param bars: those that stand already
    :param start: begin to look at this unit, and not where the rules say
    """
    named = [unit for one in accused for unit in _units_of(one)]
    made = bars_for(accused, place_code, hidden_from)
    standing = [*bars, *made]
    unit = start or _begin(category, place_code, accused, named, on)
    while any(bars_unit(bar, unit) for bar in standing):
        higher = above(unit)
        if higher.pk == unit.pk:
            break  # somebody must have it
        unit = higher
    return Route(unit, level_of(unit), made)


def above(unit: Unit) -> Unit:
    """The unit to which a case goes from here: from the ministry's own departments the inspectorate, and above that
    the ministry itself.
    """
    if unit.kind == K.INSPECTORATE_GENERAL or unit.parent is None:
        return Unit.objects.get(parent=None)
    return inspectorate() if unit.parent.parent_id is None else unit.parent


def bars_unit(bar: Bar, unit: Unit) -> bool:
    if bar.lifted or bar.unit is None:
        return False
    return bar.unit.contains(unit) if bar.with_all_below else bar.unit.pk == unit.pk


def bars_for(accused: Iterable[Accused], place_code: str, hidden_from: str) -> list[Bar]:
    found = []
    for one in accused:
        if one.officer is not None:
            found.append(Bar(officer=one.officer, why=Bar.Why.ACCUSED))
        found += [
            Bar(unit=unit, with_all_below=unit.parent_id is not None, why=Bar.Why.ACCUSED)
            for unit in _units_of(one)
        ]
    levels = {Hidden.COMMUNE: (Level.COMMUNE,), Hidden.DISTRICT: (Level.DISTRICT, Level.COMMUNE)}
    places = [of_place(place_code, level) for level in levels.get(Hidden(hidden_from), ())]
    return found + [Bar(unit=unit, why=Bar.Why.ASKED) for unit in places if unit is not None]


def of_place(place_code: str, level: Level) -> Unit | None:
    """The police unit of a place at a level, if the place is known that closely and there is one."""
    code = place_code[: _DIGITS[level]]
    if len(code) < _DIGITS[level]:
        return None
    return Unit.objects.open().filter(kind=_KINDS[level], admin_code=code).order_by("pk").first()


def units_around(place_code: str) -> list[Unit]:
    """The police units of a place and those above them, the nearest first, for a reporter to name one: their names
    stand at their doors. Without a place, those of the country. The Ministry itself is none of them.
    """
    units = [of_place(place_code, level) for level in (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE)]
    nearest = [unit for unit in units if unit is not None]
    central = Unit.objects.open().filter(parent__parent=None, parent__isnull=False).in_order()
    return [*nearest, *central]


def kept_out(place_code: str) -> dict[str, list[Unit]]:
    """From whom a report about a place can be kept, and which units that means; only wishes that can be granted."""
    levels = {Hidden.COMMUNE: (Level.COMMUNE,), Hidden.DISTRICT: (Level.COMMUNE, Level.DISTRICT)}
    found: dict[str, list[Unit]] = {}
    for wish, of_wish in levels.items():
        units = [of_place(place_code, level) for level in of_wish]
        if units[-1] is not None:
            found[wish.value] = [unit for unit in units if unit is not None]
    return found


def _units_of(one: Accused) -> list[Unit]:
    return [unit for unit in (one.unit, one.officer.unit if one.officer else None) if unit is not None]


def _begin(
    category: str, place_code: str, accused: Sequence[Accused], named: Sequence[Unit], on: date
) -> Unit:
    orders = rank_orders(on)
    highest = max((orders.get(one.officer.rank, 0) for one in accused if one.officer), default=0)
    level = level_for(routes(), category, [one.kind for one in accused], highest, orders)
    by_rule = _at(place_code, Level(level))
    if named:
        highest_named = min(named, key=lambda unit: unit.path.count("/"))
        by_name = inspectorate() if highest_named.parent_id is None else above(highest_named)
        return by_name if level_of(by_name) >= level_of(by_rule) else by_rule
    if category in IGNORED and level_of(by_rule) == Level.COMMUNE:
        return above(by_rule)
    if category in IGNORED and (post := of_place(place_code, Level.COMMUNE)):
        return max(above(post), by_rule, key=level_of)
    return by_rule


def _at(place_code: str, level: Level) -> Unit:
    """The unit of a place at a level, or the next one above that there is."""
    for higher in (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE):
        if higher >= level and (unit := of_place(place_code, higher)):
            return unit
    if level < Level.INSPECTORATE:
        commissariat = Unit.objects.open().filter(kind=K.GENERAL_COMMISSARIAT).order_by("pk").first()
        if commissariat is not None:
            return commissariat
    return inspectorate()


def inspectorate() -> Unit:
    """The inspectorate of the Ministry; where there is none, the Ministry."""
    found = Unit.objects.open().filter(Q(kind=K.INSPECTORATE_GENERAL) | Q(parent=None))
    return sorted(found, key=lambda unit: unit.parent_id is None)[0]
