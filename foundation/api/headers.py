"""What requests and answers say beside their bodies: versions, the key to be repeated with, what is left."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from foundation.limits.counting import Allowance

_VERSION = re.compile(r'"?([1-9][0-9]{0,9})"?')
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class LengthRequired(APIException):
    status_code = 411


def refuse_unmeasured_body(request: Request) -> None:
    """Django takes a body that comes in chunks, without its length, for an empty one.

    :raises LengthRequired: if there is such a body
    """
    if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
        raise LengthRequired(_("Say the length of the body: Content-Length, and no chunks."))


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
    text = request.headers.get("If-Match", "*").strip()
    if text == "*":
        return None
    found = _VERSION.fullmatch(text)
    if found is None:
        raise ValidationError({"If-Match": [_('If-Match names one version, such as "7".')]}, code="version")
    return int(found[1])


def limits_told(allowances: Sequence[Allowance]) -> dict[str, str]:
    """Every limit a request was counted under, as draft-ietf-httpapi-ratelimit-headers-11 has it.

    And, of the one nearest its end, the three fields of the older drafts, which most clients read.
    """
    if not allowances:
        return {}
    nearest = min(allowances, key=lambda one: (one.remaining, -one.reset))
    return {
        "RateLimit": ", ".join(f'"{one.limit.name}";r={one.remaining};t={one.reset}' for one in allowances),
        "RateLimit-Policy": ", ".join(
            f'"{one.limit.name}";q={one.limit.count};w={int(one.limit.window.total_seconds())}'
            for one in allowances
        ),
        "RateLimit-Limit": str(nearest.limit.count),
        "RateLimit-Remaining": str(nearest.remaining),
        "RateLimit-Reset": str(nearest.reset),
    }
