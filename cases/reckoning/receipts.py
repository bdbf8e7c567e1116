"""The receipt of a report: 16 digits, made so that nobody can guess one, and kept as a keyed hash only."""

import hmac
from hashlib import sha256

from officers.reckoning.codes import LENGTH


def receipt_of(token: str, pepper: bytes) -> str:
    """The receipt for a form's own random token: the form sent twice has the same one."""
    digest = hmac.digest(pepper, f"receipt of {token}".encode(), sha256)
    return f"{int.from_bytes(digest) % 10**LENGTH:0{LENGTH}d}"


def kept(receipt: str, pepper: bytes) -> str:
    """What is stored in place of a receipt."""
    return hmac.digest(pepper, f"kept {receipt}".encode(), sha256).hex()
