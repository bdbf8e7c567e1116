"""What the public says is wrong: the queue of inspectors, a request, and a page for each step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import rules
from audits.actions import corrections as actions
from audits.lifecycles import advance, verbs
from audits.models import CorrectionRequest
from audits.models.open_data.corrections import READS_REQUESTS
from audits.queries.words import VERBS
from audits.web.forms.corrections import AnswerForm, DeclineForm
from audits.web.forms.lists import UndoForm
from audits.web.views.looking import reads
from cases.web.views.queue import days_left
from foundation.web.keyset import BadCursor, Keyset
from ledger import clock
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.models.users import Role
from officers.queries.timelines import timeline
from officers.web.forms.fields import VersionField
from officers.web.views.acting import SignedIn, act_page, posted

PAGE = 50
TABLE = CorrectionRequest._meta.db_table
COLOURS = {"RECEIVED": "blue", "TAKEN": "teal", "PROPOSED": "purple", "ANSWERED": "green"}


class Plain(forms.Form):
    version = VersionField()


@dataclass(frozen=True)
class Step:
    """What the page of a step says, asks for and does."""

    button: Any
    done: Any
    do: Callable[..., Any]
    form: type[forms.Form] = Plain
    text: Any = ""


STEPS: Mapping[str, Step] = {
    "take": Step(gettext_lazy("Take in hand"), gettext_lazy("You have the request in hand."), actions.take),
    "answer": Step(
        gettext_lazy("Answer: it was wrong"),
        gettext_lazy("The request is answered. The answer is public with the next publication."),
        actions.answer,
        AnswerForm,
        gettext_lazy("First have the record itself corrected by its own steps: an answer changes nothing."),
    ),
    "decline": Step(
        gettext_lazy("Answer: nothing changes"),
        gettext_lazy("Somebody else must confirm the answer."),
        actions.decline,
        DeclineForm,
        gettext_lazy("Another inspector must confirm it before it is an answer."),
    ),
    "confirm": Step(
        gettext_lazy("Confirm the answer"),
        gettext_lazy("The request is answered. The answer is public with the next publication."),
        actions.confirm,
        text=gettext_lazy("You confirm that nothing that is published changes."),
    ),
    "return_answer": Step(
        gettext_lazy("Send the answer back"),
        gettext_lazy("The answer was sent back."),
        actions.return_answer,
        UndoForm,
    ),
    "reopen": Step(
        gettext_lazy("Take the answer back"),
        gettext_lazy("The request is open again."),
        actions.reopen,
        UndoForm,
        gettext_lazy("With the next publication the answer is not public any more. The log keeps it."),
    ),
}


@reads(*READS_REQUESTS)
def corrections(request: SignedIn) -> HttpResponse:
    """Those that are open, what is due first on top; or all, the newest first."""
    shows_all = request.GET.get("all") == "on"
    found = CorrectionRequest.objects.visible_to(request.user).select_related("handler")
    rows, order = (found, ("-id",)) if shows_all else (found.open(), ("due_on", "id"))
    after, before = request.GET.get("after"), request.GET.get("before")
    try:
        page = Keyset(rows, order=order, limit=PAGE, after=after, before=before).page()
    except BadCursor:
        return redirect("corrections")
    note_read(request.user, "listed", TABLE)
    today = clock.today()
    context = {
        "page": page,
        "rows": [
            {
                "row": row,
                "colour": COLOURS[row.status],
                "due": days_left(row.due_on, today) if row.is_open else None,
                "is_late": row.is_late(today),
            }
            for row in page.rows
        ],
        "shows_all": shows_all,
        "is_auditor": request.user.has_role(Role.AUDITOR),
    }
    return render(request, "audits/corrections/list.html", context)


@reads(*READS_REQUESTS)
def correction(request: SignedIn, pk: int) -> HttpResponse:
    """One request, with what happened to it and what may be done."""
    row, user = _seen(request, pk), request.user
    note_read(user, "opened", TABLE, row.pk)
    allowed = verbs(row, user)
    context = {
        "row": row,
        "colour": COLOURS[row.status],
        "said": [
            (_("What it is about"), row.get_about_display()),
            (_("Which one"), row.which),
            (_("What is wrong"), row.wrong),
            (_("What would be right"), row.instead),
        ],
        "summary": [
            (_("Received on"), row.received_on),
            (_("Due"), row.due_on),
            (_("Put before those above on"), row.escalated_on),
            (_("In the hands of"), row.handler),
        ],
        "answer": [
            (_("Outcome"), row.get_outcome_display()),
            (_("Public answer in Khmer"), row.answer_km),
            (_("Public answer in English"), row.answer_en),
            (_("Event of the correction"), row.event),
            (_("Answered by"), row.answered_by),
            (_("Confirmed by"), row.confirmed_by),
            (_("Answered on"), row.answered_on),
        ]
        if row.outcome
        else [],
        "buttons": [
            (step.button, reverse(f"correction_{verb}", args=[row.pk]))
            for verb, step in STEPS.items()
            if verb in allowed
        ],
        "reads_author": row.contact is not None and rules.reads_author(user, row),
        "timeline": timeline(row, user, words=VERBS, known=(User,), without=("contact", "receipt", "public")),
    }
    return render(request, "audits/corrections/request.html", context)


@reads(*READS_REQUESTS)
def step(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    """The page of a step; to whom it is never offered it is not there."""
    row = _seen(request, pk)
    try:
        advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    row = _seen(request, pk)
    page = STEPS[verb]
    initial = {
        "version": row.version,
        "outcome": row.outcome,
        "answer_km": row.answer_km,
        "answer_en": row.answer_en,
    }
    return act_page(
        request,
        page.form(posted(request), initial=initial),
        lambda said: page.do(request.user, pk, **said),
        title=f"{page.button} · {row.reference}",
        text=str(page.text),
        rows=[
            (_("What is wrong"), row.wrong),
            *([(_("Public answer in Khmer"), row.answer_km)] if verb == "confirm" else []),
            *([(_("Public answer in English"), row.answer_en)] if verb == "confirm" else []),
        ],
        submit=str(page.button),
        back=reverse("correction", args=[pk]),
        done=str(page.done),
    )


@reads(*READS_REQUESTS)
def author(request: SignedIn, pk: int) -> HttpResponse:
    """How the author asked to be told. The look is an event, so it takes a button."""
    row = _seen(request, pk)
    if not rules.reads_author(request.user, row) or row.contact is None:
        raise Http404
    contact = actions.read_contact(request.user, pk) if request.method == "POST" else ""
    return render(request, "audits/corrections/author.html", {"row": row, "contact": contact})


def _seen(request: SignedIn, pk: int) -> CorrectionRequest:
    rows = CorrectionRequest.objects.visible_to(request.user)
    row = rows.select_related("handler", "answered_by", "confirmed_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
