"""Khmer text as people write it: order, search, numbers, dates and line breaks.

Code-point order is wrong for Khmer, words have no spaces between them, and the same word can be typed in
several orders of its signs. So a name is kept as it was written, and beside it stand keys made here.
"""

from foundation.khmer.breaks import breakable, shorten, unbreakable, words
from foundation.khmer.dates import format_date, parse_date
from foundation.khmer.latin import latin_key, latin_matches, latin_query, latin_terms, latin_words
from foundation.khmer.numbers import parse_decimal
from foundation.khmer.order import collation_version, sort_key
from foundation.khmer.spelling import canonical, digits, search_key, to_khmer_digits

__all__ = [
    "breakable",
    "canonical",
    "collation_version",
    "digits",
    "format_date",
    "latin_key",
    "latin_matches",
    "latin_query",
    "latin_terms",
    "latin_words",
    "parse_date",
    "parse_decimal",
    "search_key",
    "shorten",
    "sort_key",
    "to_khmer_digits",
    "unbreakable",
    "words",
]
