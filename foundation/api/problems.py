"""Every refusal and failure as `application/problem+json` (RFC 9457), never with a stack trace.

An exception of ours says what it becomes by two attributes, `problem_status` (an HTTP status) and
`problem_type` (a slug); its first argument is the message, and `retry_after` is in seconds.
"""

import logging
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from foundation.api.errors import from_django, from_rest_framework

MEDIA_TYPE = "application/problem+json"
#: Lost against another transaction: serialization_failure, deadlock_detected, lock_not_available.
_LOST = {"40001", "40P01", "55P03"}
#: The server ends, or begins: admin_shutdown, crash_shutdown, cannot_connect_now.
_ABSENT = {"57P01", "57P02", "57P03"}

logger = logging.getLogger(__name__)


def problem(status: int, slug: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body of a problem: programs go by `type`, people read `detail`."""
    return {
        "type": f"urn:probity:problem:{slug}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }


@csrf_exempt
def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    """For addresses under `/api/` that lead nowhere; nothing is written there that a token would protect.

    One that only lacks its last slash is named: a redirection would lose the body of a POST.
    """
    detail = _("There is nothing here.")
    if _leads_somewhere(f"{request.path_info}/"):
        detail = _("Addresses end with a slash: %(address)s") % {"address": f"{request.path}/"}
    return JsonResponse(problem(404, "not-found", detail), status=404, content_type=MEDIA_TYPE)


def _leads_somewhere(path: str) -> bool:
    try:
        return resolve(path).func is not not_found
    except Resolver404:
        return False


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """rest_framework's exception handler."""
    body, headers = _translate(error, context)
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def _translate(error: Exception, context: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    if hasattr(error, "problem_status"):
        return _ours(error)
    if isinstance(error, exceptions.APIException):
        return _rest_frameworks(error)
    match error:
        case ValidationError():
            return _invalid(from_django(error)), {}
        case Http404():
            # Never the argument: it may tell what was looked for, and so what is hidden.
            return problem(404, "not-found", _("There is nothing here.")), {}
        case PermissionDenied():
            return problem(403, "forbidden", _first(error) or _("You may not do this.")), {}
        case RequestDataTooBig():
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
            detail = _("The request is too large: send at most %(most)d MB.") % {"most": most}
            return problem(413, "too-large", detail), {}
        case SuspiciousOperation() | BadRequest() | UnreadablePostError():
            return problem(400, "bad-request", _("The request cannot be understood.")), {}
        case IntegrityError():
            named = _diagnostic(error, "constraint_name")
            logger.warning("refused by a constraint", extra={"constraint": named})
            return _raced(), {}
        case OperationalError() if _diagnostic(error, "sqlstate") in _LOST:
            return _raced(), {}
        case OperationalError() | InterfaceError() if (_diagnostic(error, "sqlstate") or "57P01") in _ABSENT:
            logger.error("the database does not answer", extra={"error": type(error).__name__})
            # It may have been lost in the middle of a commit: then nobody here knows how that ended.
            detail = _(
                "The database does not answer, and it is not certain whether this was saved. Send it again "
                "under the same Idempotency-Key, or look before you enter it again."
            )
            return problem(503, "unavailable", detail), {"Retry-After": "5"}
    return _unknown(error, context), {}


def _ours(error: Any) -> tuple[dict[str, Any], dict[str, str]]:
    headers = {}
    if getattr(error, "retry_after", None) is not None:
        headers["Retry-After"] = str(error.retry_after)
    return problem(error.problem_status, error.problem_type, _first(error)), headers


def _rest_frameworks(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(error, exceptions.ValidationError):
        return _invalid(from_rest_framework(error.detail)), headers
    status = error.status_code
    detail = str(error.detail) if isinstance(error.detail, str) else _("The request was refused.")
    if status == 404:
        detail = _("There is nothing here.")
    return problem(status, slugify(HTTPStatus(status).phrase), detail), headers


def _invalid(errors: list[dict[str, Any]]) -> dict[str, Any]:
    if len(errors) == 1:
        detail = errors[0]["message"]
    else:
        detail = _("%(count)d things are not right; errors lists them.") % {"count": len(errors)}
    return problem(400, "invalid", detail, errors=errors)


def _raced() -> dict[str, Any]:
    detail = _(
        "Somebody else changed something this rests on at the same moment. Look again, then try again."
    )
    return problem(409, "conflict", detail)


def _unknown(error: Exception, context: dict[str, Any]) -> dict[str, Any]:
    """A fault of ours. The log has where it happened, never the message (config.logs): that may quote a name."""
    number = token_hex(8)
    logger.error("a fault of ours", extra={"number": number}, exc_info=error)
    # As Django does for its own 500s: the test client raises the error again, a monitor hears of it.
    signals.got_request_exception.send(sender=None, request=getattr(context.get("request"), "_request", None))
    detail = _("Something went wrong here, and it was written down under this number.")
    return problem(500, "internal-error", detail, number=number)


def _diagnostic(error: DatabaseError | InterfaceError, name: str) -> str | None:
    cause = error.__cause__
    if name == "sqlstate":
        return getattr(cause, "sqlstate", None)
    return getattr(getattr(cause, "diag", None), name, None)


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error.args[0]) if error.args else ""
