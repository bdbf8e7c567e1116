"""One form for the many ways of typing the same Khmer word.

Unicode normalisation leaves the order of vowel signs and of subscripts alone (all their combining classes
are 0), so the order is set here, after the syllable structure of the Unicode Standard, chapter 16.4.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

_TO_ASCII = {0x17E0 + n: str(n) for n in range(10)}
_TO_KHMER = {ord(str(n)): chr(0x17E0 + n) for n in range(10)}

# Zero-width characters and the two inherent vowels that were never meant to be typed.
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u17b4\u17b5]")

_COENG = "\u17d2"
_COENG_RO = "\u17d2\u179a"
_SHIFTERS = "\u17c9\u17ca"
_VOWELS_ABOVE = "\u17b7\u17b8\u17b9\u17ba\u17be"
# A syllable with one sign has no order to be set.
_SYLLABLE = re.compile(r"[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd]){2,}")
_MARK = re.compile(r"\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd]")

# Two signs typed for one that looks the same, once the signs stand in order.
_COMPOSED = {
    "\u17b6\u17c1": "\u17c4",  # ា + េ
    "\u17b8\u17c1": "\u17be",  # ី + េ
    "\u17be\u17c1": "\u17be",  # ើ + េ
}

# Letters for which two spellings are in daily use, each to the longer one.
_VARIANTS = str.maketrans(
    {
        "\u17a3": "អ",
        "\u17a4": "អា",
        "\u17a5": "អិ",
        "\u17a6": "អី",
        "\u17a7": "អុ",
        "\u17a8": "អុក",
        "\u17a9": "អូ",
        "\u17aa": "អូវ",
        "\u17ab": "រឹ",
        "\u17ac": "រឺ",
        "\u17ad": "លឹ",
        "\u17ae": "លឺ",
        "\u17af": "អែ",
        "\u17b0": "អៃ",
        "\u17b1": "អោ",
        "\u17b2": "អោ",
        "\u17b3": "អៅ",
        "\u17cd": None,  # silences a letter that is written all the same, and is often left out
        "\u17d1": None,
        "\u17d3": "\u17c6",
    }
)


def digits(text: str) -> str:
    """The text with Khmer digits as ASCII digits; nothing else changes."""
    return text.translate(_TO_ASCII)


def to_khmer_digits(text: str | int) -> str:
    return str(text).translate(_TO_KHMER)


def _weight(mark: str) -> tuple[int, str]:
    """Where a sign stands in its syllable: shifter, subscripts (RO last), vowels, other signs."""
    if mark in _SHIFTERS or mark == "\u17cc":
        return 0, mark
    if mark[0] == _COENG:
        # Subscripts other than RO keep the order they were typed in: it can carry meaning.
        return (2, "") if mark == _COENG_RO else (1, "")
    if mark <= "\u17c5":
        return 3, mark
    if mark in "\u17c6\u17c7\u17c8":
        return 4, mark
    return 5, mark


@lru_cache(8192)
def _reordered(syllable: str) -> str:
    """There are a few thousand syllables in all names, and a roster has them a million times."""
    base, tail = syllable[0], syllable[1:]
    marks = sorted(_MARK.findall(tail), key=_weight)
    kept = [m for i, m in enumerate(marks) if i == 0 or m != marks[i - 1] or m[0] == _COENG]
    text = "".join(kept)
    for typed, meant in _COMPOSED.items():
        text = text.replace(typed, meant)
    if "\u17bb" in text and any(v in text for v in _VOWELS_ABOVE) and not any(s in text for s in _SHIFTERS):
        # Under a vowel above, the register shifter takes the shape of ុ and is often typed as it.
        text = "\u17ca" + text.replace("\u17bb", "")
        text = "".join(sorted(_MARK.findall(text), key=_weight))
    return base + text


def _settled(step: Callable[[str], str], text: str) -> str:
    """What the step gives when it changes nothing any more: one sign moved may let another move."""
    while (after := step(text)) != text:
        text = after
    return text


def _ordered(text: str) -> str:
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _SYLLABLE.sub(lambda match: _reordered(match[0]), visible)


class _Kept(dict[int, str | None]):
    """What becomes of a sign in a key: its other spelling, itself if letter, mark or number, or nothing."""

    def __missing__(self, sign: int) -> str | None:
        kept = chr(sign) if unicodedata.category(chr(sign))[0] in "LMN" else None
        self[sign] = kept
        return kept


_FOLDING = _Kept({**_VARIANTS, **_TO_ASCII})


def _folded(text: str) -> str:
    ordered = _ordered(unicodedata.normalize("NFKC", text).casefold())
    return ordered.replace("\u17d2\u178a", "\u17d2\u178f").replace("\u17c9", "\u17ca").translate(_FOLDING)


def canonical(text: str) -> str:
    """The text in NFC, without invisible characters, with the signs of each syllable in their standard
    order. It looks the same as before; letters, spaces and digits stay."""
    return _settled(_ordered, text)


def search_key(text: str) -> str:
    """A key under which a name or number is found however it was typed.

    Spaces, punctuation and invisible characters go, signs are put in order, subscript ដ counts as ត,
    independent vowels as their longer spelling, both register shifters as one, Khmer digits as ASCII, and
    case is folded. An empty key (a query of punctuation alone) finds nothing and must not be searched for.
    """
    return _settled(_folded, canonical(text))
