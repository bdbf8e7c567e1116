"""`/healthz` and `/readyz`, for whoever restarts processes and sends them requests. They tell no secret."""

import logging
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.jobs import health
from foundation.jobs.models import Alarm
from foundation.jobs.overview import overview

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. It asks nobody else: restarting it would not mend a database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if requests can be served, else 503.

    A queue that is gone, a late job or an alarm is told and does not count: requests go on without Redis, and sending
    them elsewhere would not make a job run.
    """
    checks: dict[str, str] = {}
    for name, check in health.CHECKS.items():
        try:
            check()
            checks[name] = "ok"
        except Exception as error:
            logger.warning("not ready", extra={"check": name, "error": type(error).__name__})
            checks[name] = "failed"
    body: dict[str, Any] = {"ready": checks["database"] == "ok", "checks": checks}
    if body["ready"]:
        try:
            body["late_jobs"] = [state.name for state in overview() if state.is_late]
            body["alarms"] = sorted(Alarm.objects.sounding().values_list("name", flat=True))
        except DatabaseError as error:
            logger.warning("not ready", extra={"check": "pool", "error": type(error).__name__})
            body["ready"], checks["pool"] = False, "failed"
    return JsonResponse(body, status=200 if body["ready"] else 503)
