"""What is kept encrypted, with keys that lie apart from the data: reports, reporters, who asked for treatment."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.SEALING_KEYS])


def seal(content: Any) -> bytes:
    """Encrypted, and silent about when: a Fernet token says its second in clear, and the box keeps the day alone."""
    return seal_bytes(json.dumps(content, ensure_ascii=False).encode())


def seal_bytes(content: bytes) -> bytes:
    """The same of a file's bytes."""
    return _keys().encrypt_at_time(content, 0)


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    """:raises cryptography.fernet.InvalidToken: if none of our keys sealed it"""
    return _keys().decrypt(bytes(sealed))


def unseal(sealed: bytes | memoryview) -> Any:
    """:raises cryptography.fernet.InvalidToken: if none of our keys sealed it"""
    return json.loads(unseal_bytes(sealed))


def is_current(sealed: bytes | memoryview) -> bool:
    """Whether it was sealed under the first of our keys."""
    try:
        Fernet(settings.SEALING_KEYS[0]).decrypt(bytes(sealed))
    except InvalidToken:
        return False
    return True


def sealed_anew(sealed: bytes | memoryview) -> bytes:
    """Under the first of our keys, and as silent about when.

    :raises cryptography.fernet.InvalidToken: if none of our keys sealed it
    """
    return _keys().rotate(bytes(sealed))
