"""Khmer alphabetical order. The database has no ICU, so the key is stored beside the name."""

import threading

import icu

from foundation.khmer.spelling import canonical

# An ICU collator may be changed while it is read, so no two threads share one.
_local = threading.local()


def _collator() -> icu.Collator:
    if not hasattr(_local, "collator"):
        _local.collator = icu.Collator.createInstance(icu.Locale("km"))
    return _local.collator


def sort_key(text: str) -> bytes:
    """A key whose bytewise order is the order of a Khmer dictionary, Latin names after Khmer ones.

    Equal only for texts that differ in nothing a reader sees. Keys made by different versions of ICU do not
    compare: see :func:`collation_version`.
    """
    return bytes(_collator().getSortKey(canonical(text).strip()))


def collation_version() -> str:
    """Of the rules behind :func:`sort_key`. When it changes, stored keys must be made anew."""
    return f"{icu.ICU_VERSION}/{icu.UNICODE_VERSION}"
