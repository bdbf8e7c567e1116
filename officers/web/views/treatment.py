"""An officer asks for treatment; physicians take him into care. For everybody else none of it exists."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.limits.addresses import client_network
from foundation.limits.counting import Limit, Limited
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import native_digits
from ledger.actors import NOBODY
from ledger.reading import note_read
from officers import rules
from officers.actions import self_referrals as actions
from officers.lifecycles import verbs
from officers.models import SelfReferral
from officers.web.forms.refusals import show
from officers.web.forms.treatment import AskForm, OfferForm
from officers.web.views.acting import SignedIn, act_page, posted
from officers.web.views.strangers import for_strangers, speak

#: Requests sent from one network, right or wrong: a barracks may sit behind one address, and nobody tries the years of
#: birth of others at leisure.
ASKED = Limit("treatment", 20, timedelta(hours=1), fallback="database")
PAGE = 50
COLOURS = {"ASKED": "blue", "OFFERED": "yellow", "IN_CARE": "green", "ENDED": "grey"}


@for_strangers
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """What it means to ask, the form, and that it was received."""
    if request.method != "POST":
        return _page(request, AskForm())
    do, _colon, value = request.POST.get("do", "go").partition(":")
    speak(request, value if do == "language" else request.POST.get("language", ""))
    if do == "language" and request.POST.get("page") == "done":
        return render(request, "officers/treatment/done.html")
    if do == "language":
        return _page(request, AskForm(initial=request.POST.dict()))
    form = AskForm(request.POST)
    try:
        ASKED.take(client_network(request))
        actions.ask(NOBODY, **form.said())
    except Limited as limited:
        form.add_error(None, str(limited))
        response = _page(request, form, status=429)
        response["Retry-After"] = str(limited.retry_after)
        return response
    except ValidationError as refusal:
        show(form, refusal)
        return _page(request, form)
    return render(request, "officers/treatment/done.html")


def _page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    return render(request, "officers/treatment/ask.html", {"form": form}, status=status)


@login_required
def requests(request: SignedIn) -> HttpResponse:
    """Who asked stands in no list: the day, the state, and whose care it is."""
    _cares(request)
    found = SelfReferral.objects.visible_to(request.user).select_related("physician")
    after, before = request.GET.get("after"), request.GET.get("before")
    try:
        page = Keyset(found, order=("-asked_on", "-id"), limit=PAGE, after=after, before=before).page()
    except BadCursor:
        return redirect("self_referrals")
    note_read(request.user, "listed", "officers_selfreferral")
    rows = [(row, COLOURS[row.status]) for row in page.rows]
    return render(request, "officers/treatment/list.html", {"page": page, "rows": rows})


@login_required
def request_(request: SignedIn, pk: int) -> HttpResponse:
    """One request. Who asked is opened for the physician who has him in care, and each look is an event."""
    row = _seen(request, pk)
    said = actions.read(request.user, row.pk) if row.physician_id == request.user.pk else None
    row.refresh_from_db()
    context = {
        "row": row,
        "colour": COLOURS[row.status],
        "verbs": verbs(row, request.user),
        "summary": _summary(row),
        "said": said,
        "person": _person(said) if said else [],
    }
    return render(request, "officers/treatment/request.html", context)


def _summary(row: SelfReferral) -> list[tuple[Any, ...]]:
    return [
        (_("Offered on") if row.status == SelfReferral.Status.OFFERED else _("Asked on"), row.asked_on),
        (_("Asked before being selected for a test"), row.is_before_selection),
        (_("In the care of"), row.physician),
        (_("Ended on"), row.ended_on),
    ]


def _person(said: dict[str, Any]) -> list[tuple[Any, ...]]:
    officer = said["officer"]
    return [
        (_("Name in Khmer"), officer.name_km),
        (_("Name in Latin letters"), officer.name_latin),
        (_("Service number"), native_digits(officer.service_number)),
        (_("Year of birth"), native_digits(officer.birth_year)),
        (_("Unit"), officer.unit),
        (_("How he can be reached"), said["contact"]),
        (_("What he wrote"), said["words"]),
    ]


@login_required
def offer(request: SignedIn) -> HttpResponse:
    _cares(request)
    return act_page(
        request,
        OfferForm(posted(request)),
        lambda said: actions.offer(request.user, **said),
        title=_("Offer treatment to an officer"),
        text=_(
            "He reads it at his door, and nobody else does. Neither his command nor those who work on a case against "
            "him see that it exists."
        ),
        submit=_("Offer treatment"),
        back=reverse("self_referrals"),
        done=_("The offer stands at his door."),
    )


@login_required
def take(request: SignedIn, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    return act_page(
        request,
        forms.Form(posted(request)),
        lambda said: actions.take(request.user, row.pk),
        title=_("Take into care"),
        text=_("Then you can read who asked and how he is reached. Each time you look is recorded."),
        submit=_("Take into care"),
        back=reverse("self_referral", args=[row.pk]),
        done=_("The officer is in your care."),
    )


@login_required
def end(request: SignedIn, pk: int) -> HttpResponse:
    row = _seen(request, pk)
    return act_page(
        request,
        forms.Form(posted(request)),
        lambda said: actions.end(request.user, row.pk),
        title=_("End the care"),
        text=_("What was found goes to nobody."),
        submit=_("End the care"),
        back=reverse("self_referral", args=[row.pk]),
        done=_("The care is ended."),
    )


def _cares(request: SignedIn) -> None:
    if not rules.cares(request.user):
        raise Http404


def _seen(request: SignedIn, pk: int) -> SelfReferral:
    return get_object_or_404(SelfReferral.objects.visible_to(request.user).select_related("physician"), pk=pk)
