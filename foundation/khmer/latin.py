"""Khmer names in Latin letters, which everybody spells in a way of their own.

There is no binding romanisation in daily use: Sok is Sokh, Chea is Jea, Vuthy is Vuthi, and given names are
written in one word or in two. The key keeps what most spellings agree on. It is made for finding, with a
person looking at the result, and never for deciding that two people are one: D and T, B and P (except at the
end of a word), N and NG, A and O stay apart, as they part common names.
"""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+")

# In this order: a later rule sees what an earlier one made. The letters before each rule are those without any
# of which it finds nothing: a roster has a hundred thousand names, and most rules say nothing of most of them.
_RULES = [
    (letters, re.compile(pattern), replacement)
    for letters, pattern, replacement in [
        ("hj", r"tch|dj|ch+|j", "c"),
        ("kq", r"ck|q", "k"),
        ("zx", r"z|x", "s"),
        ("w", r"w", "v"),
        ("h", r"(?<=[bcdfgklmnprstv])h+", ""),  # aspiration: Sokh, Phalla, Rathanak, Nhem
        ("h", r"h+(?![aeiouy])", ""),  # a breath at the end: Sokhah
        ("r", r"(?<=[aeo])r(?=[bcdgkmnpst])", ""),  # lengthens the vowel before it: Sophorn
        ("y", r"[ie]y(?=[aeou])", "y"),  # Soriya, Sorya
        ("iy", r"aey|ay|ai|ae[iy]", "ai"),
        ("iy", r"o[ei]?y|oi", "oi"),
        ("ey", r"ey|ei|ee|y(?![aeou])", "i"),
        ("e", r"oeu|eou|eu|oe|ue", "eu"),
        ("ei", r"iea|ea|ia|ie(?=.)", "ia"),
        ("ou", r"ou|oo|uo|uu", "u"),
        ("e", r"ae", "e"),
        ("u", r"au", "ao"),
        ("", r"(.)\1+", r"\1"),
    ]
]
_SHORT = 3


def _fold(letters: str) -> str:
    for needed, pattern, replacement in _RULES:
        if not needed or needed[0] in letters or needed[-1] in letters:
            letters = pattern.sub(replacement, letters)
    return letters


_folded_word = lru_cache(16384)(_fold)


def _split(text: str) -> list[str]:
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    # Pheap and Pheab, at the end of a word, are one sound.
    return [re.sub(r"(?<=[aeiouy])b$", "p", word) for word in _WORD.findall(plain.replace("'", ""))]


def latin_key(text: str) -> str:
    """The whole name as one key, whichever spaces it has: Srey Mom and Sreymom are the same, Mom Srey is not.

    Empty for a text without Latin letters.
    """
    return _fold("".join(_split(text)))


def latin_words(text: str) -> list[str]:
    """The key of each word, in the order written."""
    return [_folded_word(word) for word in _split(text)]


def latin_terms(text: str) -> str:
    """What to store beside a name and to search in: the whole key, then each word's, each after a space."""
    if not (whole := latin_key(text)):
        return ""
    return "".join(f" {term}" for term in dict.fromkeys([whole, *latin_words(text)]))


def latin_query(text: str) -> list[list[str]]:
    """What to look for in :func:`latin_terms`: a name fits if, of any one list, it contains every string.

    So family and given name may stand in either order and the spaces anywhere. A key of one or two letters
    must begin a word, or it would fit half the force. Empty for a text without Latin letters: nothing fits.
    """

    def sought(key: str) -> str:
        return key if len(key) >= _SHORT else f" {key}"

    if not (whole := latin_key(text)):
        return []
    alternatives = [[sought(whole)], [sought(word) for word in latin_words(text)]]
    return alternatives if alternatives[0] != alternatives[1] else alternatives[:1]


def latin_matches(query: str, terms: str) -> bool:
    """Whether a name stored as :func:`latin_terms` fits the query; the same a database does with LIKE."""
    return any(all(part in terms for part in parts) for parts in latin_query(query))
