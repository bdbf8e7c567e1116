"""Personal codes: 16 digits, kept as a keyed hash only."""

import hmac
from hashlib import sha256

LENGTH = 16


def kept(code: str, pepper: bytes) -> str:
    """What is stored in place of a code."""
    return hmac.digest(pepper, f"door {code}".encode(), sha256).hex()


def plain(typed: str) -> str:
    """A code as somebody typed it, without spaces and dashes; empty if it is none."""
    digits = "".join(typed.replace("-", "").split())
    return digits if len(digits) == LENGTH and digits.isascii() and digits.isdecimal() else ""


def shown(code: str) -> str:
    """In groups of four, as it is printed."""
    return " ".join(code[n : n + 4] for n in range(0, LENGTH, 4))
