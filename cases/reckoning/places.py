"""The places a report can be about, as a reporter finds them: level by level, or by name in either script."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from foundation.khmer import digits, latin_matches, latin_terms, search_key, sort_key
from officers.reckoning import gazetteer

#: How many digits the code of a place of each level has, from the province to the village.
PROVINCE, DISTRICT, COMMUNE, VILLAGE = 2, 4, 6, 8
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its name in both languages, its type before it."""

    code: str
    km: str
    en: str

    def name(self, language: str) -> str:
        return self.km if language == "km" else self.en


@cache
def _all() -> dict[str, Place]:
    known = gazetteer.read()
    of_lists = [*known.provinces, *known.districts, *known.communes]
    places = [Place(one.code, one.titled_km, one.titled_en) for one in of_lists]
    for one in gazetteer.villages():
        km = one.name_km if one.name_km.startswith("ភូមិ") else f"ភូមិ{one.name_km}"
        places.append(Place(one.code, km, f"{one.name_en} Village"))
    return {place.code: place for place in places}


@cache
def _below() -> dict[str, list[Place]]:
    below: defaultdict[str, list[Place]] = defaultdict(list)
    for place in _all().values():
        below[place.code[:-2]].append(place)
    return dict(below)


@cache
def _keys() -> list[tuple[str, str, Place]]:
    """Key in Khmer and keys in Latin letters of each place."""
    return [(search_key(place.km), latin_terms(place.en), place) for place in _all().values()]


def place(code: str) -> Place | None:
    return _all().get(code)


def below(code: str, language: str) -> list[Place]:
    """The places right below one, in the order of the language; the provinces below no place."""
    found = _below().get(code, [])
    return sorted(found, key=lambda one: sort_key(one.km) if language == "km" else one.en.encode())


def way(code: str) -> list[Place]:
    """The places from the province down to this one."""
    steps = (code[:length] for length in range(PROVINCE, len(code) + 1, 2))
    return [found for step in steps if (found := place(step))]


def described(code: str, language: str) -> str:
    """A place with those around it, the nearest first."""
    return ", ".join(one.name(language) for one in reversed(way(code)))


def find(text: str) -> list[Place]:
    """Places whose name contains what was typed, in either script: the larger first, among those the closest. A code
    finds its place.
    """
    if exact := place(digits(text).strip()):
        return [exact]
    key, latin = search_key(text), text.isascii()
    if not key:
        return []
    found = [one for km, en, one in _keys() if (latin_matches(text, en) if latin else key in km)]
    return sorted(found, key=lambda one: (len(one.code), len(one.km)))[:MOST_FOUND]
