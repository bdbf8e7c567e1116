"""Letters with a personal code: written once, and the hand-over of one recorded by somebody independent."""

from typing import Any

import segno
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers import rules
from officers.actions import doors
from officers.models import DoorCode
from officers.queries.letters import HANDS_OVER
from officers.reckoning.codes import shown
from officers.web.forms.letters import FindLetter, RecordService
from officers.web.forms.refusals import show
from officers.web.forms.reviews import WriteLetter
from officers.web.views.acting import SignedIn, act_page, posted
from officers.web.views.review_steps import may_step


@login_required
@reauthentication_required
@never_cache
def write(request: SignedIn, pk: int) -> HttpResponse:
    """Write a letter and show it, this once: the same form sent again shows nothing and writes nothing."""
    row = may_step(request, pk, "write_letter")
    form = WriteLetter(request.user, row, posted(request), after=doors.newest_letter(row.test.officer_id))
    if request.method == "POST" and form.is_valid():
        try:
            letter, code = doors.write_letter(request.user, pk, **form.cleaned_data)
        except Conflict as refusal:
            messages.error(request, str(refusal))
            return redirect("review", pk=pk)
        except ValidationError as refusal:
            show(form, refusal)
        else:
            return show_letter(
                request, letter, code, back=reverse("review", args=[pk]), to=_("Back to the review")
            )
    officer = row.test.officer
    context: dict[str, Any] = {
        "form": form,
        "title": _("Write a letter to %(officer)s")
        % {"officer": f"{native_digits(officer.service_number)} {officer.name}"},
        "text": _(
            "The letter has a personal code, shown this once. Print it, fold it, seal it, and have it handed over by "
            "somebody who had no part in the test. Earlier letters to the officer open nothing any more."
        ),
        "submit": _("Write the letter"),
        "back": reverse("review", args=[pk]),
    }
    return render(request, "confirm.html", context)


def show_letter(request: SignedIn, letter: DoorCode, code: str, *, back: str, to: str) -> HttpResponse:
    """The letter as it is printed, with its code, which is nowhere else.

    :param to: what the link back is called
    """
    address = f"{settings.PUBLIC_URL}{reverse('door')}"
    # The code is not in it: a camera's history must not hold what opens the door.
    square = segno.make(address, error="m").svg_inline(scale=4, border=2, svgclass=None, lineclass=None)
    context = {
        "letter": letter,
        "officer": letter.officer,
        "code": shown(code),
        "address": address,
        "square": mark_safe(square),  # noqa: S308 - made of our own address by segno
        "languages": ("km", "en"),
        "back": back,
        "to": to,
    }
    return render(request, "officers/letters/letter.html", context)


@login_required
@never_cache
def letters(request: SignedIn) -> HttpResponse:
    """Find the letter whose hand-over is to be recorded, by its number."""
    if not request.user.has_role(*HANDS_OVER):
        raise Http404
    form = FindLetter(request.user, request.GET or None)
    if form.is_valid():
        return redirect("letter_service", pk=form.cleaned_data["number"].pk)
    if form.is_bound:
        note_read(request.user, "searched", "officers_doorcode", number=form.data.get("number", "")[:40])
    return render(request, "officers/letters/find.html", {"form": form})


@login_required
@never_cache
def service(request: SignedIn, pk: int) -> HttpResponse:
    """Record that a letter was handed over. Nothing here says what is in it."""
    found = DoorCode.objects.visible_to(request.user).select_related("officer__unit")
    letter: DoorCode = get_object_or_404(found, pk=pk)
    if not rules.records_service(request.user, letter):
        raise Http404
    note_read(request.user, "opened", "officers_doorcode", letter.pk, fields=["officer"])
    officer = letter.officer
    return act_page(
        request,
        RecordService(posted(request)),
        lambda said: doors.record_service(request.user, pk, **said),
        title=_("Record that a letter was handed over"),
        text=_("The letter stays closed: it is for the officer alone. His time runs from this recording."),
        rows=[
            (_("Letter"), letter.number),
            (_("Officer"), f"{native_digits(officer.service_number)} · {officer.name_km}"),
            (_("Name in Latin letters"), officer.name_latin),
            (_("Unit"), officer.unit.name),
        ],
        submit=_("Record the hand-over"),
        back=reverse("letters"),
        done=_("The hand-over is recorded."),
    )
