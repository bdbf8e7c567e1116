"""A letter with a personal code to the officer of a case: written and shown once, like those of reviews."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cases import lifecycles
from cases.actions import notices
from cases.models import Case
from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from officers.actions.doors import newest_letter
from officers.web.forms.refusals import show
from officers.web.forms.reviews import WriteLetter
from officers.web.views.acting import SignedIn, posted
from officers.web.views.letters import show_letter


@login_required
@reauthentication_required
@never_cache
def write(request: SignedIn, pk: int) -> HttpResponse:
    """Write a letter and show it, this once: the same form sent again shows nothing and writes nothing."""
    seen = Case.objects.visible_to(request.user).select_related("officer__unit", "officer_unit", "unit")
    case: Case = get_object_or_404(seen, pk=pk)
    if "write_letter" not in lifecycles.verbs(case, request.user):
        raise PermissionDenied
    back = reverse("case", args=[pk])
    form = WriteLetter(request.user, case, posted(request), after=newest_letter(case.officer_id))
    if request.method == "POST" and form.is_valid():
        try:
            letter, code = notices.write_letter(request.user, pk, **form.cleaned_data)
        except Conflict as refusal:
            messages.error(request, str(refusal))
            return redirect(back)
        except ValidationError as refusal:
            show(form, refusal)
        else:
            return show_letter(request, letter, code, back=back, to=_("Back to the case"))
    officer = case.officer
    context: dict[str, Any] = {
        "form": form,
        "title": _("Write a letter to %(officer)s")
        % {"officer": f"{native_digits(officer.service_number)} {officer.name}"},
        "text": _(
            "The letter has a personal code, shown this once. Print it, fold it, seal it, and have it handed over. "
            "Somebody who does not work on the case records the hand-over; it counts also if the officer refuses to "
            "sign. Earlier letters to the officer open nothing any more."
        ),
        "submit": _("Write the letter"),
        "back": back,
    }
    return render(request, "confirm.html", context)
