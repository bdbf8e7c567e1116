"""What is kept encrypted, with keys that lie apart from the data: reports, reporters, who asked for treatment."""

import json
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.SEALING_KEYS])


def seal(content: Any) -> bytes:
    """Encrypted, and silent about when: a Fernet token says its second in clear, and the box keeps the day alone."""
    return _keys().encrypt_at_time(json.dumps(content, ensure_ascii=False).encode(), 0)


def unseal(sealed: bytes | memoryview) -> Any:
    """:raises cryptography.fernet.InvalidToken: if none of our keys sealed it"""
    return json.loads(_keys().decrypt(bytes(sealed)))
