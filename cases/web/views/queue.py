"""The work queue: most overdue first, as a page, as a file, and what of it waits for somebody."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.lifecycles import WORKED_ON
from cases.models import HANDLES, SEES, Complaint, FailureProposal, Miss
from cases.models.complaints import ComplaintQuerySet
from cases.queries import complaints as queries
from cases.queries.searches import fitting, saved_by
from cases.web.forms.complaints import QueueFilter
from cases.web.forms.fields import place_name
from foundation.files import write_csv
from foundation.jobs.overview import overview
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.panels import without_place
from foundation.web.templatetags.web import number
from ledger import clock
from ledger.reading import note_read
from officers.models import User
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn

S = Complaint.Status
COLOURS: dict[str, str] = {
    S.RECEIVED: "blue",
    S.ACKNOWLEDGED: "teal",
    S.IN_PROGRESS: "green",
    S.CLOSING: "purple",
    S.CLOSED: "grey",
}
PAGE = 50
TABLE = "cases_complaint"
#: So many rows at most go into one file; more are asked for in parts.
MOST_EXPORTED = 50_000
#: On the staff home: so many rows of each kind.
SHOWN = 8


@login_required
def queue(request: SignedIn) -> HttpResponse:
    """What a user may work on, or what of it is chosen."""
    user = request.user
    _sees(user)
    form = QueueFilter(user, request.GET)
    try:
        page = Keyset(
            _chosen(user, form),
            order=queries.QUEUE,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("complaints")
    said = asked(form)
    note_read(user, "searched" if said.get("q") else "listed", TABLE, **said)
    rows = listed(user, page.rows)
    return render(
        request,
        "cases/complaints/queue.html",
        {
            "filter_form": form,
            "page": page,
            "rows": rows,
            "forwards": any(row["forwards"] for row in rows),
            "handles": user.has_role(*HANDLES),
            "query": without_place(request.GET).urlencode(),
            "searches": [{"search": row} for row in saved_by(user)],
            "may_save": form.is_valid() and not form.cleaned_data["q"] and bool(form.asked().as_kept()),
        },
    )


def _sees(user: User) -> None:
    if not user.has_role(*SEES):
        raise Http404


def _chosen(user: User, form: QueueFilter) -> ComplaintQuerySet:
    """The queue by its filters; nothing where one of them cannot be read."""
    if not form.is_valid():
        return queries.queue(user).none()
    if form.cleaned_data["q"]:
        return queries.queue(user).filter(pk=form.cleaned_data["q"])
    return fitting(user, form.asked())


def listed(user: User, rows: Iterable[Complaint]) -> list[dict[str, Any]]:
    """Complaints as a list shows them."""
    rows = list(rows)
    today, flags = clock.today(), queries.flags_up(row.pk for row in rows)
    return [
        {
            "complaint": row,
            "colour": COLOURS[row.status],
            "place": place_name(row.place_code),
            "flags": [flag.get_kind_display() for flag in flags.get(row.pk, ())],
            "due": days_left(row.next_due, today),
            "forwards": _forwards(user, row),
        }
        for row in rows
    ]


def _forwards(user: User, row: Complaint) -> bool:
    """Whether a list offers to choose the row for forwarding; the action asks again."""
    return (
        row.status in WORKED_ON
        and row.offered_to_id is None
        and user.serves(row.unit, *HANDLES)
        and row.is_read_by(user)
    )


def days_left(day: date | None, today: date) -> tuple[str, str] | None:
    """How a day stands to today, in words, with the colour of its tag; None where there is none to keep."""
    if day is None:
        return None
    left = (day - today).days
    if left == 0:
        return _("Due today"), "orange"
    if left > 0:
        words = ngettext("%(days)s day left", "%(days)s days left", left)
        return words % {"days": number(left)}, "yellow" if left <= 2 else "grey"
    words = ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", -left)
    return words % {"days": number(-left)}, "red"


@login_required
def export(request: SignedIn) -> HttpResponseBase:
    """The chosen list as a file: days, places and flags, and nothing of what was written."""
    user = request.user
    _sees(user)
    form = QueueFilter(user, request.GET)
    rows = _chosen(user, form).order_by(*queries.QUEUE)
    if rows[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
        words = _("These are more than %(limit)s complaints. Choose fewer, for example by the day received.")
        messages.warning(request, words % {"limit": number(MOST_EXPORTED)})
        return redirect(f"{request.path.removesuffix('export.csv')}?{request.GET.urlencode()}")
    note_read(user, "exported", TABLE, **asked(form))
    header = [
        _("Reference"),
        _("What is reported"),
        _("Place code"),
        _("Place"),
        _("Level"),
        _("Unit code"),
        _("Unit"),
        _("In charge"),
        _("Offered to"),
        _("Status"),
        _("Received on"),
        _("Next day to keep"),
        _("Days overdue"),
        _("Flags"),
    ]
    return StreamingHttpResponse(
        write_csv(header, _lines(rows)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="complaints-{clock.today()}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _lines(rows: QuerySet[Complaint]) -> Iterator[list[Any]]:
    today, at_once = clock.today(), 1000
    found = list(rows)  # all as of one moment; while it is sent, rows move
    for begin in range(0, len(found), at_once):
        part = found[begin : begin + at_once]
        flags = queries.flags_up(row.pk for row in part)
        for row in part:
            late = (today - row.next_due).days if row.next_due and row.next_due < today else 0
            yield [
                row.reference,
                row.get_category_display(),
                row.place_code,
                place_name(row.place_code),
                row.get_level_display(),
                row.unit.code,
                row.unit.name,
                row.handler.name if row.handler else "",
                row.offered_to.name if row.offered_to else "",
                row.get_status_display(),
                row.received_on,
                row.next_due,
                late or "",
                "; ".join(flag.get_kind_display() for flag in flags.get(row.pk, ())),
            ]


@login_required
def waiting(request: SignedIn) -> HttpResponse:
    """A fragment for the staff home: what waits for this user."""
    user = request.user
    if not user.has_role(*HANDLES):
        raise Http404
    today = clock.today()
    everything = queries.queue(user)
    rows = everything.exclude(status=S.CLOSED)
    late = rows.filter(next_due__lt=today).order_by(*queries.QUEUE)
    mine = rows.filter(handler=user).order_by(*queries.QUEUE)
    offered = queries.offered(rows, user).order_by(*queries.QUEUE)
    second = queries.for_a_second(everything, user).order_by(*queries.QUEUE)
    pauses = queries.with_pause_asked(rows, user).order_by(*queries.QUEUE)
    misses = Miss.objects.visible_to(user).filter(explained_on=None)
    note_read(user, "listed", TABLE, place="home")
    context = {
        "parts": [
            part
            for part in (
                _part(user, _("Complaints overdue"), late, "overdue=on"),
                _part(user, _("Complaints you are in charge of"), mine, "mine=on"),
                _part(user, _("Offered to your unit"), offered, "offered=on"),
                _part(user, _("Waiting for a second person"), second, ""),
                _part(user, _("Pauses that wait for an answer"), pauses, ""),
            )
            if part["rows"]
        ],
        "misses": queries.counted(misses),
        "proposals": queries.counted(FailureProposal.objects.visible_to(user).filter(status="PROPOSED")),
        "is_late": any(job.name == "flag_unacted_reports" and job.is_late for job in overview()),
    }
    template = "_waiting.html" if request.headers.get("HX-Request") else "waiting.html"
    return render(request, f"cases/complaints/{template}", context)


def _part(user: User, title: str, rows: QuerySet[Complaint], query: str) -> dict[str, Any]:
    shown = listed(user, rows[:SHOWN])
    return {"title": title, "rows": shown, "count": queries.counted(rows), "query": query}
