"""Findings: the list of those somebody sees, as a page and as a file; and the page of one, with its exchange."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import rules
from audits.lifecycles import verbs
from audits.models import Audit, Finding, FindingEntry, Severity
from audits.models.findings import ANSWERS, FindingQuerySet
from audits.queries.pointing import pointed_at, seen_row
from audits.queries.words import VERBS
from audits.web.forms.findings import FindingFilter
from audits.web.views.beside import links
from audits.web.views.finding_pages import buttons
from audits.web.views.looking import reads
from cases.web.views.queue import days_left
from foundation.files import write_csv
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.panels import without_place
from foundation.web.templatetags.web import number
from ledger import clock
from ledger.reading import note_read
from officers.models import Unit, User
from officers.models.users import Role
from officers.queries.timelines import timeline
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn

F = Finding.Status
COLOURS: dict[str, str] = {
    F.DRAFT: "grey",
    F.ISSUED: "blue",
    F.ACCEPTED: "teal",
    F.CONTESTED: "orange",
    F.ACTED: "purple",
    F.CLOSED: "green",
    F.WITHDRAWN: "grey",
}
SEVERITY_COLOURS: dict[str, str] = {
    Severity.LOW: "grey",
    Severity.MEDIUM: "yellow",
    Severity.HIGH: "orange",
    Severity.CRITICAL: "red",
}
PAGE = 50
TABLE = Finding._meta.db_table
#: What is due first stands first; what is due never, last.
ORDER = ("due_on", "id")
#: So many rows at most go into one file.
MOST_EXPORTED = 10_000


def seen(request: SignedIn, pk: int) -> Finding:
    """The finding, if it is there for who asks."""
    rows = Finding.objects.select_related(
        "audit__unit", "audit__lead", "unit", "escalated_to", "drafted_by", "review"
    )
    row = rows.visible_to(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@reads(Role.AUDITOR, *ANSWERS)
def findings(request: SignedIn) -> HttpResponse:
    """Those that are not ended, or what is chosen; what is due first stands first."""
    user = request.user
    form = FindingFilter(user, request.GET)
    try:
        page = Keyset(
            _chosen(user, form).select_related("unit", "audit", "escalated_to"),
            order=ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("findings")
    note_read(user, "listed", TABLE, **asked(form))
    context = {
        "filter_form": form,
        "page": page,
        "rows": listed(page.rows),
        "is_auditor": user.has_role(Role.AUDITOR),
        "drafts": any("find" in verbs(audit, user) for audit in Audit.objects.visible_to(user)),
        "query": without_place(request.GET).urlencode(),
    }
    return render(request, "audits/finding/list.html", context)


def _chosen(user: User, form: FindingFilter) -> FindingQuerySet:
    rows = Finding.objects.visible_to(user)
    return form.chosen(rows) if form.is_valid() else rows.none()


def listed(rows: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as a list shows them."""
    today = clock.today()
    return [
        {
            "finding": row,
            "colour": COLOURS[row.status],
            "severity_colour": SEVERITY_COLOURS[row.severity],
            "due": days_left(row.due_on, today),
            "is_late": row.is_late(today),
        }
        for row in rows
    ]


@reads(Role.AUDITOR, *ANSWERS)
def finding(request: SignedIn, pk: int) -> HttpResponse:
    """What was found, and the whole exchange; to auditors also where it comes from and what happened to it."""
    row, user = seen(request, pk), request.user
    note_read(user, "opened", TABLE, row.pk, fields=["text", "recommendation", "exchange"])
    audits, today = rules.finds(user, row), clock.today()
    context = {
        "finding": row,
        "colour": COLOURS[row.status],
        "severity_colour": SEVERITY_COLOURS[row.severity],
        "breadcrumbs": [(_("Findings"), reverse("findings")), (row.reference, "")],
        "audits": audits,
        "about": _about(row),
        "due": days_left(row.due_on, today),
        "due_words": _owed(row),
        "is_late": row.is_late(today),
        "links": links(row.about, row.row_id, user) if row.row_id is not None else [],
        "review": row.review if audits and row.review and rules.fits(user, row.review) else None,
        "events": _events(row, user, audits=audits),
        "exchange": list(_exchange(row)),
        "buttons": buttons(row, user),
        "items": timeline(row, user, words=VERBS, known=(User, Unit)) if audits else [],
    }
    return render(request, "audits/finding/finding.html", context)


def _about(row: Finding) -> list[tuple[Any, Any]]:
    return [
        (_("Addressed to"), row.unit.name),
        (_("Audit"), f"{row.audit.year}: {row.audit.title}"),
        *([(_("Record"), row.get_about_display())] if row.about else []),
        (_("Issued"), row.issued_at),
        *([(_("Put before"), row.escalated_to.name)] if row.escalated_to else []),
        *([(_("Closed"), row.closed_at)] if row.status == F.CLOSED else []),
    ]


def _owed(row: Finding) -> str:
    """What is waited for, and from whom."""
    return {
        F.ISSUED: _("The unit has to answer by:"),
        F.ACCEPTED: _("The unit has to report its action by:"),
        F.CONTESTED: _("An auditor upholds or withdraws it."),
        F.ACTED: _("An auditor verifies the action."),
    }.get(F(row.status), "")


def _events(row: Finding, user: User, *, audits: bool) -> list[str]:
    """What it points at, to auditors; to others only of a record that they see themselves."""
    if not row.events or not (audits or seen_row(row.about, row.row_id, user) is not None):
        return []
    found = pointed_at(row.events)
    return [found[pk] for pk in row.events if pk in found]


def _exchange(row: Finding) -> Iterator[dict[str, Any]]:
    """Turn by turn, the first one first: so it is read, and printed."""
    for one in row.entries.select_related("by", "unit").order_by("number"):
        shown: list[tuple[Any, Any]] = [(_("To be answered by"), one.due_on)] if one.due_on else []
        if one.kind == FindingEntry.Kind.ESCALATED:
            shown = [(_("Put before"), one.unit.name if one.unit else ""), (_("Was due"), one.due_on)]
        elif one.kind in (FindingEntry.Kind.ACCEPTED, FindingEntry.Kind.RETURNED):
            shown = [(_("To be acted on by"), one.due_on)]
        elif one.kind == FindingEntry.Kind.EXTENDED:
            shown = [(_("New day"), one.due_on)]
        yield {
            "title": one.get_kind_display(),
            "at": one.at,
            "recorded_at": one.at,
            "by": one.by.name if one.by else _("the system"),
            "text": one.text,
            "rows": shown,
        }


@reads(Role.AUDITOR, *ANSWERS)
def export(request: SignedIn) -> HttpResponse:
    """The chosen list as a file, made whole while it is read."""
    user = request.user
    form = FindingFilter(user, request.GET)
    rows = list(
        _chosen(user, form)
        .select_related("unit", "audit", "escalated_to")
        .order_by(*ORDER)[: MOST_EXPORTED + 1]
    )
    if len(rows) > MOST_EXPORTED:
        words = _("These are more than %(limit)s findings. Choose fewer, for example by unit.")
        messages.warning(request, words % {"limit": number(MOST_EXPORTED)})
        return redirect(f"{reverse('findings')}?{request.GET.urlencode()}")
    note_read(user, "exported", TABLE, **asked(form))
    header = [
        _("Reference"),
        _("Year"),
        _("Audit"),
        _("Severity"),
        _("Status"),
        _("Title"),
        _("What was found"),
        _("Recommendation"),
        _("Unit code"),
        _("Addressed to"),
        _("Issued"),
        _("Due"),
        _("Days late"),
        _("Put before"),
        _("Closed"),
    ]
    return HttpResponse(
        b"".join(write_csv(header, _lines(rows))),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="findings-{clock.today()}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _lines(rows: Iterable[Finding]) -> Iterator[list[Any]]:
    today = clock.today()
    for row in rows:
        yield [
            row.reference,
            row.audit.year,
            row.audit.title,
            row.get_severity_display(),
            row.get_status_display(),
            row.title,
            row.text,
            row.recommendation,
            row.unit.code,
            row.unit.name,
            row.issued_at,
            row.due_on,
            (today - row.due_on).days if row.due_on and row.is_late(today) else "",
            row.escalated_to.name if row.escalated_to else "",
            row.closed_at,
        ]
