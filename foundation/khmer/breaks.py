"""Where a Khmer text may be divided: into words for search, into lines for print, and cut short."""

import threading
from collections.abc import Iterator
from itertools import pairwise

import icu

from foundation.khmer.spelling import canonical, search_key

ZERO_WIDTH_SPACE = "\u200b"
_COENG = "\u17d2"
_BEYOND_LATIN_AND_KHMER = 0xFFFF

# An ICU break iterator holds the text it walks through, so no two threads share one.
_local = threading.local()


def _iterator(kind: str) -> icu.BreakIterator:
    if not hasattr(_local, kind):
        setattr(_local, kind, getattr(icu.BreakIterator, f"create{kind}Instance")(icu.Locale("km")))
    return getattr(_local, kind)


def _breaks(kind: str, text: str) -> Iterator[tuple[int, int]]:
    """Each place where the text may be divided, as (index, status of the piece before it).

    ICU counts UTF-16 units, Python characters; they differ after an emoji.
    """
    iterator = _iterator(kind)
    iterator.setText(text)
    index = units = 0
    for position in iterator:
        while units < position:
            units += 2 if ord(text[index]) > _BEYOND_LATIN_AND_KHMER else 1
            index += 1
        yield index, iterator.getRuleStatus()


def _is_khmer(character: str) -> bool:
    return "\u1780" <= character <= "\u17ff"


def words(text: str) -> list[str]:
    """The words of a text as search keys, in their order, for a full-text index and for its queries.

    A name that is in no dictionary may fall into pieces, in the text and in the query alike.
    """
    ordered = canonical(text.replace(ZERO_WIDTH_SPACE, " "))
    found = []
    start = 0
    for end, status in _breaks("Word", ordered):
        # Below 100 stand spaces and punctuation (UBRK_WORD_NONE_LIMIT).
        if status >= 100 and (key := search_key(ordered[start:end])):
            found.append(key)
        start = end
    return found


def breakable(text: str) -> str:
    """The text with U+200B wherever a line may end between two Khmer letters, for print and PDF.

    Not for storing or searching: :func:`unbreakable` takes the breaks out again.
    """
    ends = [0, *(end for end, _ in _breaks("Line", text))]
    pieces = []
    for start, end in pairwise(ends):
        pieces.append(text[start:end])
        if end < len(text) and _is_khmer(text[end - 1]) and _is_khmer(text[end]):
            pieces.append(ZERO_WIDTH_SPACE)
    return "".join(pieces)


def unbreakable(text: str) -> str:
    return text.replace(ZERO_WIDTH_SPACE, "")


def shorten(text: str, length: int, *, mark: str = "…") -> str:
    """At most `length` characters, the mark included, cut where a line may end.

    A first word that is longer than that is cut between two clusters: never between a letter and its signs,
    nor inside a stack of subscripts, which ICU's own grapheme clusters divide.
    """
    if len(text) <= length:
        return text
    room = max(length - len(mark), 0)
    cut = max((end for end, _ in _breaks("Line", text) if end <= room), default=0)
    if not cut:
        cut = max(
            (end for end, _ in _breaks("Character", text) if end <= room and text[end - 1] != _COENG),
            default=0,
        )
    return text[:cut].rstrip(f" {ZERO_WIDTH_SPACE}") + mark
