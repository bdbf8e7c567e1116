"""Measures from before the system: the list of them, and lists sent in to be checked and taken."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import rules
from cases.actions import earlier
from cases.imports import earlier as lists
from cases.imports import earlier_words
from cases.models import EarlierMeasure
from cases.models.earlier import SEES_EARLIER
from cases.queries.figures import earlier_of, named_value
from cases.web.forms.earlier import ListForm, TakeListForm, VoidForm, VoidListForm
from cases.web.forms.figures import BehindFilter
from cases.web.views.figures import PAGE, asked_days, sees_figures
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import number
from ledger.conflict import Conflict
from ledger.models import Event
from ledger.reading import note_read
from officers.queries.settings import rank_names
from officers.web.forms.fields import asked
from officers.web.forms.refusals import show
from officers.web.views.acting import SignedIn, act_page, posted

#: Rows of a checked file that the page shows of each kind.
SHOWN = 100
LISTS_SHOWN = 20


@login_required
def earlier_measures(request: SignedIn) -> HttpResponse:
    """Measures found in lists, as far as they are in the user's units; by a figure, those it counts."""
    sees_figures(request, *SEES_EARLIER)
    form = BehindFilter(request.GET)
    at = form.narrowed()
    rows = earlier_of(request.user, form.as_of(), at)
    try:
        shown = Keyset(
            rows.select_related("officer"),
            order=("-effective_on", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("earlier_measures")
    note_read(request.user, "listed", "cases_earliermeasure", **asked(form))
    ranks, enters = rank_names(), rules.enters_earlier(request.user)
    return render(
        request,
        "cases/earlier/list.html",
        {
            "filter_form": form,
            "page": shown,
            "rows": [(row, ranks.get(row.rank, row.rank)) for row in shown.rows],
            "number": rows.count(),
            "narrowed": named_value(at.dimension, at.value) if at.dimension else "",
            "back": f"{reverse('figures')}?{urlencode(asked_days(form))}",
            "enters": enters,
            "lists": _lists() if enters and not request.GET else [],
        },
    )


def _lists() -> list[Event]:
    """The lists entered last, each an act."""
    return list(Event.objects.filter(verb=earlier.ENTERED).order_by("-pk")[:LISTS_SHOWN])


def _enters(request: SignedIn) -> None:
    if not rules.enters_earlier(request.user):
        raise PermissionDenied(_("You may not do this."))


@login_required
def upload(request: SignedIn) -> HttpResponse:
    """Have a list checked: what it would do is shown, and nothing is entered."""
    _enters(request)
    form = ListForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = lists.read(request.user, form.cleaned_data["file"])
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            return _checked(request, found, form.cleaned_data["source"])
    return render(request, "cases/earlier/upload.html", {"form": form})


def _checked(request: SignedIn, found: lists.Read, source: str, status: int = 200) -> HttpResponse:
    note_read(request.user, "opened", "officers_officer", fields=["status"], place="earlier measures")
    return render(
        request,
        "cases/earlier/checked.html",
        {
            "found": found,
            "source": source,
            "new": found.new[:SHOWN],
            "faults": found.faults[:SHOWN],
            "bad": len({fault.line for fault in found.faults}),
            "dismissed": sum(one.dismisses for _line, one in found.new),
            "take": TakeListForm(initial={"source": source, "ticket": found.ticket(request.user)}),
        },
        status=status,
    )


@login_required
def take(request: SignedIn) -> HttpResponse:
    """Enter what was checked."""
    _enters(request)
    form = TakeListForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("earlier_upload")
    again = ListForm(initial={"source": form.cleaned_data["source"]})
    try:
        said = lists.taken_from(request.user, form.cleaned_data["ticket"])
        entered = earlier.enter_all(request.user, source=form.cleaned_data["source"], **said)
    except ValidationError as refusal:
        again = ListForm({"source": form.cleaned_data["source"]})
        again.errors.clear()
        show(again, refusal)
        return render(request, "cases/earlier/upload.html", {"form": again}, status=400)
    words = ngettext("%(number)s measure was entered.", "%(number)s measures were entered.", len(entered))
    messages.success(request, words % {"number": number(len(entered))})
    return redirect("earlier_measures")


@login_required
def void(request: SignedIn, pk: int) -> HttpResponse:
    """Void one that a list named wrongly."""
    _enters(request)
    row = get_object_or_404(EarlierMeasure.objects.visible_to(request.user), pk=pk)
    if request.method != "POST" and row.void:
        raise Conflict(_("It was voided already."))
    return act_page(
        request,
        VoidForm(posted(request), initial={"version": row.version}),
        lambda said: earlier.void(request.user, pk, **said),
        title=_("Void this measure"),
        text=_("It counts no more. Who was dismissed with it stands again as he stood before."),
        rows=[
            (_("Service number"), row.service_number),
            (_("Name"), row.name_km or row.name_latin),
            (_("Measure"), row.get_kind_display()),
            (_("Effective from"), row.effective_on),
            (_("Source"), row.source),
        ],
        submit=_("Void"),
        back=reverse("earlier_measures"),
        done=_("It is void."),
        danger=True,
    )


@login_required
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Undo a list: void all that it entered."""
    _enters(request)
    event = get_object_or_404(Event, pk=pk, verb=earlier.ENTERED)
    facts: Any = event.facts
    return act_page(
        request,
        VoidListForm(posted(request)),
        lambda said: earlier.void_all(request.user, pk, **said),
        title=_("Undo this list"),
        text=_(
            "All that it entered counts no more. Who was dismissed with it stands again as he stood before."
        ),
        rows=[
            (_("Source"), event.reason),
            (_("File"), facts.get("file", "")),
            (_("Measures"), number(facts.get("rows", 0))),
            (_("Entered"), event.recorded_at),
            (_("By"), event.actor_name),
        ],
        submit=_("Undo the list"),
        back=reverse("earlier_measures"),
        done=_("The list is undone."),
        danger=True,
    )


@login_required
def template(request: SignedIn) -> HttpResponseBase:
    """An empty table to fill in."""
    if not request.user.has_role(*SEES_EARLIER):
        raise Http404
    return StreamingHttpResponse(
        earlier_words.template(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="earlier-measures.csv"'},
    )
