"""Personal codes: 16 digits, kept as a keyed hash only."""

import hmac
from hashlib import sha256

LENGTH = 16
#: What people put between the groups of a number, beside spaces.
_BETWEEN = dict.fromkeys(map(ord, "-\u200b\u200c\u200d\u2010\u2011\u2012\u2013\u2014\u2212.,/"))


def kept(code: str, pepper: bytes) -> str:
    """What is stored in place of a code."""
    return hmac.digest(pepper, f"door {code}".encode(), sha256).hex()


def plain(typed: str) -> str:
    """A code as somebody typed it, without what he put between its groups; empty if it is none."""
    digits = "".join(typed.translate(_BETWEEN).split())
    return digits if len(digits) == LENGTH and digits.isascii() and digits.isdecimal() else ""


def shown(code: str) -> str:
    """In groups of four, as it is printed."""
    return " ".join(code[n : n + 4] for n in range(0, LENGTH, 4))
