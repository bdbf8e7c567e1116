"""To which audit something new is to belong, and of which record it is."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audits.lifecycles import verbs
from audits.models import About, Audit
from officers.web.views.acting import SignedIn


def choose_audit(request: SignedIn, verb: str, name: str, title: str) -> HttpResponse:
    """The audits on which the user may take a step, each leading to its page; straight there where it is one only."""
    user = request.user
    rows = Audit.objects.visible_to(user).select_related("unit", "lead").order_by("-year", "-id")
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    found = [(row, reverse(name, args=[row.pk]) + query) for row in rows if verb in verbs(row, user)]
    if len(found) == 1:
        return redirect(found[0][1])
    return render(request, "audits/choose.html", {"rows": found, "title": title})


def record_in(request: SignedIn) -> tuple[str, int | None]:
    """The record that an address names, if one."""
    about, row_id = request.GET.get("about", ""), request.GET.get("row", "")
    if about not in About.values or not row_id.isdecimal() or len(row_id) > 18:
        return "", None
    return about, int(row_id)
