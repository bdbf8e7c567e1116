"""The steps of a review: which buttons somebody has, and a page for each that asks and calls the action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from officers.actions import doors, reviews
from officers.lifecycles import advance, verbs
from officers.models import Review, Specimen, User
from officers.models.laboratory import LabResult
from officers.queries.reviews import is_to_tell, review_rows
from officers.web.forms import reviews as forms
from officers.web.views.acting import SignedIn, act_page, posted


@dataclass(frozen=True)
class Page:
    """What the page of a step asks, calls and says; `strong` asks for the password again before."""

    label: forms.Words
    form: type[forms.Step]
    do: Callable[..., Any]
    done: forms.Words
    text: forms.Words = ""
    strong: bool = False
    danger: bool = False


PAGES: Mapping[str, Page] = {
    "take": Page(
        gettext_lazy("Take on"),
        forms.Plain,
        reviews.take,
        gettext_lazy("You have taken this review on."),
        gettext_lazy("You look for the officer, hear him and decide. Another who reviews may take it over."),
    ),
    "attempt": Page(
        gettext_lazy("Write down an attempt"),
        forms.Attempt,
        reviews.attempt,
        gettext_lazy("The attempt is written down."),
        gettext_lazy("Tell nobody but the officer what it is about, not even the unit."),
    ),
    "hear": Page(
        gettext_lazy("Write the interview down"),
        forms.Hear,
        reviews.hear,
        gettext_lazy("What the officer said is written down."),
    ),
    "explain": Page(
        gettext_lazy("Write an explanation down"),
        forms.Explain,
        doors.explain,
        gettext_lazy("The explanation is written down."),
        gettext_lazy("For what the officer says by word of mouth or on paper, beside the interview."),
    ),
    "verify": Page(
        gettext_lazy("Verify"),
        forms.Verify,
        reviews.verify,
        gettext_lazy("Verified. Write the letter: the officer is to be told."),
        gettext_lazy(
            "There is no medical explanation for what the laboratory found. It is not final: the officer is told, "
            "and may ask for the second bottle."
        ),
        strong=True,
    ),
    "clear": Page(
        gettext_lazy("Explained medically"),
        forms.Clear,
        reviews.clear,
        gettext_lazy("The test is reported as negative."),
        gettext_lazy(
            "The test counts as negative. Nobody but who sees results learns that anything was found."
        ),
        strong=True,
    ),
    "cancel": Page(
        gettext_lazy("Cancel the test"),
        forms.Cancel,
        reviews.cancel_test,
        gettext_lazy("The test is cancelled."),
        gettext_lazy("It counts as neither positive nor negative, and is never a ground for anything."),
        strong=True,
        danger=True,
    ),
    "determine": Page(
        gettext_lazy("Determine the claim"),
        forms.Determine,
        reviews.determine,
        gettext_lazy("The claim is determined."),
        gettext_lazy("Only what you determine counts. Until then it is a claim."),
        strong=True,
    ),
    "ask_retest": Page(
        gettext_lazy("The officer asks for the second bottle"),
        forms.AskRetest,
        doors.ask_retest,
        gettext_lazy("It is written down that the officer asks for the second bottle."),
        gettext_lazy("For an officer who asks by word of mouth, within the time he has."),
    ),
    "send_second": Page(
        gettext_lazy("Name the second laboratory"),
        forms.SendSecond,
        reviews.send_second,
        gettext_lazy("The second laboratory is named."),
        gettext_lazy("The second bottle is tested by another laboratory than the first."),
    ),
    "reopen": Page(
        gettext_lazy("Open anew"),
        forms.Reopen,
        reviews.reopen,
        gettext_lazy("The review is open again."),
        gettext_lazy("For an officer who was not heard because something serious kept him."),
        strong=True,
    ),
}
#: What comes next stands in colour, the rest behind it.
FIRST = ("take", "hear", "verify", "determine", "send_second")
#: A step that makes no sense for a review has no button, though the table would take it.
_ROOM: Mapping[str, Callable[[Review, User], bool]] = {
    "take": lambda row, user: row.reviewer_id != user.pk,
    "verify": lambda row, user: row.report is not None and row.report.result in reviews.VERIFIES,
    "clear": lambda row, user: (
        row.report is not None and row.report.result in (LabResult.POSITIVE, LabResult.POSITIVE_DILUTE)
    ),
    "send_second": lambda row, user: (
        not Specimen.objects.filter(test=row.test_id, second_received_at__isnull=False).exists()
    ),
    "reopen": lambda row, user: bool(row.unheard),
}


@dataclass(frozen=True)
class Button:
    verb: str
    label: forms.Words
    url: str
    first: bool


def buttons(row: Review, user: User) -> list[Button]:
    """The next steps, in the order of the work."""
    may = {verb for verb in verbs(row, user) if verb not in _ROOM or _ROOM[verb](row, user)}
    found = [
        Button(verb, page.label, address(row.pk, verb), verb in FIRST)
        for verb, page in PAGES.items()
        if verb in may
    ]
    if "write_letter" in may:
        url = reverse("review_letter", args=[row.pk])
        label = _("Write a letter to the officer")
        found.append(Button("write_letter", label, url, is_to_tell(row)))
    return sorted(found, key=lambda button: not button.first)


def address(pk: int, verb: str) -> str:
    return reverse("review_decide" if PAGES[verb].strong else "review_step", args=[pk, verb])


def may_step(request: SignedIn, pk: int, verb: str) -> Review:
    """The review, if its page offers this step; who may but comes too late gets the conflict from the action."""
    found = review_rows().visible_to(request.user)
    row: Review = get_object_or_404(found, pk=pk)
    try:
        advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return get_object_or_404(found, pk=pk)


@login_required
@never_cache
def step(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    """A step that can be taken back or decides nothing."""
    if verb not in PAGES or PAGES[verb].strong:
        raise Http404
    return _page(request, pk, verb)


@login_required
@reauthentication_required
@never_cache
def decide(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    """A step that decides."""
    if verb not in PAGES or not PAGES[verb].strong:
        raise Http404
    return _page(request, pk, verb)


def _page(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    row, page = may_step(request, pk, verb), PAGES[verb]
    officer = row.test.officer
    found = row.claim if row.claim else row.report and row.report.get_result_display()
    return act_page(
        request,
        page.form(request.user, row, posted(request)),
        lambda said: page.do(request.user, pk, **said),
        title=f"{page.label}: {native_digits(officer.service_number)} {officer.name}",
        text=page.text,
        rows=[(_("Claimed") if row.claim else _("The laboratory reported"), found)],
        submit=str(page.label),
        back=reverse("review", args=[pk]),
        done=str(page.done),
        danger=page.danger,
    )
