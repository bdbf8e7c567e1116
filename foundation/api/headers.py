"""What a request says beside its body: the version it saw, and the key under which it may be sent again."""

import re

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

_VERSION = re.compile(r'"?([1-9][0-9]{0,9})"?')
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def version_of(request: Request) -> int | None:
    """The version of the record the caller saw, from `If-Match: "7"` or from `version` in the body.

    None if it names none or `If-Match: *`. The action answers a stale one with `Conflict`, 409.

    :raises ValidationError: if one is no version, or the two differ
    """
    header = _from_header(request)
    data = request.data if isinstance(request.data, dict) else {}
    body = data.get("version")
    if body is None:
        return header
    if isinstance(body, bool) or not _VERSION.fullmatch(str(body)):
        raise ValidationError({"version": [_("A version is a whole number from 1.")]}, code="version")
    version = int(str(body).strip('"'))
    if header is not None and header != version:
        raise ValidationError({"version": [_("If-Match names another version.")]}, code="version")
    return version


def idempotency_key(request: Request) -> str | None:
    """The `Idempotency-Key`, or None without one.

    :raises ValidationError: unless it is 1 to 255 visible ASCII characters
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        message = _("An Idempotency-Key is 1 to 255 visible ASCII characters.")
        raise ValidationError({"Idempotency-Key": [message]}, code="idempotency_key")
    return key


def _from_header(request: Request) -> int | None:
    text = request.headers.get("If-Match", "").strip()
    if text in ("", "*"):
        return None
    found = _VERSION.fullmatch(text)
    if found is None:
        raise ValidationError({"If-Match": [_('If-Match names one version, such as "7".')]}, code="version")
    return int(found[1])
