"""Findings: the list of those somebody sees."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audits.models import Finding
from audits.models.findings import ANSWERS
from audits.web.views.looking import reads
from officers.models.users import Role


@reads(Role.AUDITOR, *ANSWERS)
def findings(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    return render(request, "audits/findings.html", {"rows": Finding.objects.visible_to(user).order_by("-id")})
