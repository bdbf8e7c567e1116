"""A page for each step on a complaint: it asks, calls the action, and shows what that refuses."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import lifecycles, rules
from cases.actions import complaints as actions
from cases.actions import pauses, referrals
from cases.models import Complaint
from cases.queries.matching import may_be_meant
from cases.web.forms import acts as forms
from cases.web.views.complaints import seen
from cases.web.views.steps import LABELS, PAGES, disputed, pause_asked
from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import Officer, User
from officers.queries.officers import numbered
from officers.queries.settings import rank_names
from officers.web.views.acting import SignedIn, act_page, posted


def _may(request: SignedIn, pk: int, verb: str) -> Complaint:
    """The complaint, if its page offers this step; who may but comes too late gets the conflict from the action."""
    row = seen(request, pk)
    try:
        lifecycles.advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


def step_page(
    request: SignedIn,
    row: Complaint,
    form: forms.Step,
    do: Any,
    *,
    title: str,
    verb: str,
    done: Any,
    submit: str = "",
    **context: Any,
) -> HttpResponse:
    """The page of a step: its form, what that does, and where it leads."""
    return act_page(
        request,
        form,
        do,
        title=title % {"reference": row.reference},
        submit=submit or str(LABELS[verb]),
        back=reverse("complaint", args=[row.pk]),
        done=done,
        to=lambda _row: _where_to(request.user, row.pk),
        **context,
    )


def _where_to(user: User, pk: int) -> str:
    """The complaint's page, unless the step took it out of sight."""
    there = Complaint.objects.visible_to(user).filter(pk=pk).exists()
    return reverse("complaint", args=[pk]) if there else reverse("complaints")


@login_required
def step(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    """A step that asks for nothing but what its form has."""
    row = _may(request, pk, verb)
    page = PAGES[verb]
    form = page.form(request.user, row, posted(request))
    form.files = request.FILES
    return step_page(
        request,
        row,
        form,
        lambda said: page.do(request.user, pk, **said),
        title=str(page.title),
        verb=verb,
        done=page.done if callable(page.done) else str(page.done),
        text=page.text(row) if callable(page.text) else page.text,
        danger=page.danger,
        rows=page.rows(row),
    )


@login_required
def assign(request: SignedIn, pk: int) -> HttpResponse:
    """Choose among those who handle complaints of the unit and are not barred from this one."""
    row = _may(request, pk, "assign")
    handlers = [user for user in actions.handlers_of(row.unit) if not rules.is_barred(user, row)]

    def do(said: dict[str, Any]) -> Complaint:
        return actions.assign(request.user, pk, handler_id=said["handler"], version=said["version"])

    return step_page(
        request,
        row,
        forms.Assign(request.user, row, posted(request), handlers=handlers),
        do,
        title=_("Put somebody in charge of %(reference)s"),
        verb="assign",
        done=_("It is recorded who is in charge."),
        text=_("It stops no clock."),
        rows=[(_("In charge"), row.handler.name if row.handler else _("Nobody"))],
    )


@login_required
def offer(request: SignedIn, pk: int) -> HttpResponse:
    """Offer it to another unit."""
    row = _may(request, pk, "offer")

    def do(said: dict[str, Any]) -> Complaint:
        unit = said.pop("unit")
        return actions.offer(request.user, pk, unit_id=unit.pk, **said)

    return step_page(
        request,
        row,
        forms.Offer(request.user, row, posted(request)),
        do,
        title=_("Offer %(reference)s to another unit"),
        verb="offer",
        done=_("The complaint is offered. Until the other unit accepts, yours remains in charge."),
        text=_("Until the other unit accepts, yours remains in charge and the clocks run on."),
        rows=[(_("Unit"), row.unit.name)],
    )


@login_required
def link(request: SignedIn, pk: int) -> HttpResponse:
    """Say that it reports the same matter as an earlier one."""
    row = _may(request, pk, "link")

    def do(said: dict[str, Any]) -> Complaint:
        return actions.link(request.user, pk, original_id=said["original"], version=said["version"])

    return step_page(
        request,
        row,
        forms.Link(request.user, row, posted(request)),
        do,
        title=_("Link %(reference)s to an earlier complaint"),
        verb="link",
        done=_("The two are linked. Both stay open; the earlier one has more weight."),
        text=_("For a report of the same matter. Neither is closed by it; the earlier one gains weight."),
    )


@login_required
def match(request: SignedIn, pk: int) -> HttpResponse:
    """Look an officer up by number, look at who it is, and confirm with the evidence."""
    row = _may(request, pk, "match")
    back = reverse("complaint", args=[pk])
    look_up = forms.LookUpOfficer(row, request.GET or None)
    officer = None
    if look_up.is_valid():
        officer = may_be_meant(request.user, row).filter(numbered(look_up.cleaned_data["number"])).first()
        if officer is None:
            look_up.add_error("number", _("No officer has this number."))
    if officer is None:
        title = _("Identify an officer: %(reference)s") % {"reference": row.reference}
        context = {"form": look_up, "title": title, "back": back}
        return render(request, "cases/complaints/look_up.html", context)
    note_read(
        request.user,
        "opened",
        "officers_officer",
        officer.pk,
        fields=["service_number", "name_km", "name_latin", "rank", "unit"],
        reason=row.reference,
    )
    one = get_object_or_404(row.accused, pk=look_up.cleaned_data["accused"])

    def do(said: dict[str, Any]) -> Complaint:
        return actions.match(request.user, pk, accused_id=one.pk, officer_id=officer.pk, **said)

    return step_page(
        request,
        row,
        forms.Match(request.user, row, posted(request)),
        do,
        title=_("Identify an officer: %(reference)s"),
        verb="match",
        done=_("The officer is identified, and barred from the complaint with his unit."),
        text=_(
            "From then on the officer, the unit and all below it do not see this complaint. Where it lies with "
            "them, it moves up at once, and you may not see it any more."
        ),
        rows=[(_("Who is named"), str(one)), *_officer(officer)],
        danger=True,
    )


def _officer(officer: Officer) -> list[tuple[Any, Any]]:
    return [
        (_("Service number"), native_digits(officer.service_number)),
        (_("Name in Khmer"), officer.name_km),
        (_("Name in Latin letters"), officer.name_latin),
        (_("Rank"), rank_names().get(officer.rank, officer.rank)),
        (_("Unit"), officer.unit.name),
    ]


@login_required
def decide_pause(request: SignedIn, pk: int) -> HttpResponse:
    """Agree to a pause that somebody else asked for, or refuse it."""
    row = seen(request, pk)
    pause = pause_asked(row)
    if pause is not None and not rules.agrees_to_pause(request.user, pause):
        raise PermissionDenied(_("You may not do this."))
    if pause is None and request.method != "POST":
        raise Conflict(_("No pause is asked for."))
    asked = [
        (_("Reason"), pause.get_reason_display()),
        (_("In words"), pause.text),
        (_("From"), pause.starts_on),
        (_("Until"), pause.until),
        (_("Asked for by"), pause.asked_by.name),
    ] if pause else []  # fmt: skip
    return step_page(
        request,
        row,
        forms.Decide(request.user, row, posted(request)),
        lambda said: pauses.decide(request.user, pk, **said),
        title=_("A pause is asked for: %(reference)s"),
        verb="decide_pause",
        done=_("Your answer is recorded."),
        rows=asked,
    )


@login_required
def hear_from(request: SignedIn, pk: int, referral: int) -> HttpResponse:
    """Write down that a ministry acknowledged, or what it answered."""
    row = _may(request, pk, "refer")
    one = get_object_or_404(row.referrals, pk=referral)
    return step_page(
        request,
        row,
        forms.HearFrom(request.user, row, posted(request)),
        lambda said: referrals.hear_from(request.user, pk, referral_id=one.pk, **said),
        title=_("What the ministry says: %(reference)s"),
        verb="refer",
        submit=_("Write it down"),
        done=_("It is recorded."),
        rows=[
            (_("Ministry"), forms.authority_name(one.authority)),
            (_("What is referred"), one.text),
            (_("Number of the letter"), one.letter),
            (_("Sent on"), one.sent_on),
            (_("Acknowledged on"), one.acknowledged_on),
        ],
    )


@login_required
def settle(request: SignedIn, pk: int) -> HttpResponse:
    """Settle what the reporter disputes."""
    row = seen(request, pk)
    deed = disputed(row)
    if deed is not None and not rules.settles(request.user, deed):
        raise PermissionDenied(_("Somebody else must settle this: a supervisor who did not do it himself."))
    if deed is None and request.method != "POST":
        raise Conflict(_("Nothing is disputed."))
    said_both = [
        (_("What was done"), deed.get_kind_display()),
        (_("In words"), deed.text),
        (_("Done on"), deed.done_on),
        (_("Recorded by"), deed.by.name),
        (_("What the reporter says"), deed.disputed),
    ] if deed else []  # fmt: skip
    return step_page(
        request,
        row,
        forms.Settle(request.user, row, posted(request)),
        lambda said: actions.settle(request.user, pk, **said),
        title=_("Settle what is disputed: %(reference)s"),
        verb="settle",
        done=_("It is settled."),
        text=_("What did not happen does not count, and the clock of acting runs again."),
        rows=said_both,
    )
