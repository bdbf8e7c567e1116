"""The year's plan."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audits.models import Audit
from audits.web.views.looking import looks


@looks
def audits(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    return render(
        request, "audits/plan.html", {"rows": Audit.objects.visible_to(user).order_by("-year", "id")}
    )
