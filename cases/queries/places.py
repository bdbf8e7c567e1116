"""Places in words: what a code of the list of places names, and which places fit what somebody types."""

from functools import cache

from django.utils.translation import get_language

from foundation import khmer
from officers.reckoning import gazetteer
from officers.reckoning.gazetteer import Place

#: Fewer letters would find half the country.
_SHORTEST = 2


@cache
def _places() -> dict[str, Place]:
    """All places down to the communes; they never change while we run."""
    found = gazetteer.read()
    return {place.code: place for place in (*found.provinces, *found.districts, *found.communes)}


@cache
def _keys() -> list[tuple[str, str, str]]:
    """Code, search key of the Khmer name, Latin name in small letters."""
    return [
        (place.code, khmer.search_key(place.name_km), place.name_en.lower()) for place in _places().values()
    ]


def place_name(code: str) -> str:
    """A place from the commune to the province in the reader's language; empty for no code.

    Of a village the commune is named, with the village's code.
    """
    if not code:
        return ""
    steps = [_places().get(code[:length]) for length in (6, 4, 2) if length <= len(code)]
    is_khmer = get_language() == "km"
    names = [place.titled_km if is_khmer else place.titled_en for place in steps if place is not None]
    words = (" " if is_khmer else ", ").join(names) or code
    return f"{words} ({code})" if len(code) > len("070101") else words


def find_places(text: str, limit: int) -> list[str]:
    """Codes of places whose code begins with what was typed, or whose name does; then those that contain it."""
    typed = khmer.digits(text).strip()
    if len(typed) < _SHORTEST:
        return []
    if typed.isascii() and typed.isdecimal():
        return [code for code in sorted(_places()) if code.startswith(typed)][:limit]
    key, latin = khmer.search_key(typed), typed.lower()
    first, then = [], []
    for code, name_km, name_en in _keys():
        if (key and name_km.startswith(key)) or name_en.startswith(latin):
            first.append(code)
        elif (key and key in name_km) or latin in name_en:
            then.append(code)
    return [*first, *then][:limit]


def is_place(code: str) -> bool:
    """Whether there is such a place, down to the commune."""
    return code in _places()
