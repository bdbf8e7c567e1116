"""Many complaints offered to one unit: the exact rows shown first, then one act for each."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.actions import complaints as actions
from cases.models import HANDLES, Complaint
from cases.queries.complaints import QUEUE
from cases.queries.complaints import queue as seen
from cases.web.forms.acts import ForwardMany
from cases.web.views.queue import PAGE, TABLE, listed
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.web.views.acting import SignedIn, posted


@dataclass(frozen=True)
class Outcome:
    """What became of one row: refused, and why, or offered."""

    complaint: Complaint
    refusal: str


@login_required
def forward(request: SignedIn) -> HttpResponse:
    """Show what was chosen, ask for the unit and the reason, offer each, and say what became of each."""
    user = request.user
    if not user.has_role(*HANDLES):
        raise Http404
    versions = _posted_versions(request)
    asked = list(versions) or _ids(request.GET.getlist("row"))
    if not asked:
        return redirect("complaints")
    rows = list(seen(user).filter(pk__in=asked[:PAGE]).order_by(*QUEUE))
    if not rows:
        raise Http404
    form = ForwardMany(user, posted(request))
    note_read(user, "listed", TABLE, rows=[row.pk for row in rows], place="forward")
    context: dict[str, Any] = {
        "form": form,
        "rows": listed(user, rows),
        "breadcrumbs": [(_("Complaints"), reverse("complaints")), (_("Forward"), "")],
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "cases/complaints/forward.html", context)
    unit, reason = form.cleaned_data["unit"], form.cleaned_data["reason"]
    outcomes = [
        Outcome(row, _offer(user, row.pk, unit_id=unit.pk, reason=reason, version=versions.get(row.pk)))
        for row in rows
    ]
    return render(
        request,
        "cases/complaints/forwarded.html",
        context
        | {
            "unit": unit,
            "offered": [one for one in outcomes if not one.refusal],
            "refused": [one for one in outcomes if one.refusal],
        },
    )


def _offer(user: User, pk: int, **about: Any) -> str:
    """Offer one, as an act of its own; why it was refused, or nothing."""
    try:
        actions.offer(user, pk, **about)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    except (PermissionDenied, Conflict) as refusal:
        return str(refusal) or _("You may not do this.")
    except Http404:
        return _("This complaint is no longer for you to see.")
    return ""


def _posted_versions(request: SignedIn) -> dict[int, int]:
    """The rows of the form, each with the version that was shown: `id.version`."""
    pairs = (text.split(".") for text in request.POST.getlist("row"))
    return {
        int(pair[0]): int(pair[1])
        for pair in pairs
        if len(pair) == 2 and all(one.isdecimal() for one in pair)
    }


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]
