"""Whether the log is whole: the last verification, what it found and what that means, and those before it."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.actions import verifications
from audits.models import Verification
from audits.queries.integrity import KEPT_OF_A_KIND, job_titles, last_result, places, state_of
from audits.queries.kinds import KINDS, OTHER
from audits.web.views.looking import looks
from foundation.web.keyset import BadCursor, Keyset
from ledger import clock
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.web.views.acting import SignedIn

TABLE = Verification._meta.db_table
PAGE = 20
ORDER = ("-asked_at", "-id")
#: In the file for others to read: everything that the row says.
WRITTEN = (
    "id",
    "asked_at",
    "begun_at",
    "ended_at",
    "result",
    "found",
    "counts",
    "findings",
    "head",
    "heads",
    "first_head",
    "last_head",
    "head_written_at",
    "late_jobs",
    "unsealed",
    "unsealed_seconds",
)


@looks
def integrity(request: SignedIn) -> HttpResponse:
    """The last result, what waits, and the runs before."""
    rows = Verification.objects.visible_to(request.user).select_related("asked_by")
    try:
        page = Keyset(
            rows,
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("integrity")
    now = clock.now()
    context = _last(now) | {
        "page": page,
        "runs": [(row, *_told(row, now)) for row in page.rows],
        "waiting": rows.waiting().first(),
    }
    if last := context["last"]:
        context |= _shown(last)
    return render(request, "audits/integrity/page.html", context)


@looks
def verify(request: SignedIn) -> HttpResponse:
    """Ask for a verification now."""
    if request.method == "POST":
        try:
            verifications.ask(request.user)
        except Conflict as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request, _("The log is being verified. Load this page again in a minute to see the result.")
            )
    return redirect("integrity")


@looks
def verification(request: SignedIn, pk: int) -> HttpResponse:
    """One earlier verification, as it ended."""
    row = _row(request, pk)
    state = _told(row, clock.now())
    return render(request, "audits/integrity/one.html", {"row": row, "state": state} | _shown(row))


@looks
def download(request: SignedIn, pk: int) -> HttpResponse:
    """A verification as JSON, to be kept outside."""
    row = _row(request, pk)
    note_read(request.user, "exported", TABLE, row.pk)
    said = {name: getattr(row, name) for name in WRITTEN} | {
        "asked_by": row.asked_by.username if row.asked_by else "clock",
        "findings_are_all": sum(row.counts.values()) == len(row.findings),
    }
    return HttpResponse(
        json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1) + "\n",
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="verification-{row.pk}.json"',
            "Cache-Control": "no-store",
        },
    )


@looks
def last(request: SignedIn) -> HttpResponse:
    """A fragment for the staff home: the last result and its age."""
    template = "_last.html" if request.headers.get("HX-Request") else "last.html"
    return render(request, f"audits/integrity/{template}", _last(clock.now()))


def _row(request: SignedIn, pk: int) -> Verification:
    rows = Verification.objects.visible_to(request.user).select_related("asked_by")
    return get_object_or_404(rows, pk=pk)


def _last(now: datetime) -> dict[str, Any]:
    row = last_result()
    return {
        "last": row,
        "state": state_of(row, now),
        "age": ago(now - row.ended_at) if row and row.ended_at else "",
    }


def _told(row: Verification, now: datetime) -> tuple[str, str]:
    """What became of a verification, with its colour."""
    if row.result == Verification.Result.BENT:
        return state_of(row, now)
    if row.result == Verification.Result.WHOLE:
        return _("The log is whole"), "green"
    if row.result == Verification.Result.FAILED:
        return _("Could not be verified"), "red"
    if row.has_died(now):
        return _("Began and did not end"), "red"
    return (_("Under way"), "blue") if row.begun_at else (_("Waits for a worker"), "blue")


def _shown(row: Verification) -> dict[str, Any]:
    """A verification in words: findings by kind with where they are, and what stood beside the log."""
    where = places([one["where"] for one in row.findings])
    titles = job_titles()
    kinds = []
    for name, count in row.counts.items():
        of_kind = [one for one in row.findings if one["kind"] == name]
        kinds.append(
            {
                "name": name,
                "words": KINDS.get(name, OTHER),
                "count": count,
                "findings": [(one, where.get(one["where"])) for one in of_kind],
                "left_out": count - len(of_kind),
            }
        )
    return {
        "kinds": kinds,
        "kept": KEPT_OF_A_KIND,
        "jobs": [(titles.get(one["name"], one["name"]), one["state"]) for one in row.late_jobs],
        "silence": ago(row.ended_at - row.head_written_at) if row.ended_at and row.head_written_at else "",
        "waited": ago(timedelta(seconds=row.unsealed_seconds)),
        "shown": row,
    }


def ago(span: timedelta) -> str:
    """A span in its greatest unit, in words."""
    minutes = max(int(span.total_seconds()), 0) // 60
    if minutes < 60:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}
