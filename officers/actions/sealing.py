"""What is kept encrypted, with keys that lie apart from the data: reports, reporters, who asked for treatment."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.SEALING_KEYS])


def seal(content: Any) -> bytes:
    """Encrypted, and silent about when: a Fernet token says its second in clear, and the box keeps the day alone."""
    return _keys().encrypt_at_time(json.dumps(content, ensure_ascii=False).encode(), 0)


def unseal(sealed: bytes | memoryview) -> Any:
    """:raises cryptography.fernet.InvalidToken: if none of our keys sealed it"""
    return json.loads(_keys().decrypt(bytes(sealed)))


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
