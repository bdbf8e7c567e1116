"""The thread of a record on one page, and as a table to take along."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits.queries.records import title
from audits.queries.subjects import subject
from audits.queries.threads import Entry, thread
from audits.web.views.looking import looks
from audits.web.views.records import address, step
from foundation.files.exports import write_csv
from foundation.web.templatetags.web import native_digits
from ledger.reading import note_read


@looks
def audit_thread(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    user: Any = request.user
    row = subject(about, pk, user).row
    note_read(user, "opened", row._meta.db_table, pk, fields=["thread"])
    entries = thread(about, row, user)
    context = {
        "title": title(row),
        "lines": [_line(entry) for entry in entries],
        "many": len({entry.of for entry in entries}) > 1,
        "late_claims": sum(entry.is_late_claim for entry in entries),
        "long_gaps": sum(entry.is_long_gap for entry in entries),
        "overdue": sum(entry.is_overdue for entry in entries),
        "record": address(row._meta.db_table, pk),
        "export": reverse("audit_thread_csv", args=[about, pk]),
        "breadcrumbs": [(_("Audits"), reverse("audits")), (title(row), "")],
    }
    return render(request, "audits/thread.html", context)


@looks
def audit_thread_csv(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    user: Any = request.user
    row = subject(about, pk, user).row
    note_read(user, "exported", row._meta.db_table, pk, fields=["thread"])
    header = [
        _("Event"),
        _("Stage"),
        _("What happened"),
        _("Record"),
        _("Who"),
        _("Role"),
        _("Reason"),
        _("Claimed"),
        _("Recorded"),
        _("Claimed more than 24 hours from its recording"),
        _("Since the stage before"),
        _("More than 24 hours since the stage before"),
        _("Deadline"),
        _("Deadline over at"),
        _("After the deadline"),
    ]
    # Made whole before the snapshot is gone; a thread is some hundred lines.
    lines = [_cells(entry) for entry in thread(about, row, user)]
    response = HttpResponse(b"".join(write_csv(header, lines)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="thread-{about}-{pk}.csv"'
    return response


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "entry": entry,
        "url": step(entry.table, entry.row_id, entry.recorded_at),
        "gap": span(entry.gap) if entry.gap and entry.is_long_gap else "",
    }


def _cells(entry: Entry) -> list[Any]:
    def yes(said: bool) -> str:
        return _("Yes") if said else _("No")

    return [
        entry.event_id,
        str(entry.stage_words),
        str(entry.words),
        entry.of,
        str(entry.actor),
        entry.role,
        entry.reason,
        entry.occurred_at,
        entry.recorded_at,
        yes(entry.is_late_claim),
        span(entry.gap) if entry.gap else "",
        yes(entry.is_long_gap),
        entry.deadline,
        entry.due_at,
        yes(entry.is_overdue) if entry.due_at else "",
    ]


def span(time: timedelta) -> str:
    """How long, in days and hours."""
    return " ".join(_pieces(time))


def _pieces(time: timedelta) -> Iterator[str]:
    hours = time.seconds // 3600
    if time.days:
        yield ngettext("%(n)s day", "%(n)s days", time.days) % {"n": native_digits(time.days)}
    if hours or not time.days:
        yield ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": native_digits(hours)}
