"""What in an extract leads to the reporter: numbers, addresses, and his own words over a long stretch."""

import re
from dataclasses import dataclass
from unicodedata import decimal

#: So many characters in a row as in the report are the reporter's own words.
LONGEST_STRETCH = 80
# Nine or ten digits with the leading zero, so that a day written 05.03.2024 is none; as people group them.
_TELEPHONE = re.compile(
    r"(?<![0-9])(?:\(?\+?855\)?|\(?0)[\s\-./()]{0,2}[1-9](?:[\s\-./()]{0,2}[0-9]){7,8}(?![0-9])"
)
_MAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+\.[\w.]+")
_RECEIPT = re.compile(r"(?:[0-9]{4}[\s\-./]{0,2}){3}[0-9]{4}")
_REFERENCE = re.compile(r"(?<![A-Z])C-[0-9]{6,13}-[0-9]{2}", re.I)
# Signs without a width, which Khmer is written with or without, and which would hide a number from the patterns.
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


@dataclass(frozen=True)
class Pointer:
    """What was found: a code, and the piece of the extract."""

    code: str
    piece: str


def pointers(extract: str, narrative: str) -> list[Pointer]:
    """What must not stand in an extract of a report, each once; nothing if it may go to a second person."""
    latin = "".join(
        str(decimal(sign)) if sign.isdecimal() else sign for sign in extract.translate(_INVISIBLE)
    )
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
    """The first stretch that both have, whatever their spaces, capitals and invisible signs; nothing if it is short."""
    one, other = _plain(extract), _plain(narrative)
    pieces = {other[i : i + LONGEST_STRETCH] for i in range(len(other) - LONGEST_STRETCH + 1)}
    for start in range(len(one) - LONGEST_STRETCH + 1):
        end = start + LONGEST_STRETCH
        if one[start:end] in pieces:
            while end < len(one) and one[start : end + 1] in other:
                end += 1
            return one[start:end].strip()
    return ""


def _plain(text: str) -> str:
    return " ".join(text.translate(_INVISIBLE).casefold().split())
