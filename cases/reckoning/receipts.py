"""The receipt of a report: 16 digits, made so that nobody can guess one, and kept as a keyed hash only."""

import hmac
from hashlib import sha256

LENGTH = 16


def receipt_of(token: str, pepper: bytes) -> str:
    """The receipt for a form's own random token: the form sent twice has the same one."""
    digest = hmac.digest(pepper, f"receipt of {token}".encode(), sha256)
    return f"{int.from_bytes(digest) % 10**LENGTH:0{LENGTH}d}"


def kept(receipt: str, pepper: bytes) -> str:
    """What is stored in place of a receipt."""
    return hmac.digest(pepper, f"kept {receipt}".encode(), sha256).hex()


def plain(typed: str) -> str:
    """A receipt as somebody typed it, without spaces and dashes; empty if it is none. ASCII digits only."""
    digits = "".join(typed.replace("-", "").split())
    return digits if len(digits) == LENGTH and digits.isascii() and digits.isdecimal() else ""


def shown(receipt: str) -> str:
    """In groups of four, as it is read aloud."""
    return " ".join(receipt[n : n + 4] for n in range(0, LENGTH, 4))
