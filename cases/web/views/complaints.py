"""One complaint: what it says to whoever may read it, its days, who had it, what was done."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import rules
from cases.actions import complaints as actions
from cases.lifecycles import verbs
from cases.models import Complaint, ComplaintFile, Extract
from cases.models.cases import WORKS
from cases.models.vocabulary import Level
from cases.queries.complaints import flags_up
from cases.queries.histories import history as events_of
from cases.queries.offered import carries_extract
from cases.web.forms.acts import authority_name
from cases.web.forms.fields import place_name
from cases.web.views.queue import COLOURS, TABLE, days_left
from cases.web.views.steps import buttons
from foundation.web.templatetags.web import day as in_words
from ledger import clock
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.queries.settings import rank_names
from officers.web.views.acting import SignedIn

#: What a look at the whole page shows, and what a look at the task alone shows.
_WHOLE = (
    "narrative",
    "accused",
    "how_known",
    "messages",
    "notes",
    "deeds",
    "handovers",
    "referrals",
    "files",
)
_TASK = ("category", "place", "instruction", "days")


def seen(request: SignedIn, pk: int) -> Complaint:
    """The complaint, if it is there for who asks."""
    rows = Complaint.objects.select_related("unit", "offered_to", "handler", "closing_by", "closed_by")
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


@login_required
def complaint(request: SignedIn, pk: int) -> HttpResponse:
    """The page of a complaint. The first look by somebody who handles it is an act of its own."""
    row = seen(request, pk)
    user = request.user
    reads = row.is_read_by(user)
    if row.opened_on is None and row.is_open and rules.handles(user, row):
        row = _opened(request, row)
    note_read(user, "opened", TABLE, row.pk, fields=_WHOLE if reads else _TASK)
    today = clock.today()
    context = {
        "complaint": row,
        "reads": reads,
        "colour": COLOURS[row.status],
        "breadcrumbs": [(_("Complaints"), reverse("complaints")), (row.reference, "")],
        "flags": [
            (flag.get_kind_display(), in_words(flag.due_on)) for flag in flags_up([row.pk]).get(row.pk, ())
        ],
        "clocks": list(_clocks(row, today, reads=reads)),
        "place": place_name(row.place_code),
        "buttons": buttons(row, user),
    }
    if not reads:
        own = row.deeds.filter(unit__in=_served(user)).select_related("by", "unit").order_by("-pk")
        return render(request, "cases/complaints/task.html", context | {"deeds": own})
    return render(request, "cases/complaints/complaint.html", context | _all_of(row, user))


def _opened(request: SignedIn, row: Complaint) -> Complaint:
    try:
        actions.open(request.user, row.pk)
    except (Conflict, PermissionDenied):
        return row  # somebody was faster: looking is no reason to be refused
    return seen(request, row.pk)


def _served(user: User) -> list[int]:
    return [held.unit_id for held in user.held_roles]


def _clocks(row: Complaint, today: date, *, reads: bool) -> Iterable[dict[str, Any]]:
    """The four clocks: until when each runs, or since when it stands. Who does not read the report does not write
    to the reporter either.
    """
    told = [(_("Tell the reporter something"), row.update_by, row.told_on)] if reads else []
    clocks = [
        (_("Acknowledge"), row.acknowledge_by, row.acknowledged_on),
        (_("First substantive action"), row.act_by, row.acted_on),
        *told,
        (_("Resolve"), row.resolve_by, row.closed_on),
    ]
    for label, due, done in clocks:
        yield {
            "label": label,
            "due": due,
            "left": days_left(due, today),
            "done": done if due is None else None,
        }


def _all_of(row: Complaint, user: User) -> dict[str, Any]:
    """What a reader of the report gets to see beyond the task."""
    ranks = rank_names()
    accused = row.accused.select_related("unit", "officer__unit", "matched_by").order_by("pk")
    others = Complaint.objects.visible_to(user)  # one that is hidden from him is not even counted
    return {
        "about": _about(row),
        "handling": _handling(row),
        "accused": [
            (one, ranks.get(one.officer.rank, one.officer.rank) if one.officer else "") for one in accused
        ],
        "handovers": [
            (one, Level(one.level).label)
            for one in row.handovers.select_related("from_unit", "to_unit").order_by("pk")
        ],
        "deeds": row.deeds.select_related("by", "unit").order_by("-pk"),
        "notes": row.notes.select_related("by").order_by("-pk"),
        "thread": row.messages.select_related("by").order_by("pk"),
        "files": ComplaintFile.objects.visible_to(user)
        .filter(complaint=row)
        .select_related("by", "message", "deed")
        .order_by("pk"),
        "pauses": row.pauses.select_related("asked_by", "agreed_by").order_by("-pk"),
        "referrals": [
            (one, authority_name(one.authority), days_left(one.answer_by, clock.today()))
            for one in row.referrals.order_by("-pk")
        ],
        "refers": "refer" in verbs(row, user),
        "extracts": Extract.objects.visible_to(user).filter(complaint=row).order_by("pk"),
        "gives_extracts": carries_extract(row, user) and user.has_role(*WORKS),
        "misses": row.misses.select_related("unit").order_by("-pk"),
        "original": others.filter(pk=row.same_as_id).first() if row.same_as_id else None,
        "repeats": others.filter(same_as=row).order_by("received_on", "pk"),
    }


def _about(row: Complaint) -> list[tuple[Any, Any]]:
    return [
        (_("What is reported"), row.get_category_display()),
        (_("Place"), place_name(row.place_code)),
        (_("Where exactly"), row.place_text),
        (_("When it happened"), row.happened),
        (_("How the reporter knows"), row.get_how_known_display() if row.how_known else ""),
        (_("How the report came"), row.get_channel_display()),
        (_("Received on"), row.received_on),
        *([(_("Keep from"), row.get_hidden_from_display())] if row.hidden_from else []),
    ]


def _handling(row: Complaint) -> list[tuple[Any, Any]]:
    rows = [
        (_("Unit"), row.unit.name),
        (_("Level"), row.get_level_display()),
        (_("With this unit since"), row.came_on),
        (_("In charge"), row.handler.name if row.handler else _("Nobody")),
    ]
    if row.offered_to and row.offered_on:
        words = _("%(unit)s, since %(day)s")
        rows.append((_("Offered to"), words % {"unit": row.offered_to.name, "day": in_words(row.offered_on)}))
    if row.paused_until and row.paused_until >= clock.today():
        rows.append((_("Clocks stand still until"), row.paused_until))
    if row.instruction:
        rows.append((_("Task for the post"), row.instruction))
    if row.priority:
        rows.append((_("Reported again"), _("%(count)s times") % {"count": row.priority}))
    if row.review_asked_on:
        rows.append((_("The reporter asked for a review on"), row.review_asked_on))
    if row.finding:
        rows += [
            (_("Finding"), row.get_finding_display()),
            (_("Reason for closing"), row.get_closure_reason_display()),
            (_("Summary"), row.summary),
            (_("Answer to the reporter"), row.answer),
            (_("Closing proposed by"), row.closing_by.name if row.closing_by else ""),
        ]
    if row.closed_on:
        rows += [
            (_("Closed by"), row.closed_by.name if row.closed_by else ""),
            (_("Closed on"), row.closed_on),
        ]
    return rows


@login_required
def history(request: SignedIn, pk: int) -> HttpResponse:
    """The events of a complaint, in words."""
    row = seen(request, pk)
    note_read(request.user, "opened", TABLE, row.pk, fields=["history"])
    return render(
        request,
        "cases/complaints/history.html",
        {
            "complaint": row,
            "items": events_of(row, request.user),
            "breadcrumbs": [
                (_("Complaints"), reverse("complaints")),
                (row.reference, reverse("complaint", args=[row.pk])),
                (_("What happened"), ""),
            ],
        },
    )
