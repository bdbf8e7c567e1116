"""A fragment for the staff home: what of audits waits for somebody, who audits or who answers."""

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import Audit, Finding, Review
from audits.models.findings import ANSWERS
from audits.queries.lateness import owed_by
from audits.web.views.findings import ORDER, listed
from audits.web.views.looking import reads
from audits.web.views.reviews import listed as reviews_listed
from audits.web.views.reviews import there_for
from cases.web.views.queue import days_left
from ledger import clock
from ledger.reading import note_read
from officers.models import User
from officers.models.users import Role
from officers.web.views.acting import SignedIn

#: So many rows of each kind.
SHOWN = 8
#: An audit to be reported within so many days is told of.
DUE_WITHIN = timedelta(days=14)


@reads(Role.AUDITOR, *ANSWERS)
def waiting(request: SignedIn) -> HttpResponse:
    user = request.user
    note_read(user, "listed", Finding._meta.db_table, place="home")
    context: dict[str, Any] = {"parts": [*_of_auditors(user), *_to_answer(user)]}
    if user.has_role(Role.AUDITOR):
        mine = there_for(user).filter(reviewer=user).exclude(status=Review.Status.COMPLETED)
        rows = mine.select_related("audit", "reviewer", "unit").annotate(answered=Count("answers"))
        context |= {
            "is_auditor": True,
            "reviews": reviews_listed(rows.order_by("assigned_at", "id")[:SHOWN], user),
            "reviews_count": mine.count(),
            "audits": _audits_due(user),
        }
    template = "_waiting.html" if request.headers.get("HX-Request") else "waiting.html"
    return render(request, f"audits/finding/{template}", context)


def _of_auditors(user: User) -> list[dict[str, Any]]:
    """What the units said and an auditor has to judge; and what is late."""
    if not user.has_role(Role.AUDITOR):
        return []
    rows = Finding.objects.visible_to(user).filter(audit__in=Audit.objects.visible_to(user))
    judged = rows.filter(status__in=(Finding.Status.CONTESTED, Finding.Status.ACTED))
    late = rows.awaiting_reply().filter(due_on__lt=clock.today())
    return [
        part
        for part in (
            _part(_("Findings for an auditor to judge"), judged, "status=CONTESTED&status=ACTED"),
            _part(_("Findings that the units are late with"), late, "late=on"),
        )
        if part["rows"]
    ]


def _to_answer(user: User) -> list[dict[str, Any]]:
    """What a unit owes for which the user answers; the late ones first."""
    if not user.has_role(*ANSWERS):
        return []
    late, in_time = owed_by(user)
    return [
        part
        for part in (
            _part(_("Findings of audits that you are late with"), late, "late=on"),
            _part(_("Findings of audits to answer"), in_time, ""),
        )
        if part["rows"]
    ]


def _part(title: str, rows: Any, query: str) -> dict[str, Any]:
    shown = listed(rows.select_related("unit", "audit", "escalated_to").order_by(*ORDER)[:SHOWN])
    return {"title": title, "rows": shown, "count": rows.count(), "query": query}


def _audits_due(user: User) -> list[dict[str, Any]]:
    """Audits that somebody leads and that are to be begun or reported soon."""
    today = clock.today()
    rows = Audit.objects.visible_to(user).filter(
        lead=user, status__in=(Audit.Status.PLANNED, Audit.Status.RUNNING), due_on__lte=today + DUE_WITHIN
    )
    found = []
    for row in rows.select_related("unit", "lead").order_by("due_on", "id")[:SHOWN]:
        url = reverse("audits")
        found.append({"audit": row, "due": days_left(row.due_on, today), "url": url})
    return found
