"""What in an extract leads to the reporter: numbers, addresses, and his own words over a long stretch."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

#: So many characters in a row as in the report are the reporter's own words.
LONGEST_STRETCH = 80
_TELEPHONE = re.compile(r"(?:\+?855|0)[\s\-.]?[1-9](?:[\s\-.]?[0-9]){6,8}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_RECEIPT = re.compile(r"(?:[0-9]{4}[\s-]?){3}[0-9]{4}")
_REFERENCE = re.compile(r"C-[0-9]{6,13}-[0-9]{2}", re.I)
_DIGITS = {ord("០") + n: str(n) for n in range(10)}


@dataclass(frozen=True)
class Pointer:
    """What was found: a code, and the piece of the extract."""

    code: str
    piece: str


def pointers(extract: str, narrative: str) -> list[Pointer]:
    """What must not stand in an extract of a report, each once; nothing if it may go to a second person."""
    latin = extract.translate(_DIGITS)
    found: list[Pointer] = []
    for code, pattern in (
        ("reference", _REFERENCE),
        ("receipt", _RECEIPT),
        ("mail", _MAIL),
        ("telephone", _TELEPHONE),
    ):
        for match in pattern.finditer(latin):
            if not any(match[0] in one.piece for one in found):
                found.append(Pointer(code, match[0]))
    if stretch := _longest_stretch(extract, narrative):
        found.append(Pointer("own_words", stretch))
    return found


def _longest_stretch(extract: str, narrative: str) -> str:
    one, other = " ".join(extract.split()), " ".join(narrative.split())
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[match.a : match.a + match.size] if match.size >= LONGEST_STRETCH else ""
