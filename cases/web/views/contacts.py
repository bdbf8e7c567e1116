"""How a reporter can be reached: asked for by a step of its own, decided by a second person, read by who asked."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases import rules
from cases.actions import contacts
from cases.models import ContactOpening
from cases.web.forms import acts as forms
from cases.web.views.acts import step_page
from cases.web.views.complaints import seen
from cases.web.views.steps import contact_asked, contact_granted
from ledger.conflict import Conflict
from officers.web.views.acting import SignedIn, posted


@login_required
def decide(request: SignedIn, pk: int) -> HttpResponse:
    """Grant what somebody else asked for, or refuse it."""
    row = seen(request, pk)
    opening = contact_asked(row)
    if opening is not None and not rules.decides_on_contact(request.user, opening):
        raise PermissionDenied(_("You may not do this."))
    if opening is None and request.method != "POST":
        raise Conflict(_("Nobody asks to know how the reporter can be reached."))
    return step_page(
        request,
        row,
        forms.Decide(request.user, row, posted(request)),
        lambda said: contacts.decide(request.user, pk, grant=said["agree"], version=said["version"]),
        title=_("How the reporter of %(reference)s can be reached"),
        verb="decide_contact",
        done=_("Your answer is recorded."),
        text=_(
            "Whoever asked reads it for seven days, and every look is recorded. The inspectorate is told."
        ),
        rows=_asked(opening),
    )


def _asked(opening: ContactOpening | None) -> list[tuple[str, object]]:
    if opening is None:
        return []
    asked: list[tuple[str, object]] = [
        (_("Asked for by"), opening.asked_by.name),
        (_("Reason"), opening.reason),
    ]
    return [*asked, (_("Purpose"), _("An audit"))] if opening.for_audit else asked


@login_required
def read(request: SignedIn, pk: int) -> HttpResponse:
    """What the reporter left: asked once more, since the look is recorded, then shown on this page alone."""
    row = seen(request, pk)
    if contact_granted(row, request.user) is None:
        raise PermissionDenied(_("You may not do this."))
    contact = contacts.read(request.user, pk) if request.method == "POST" else None
    answer = render(request, "cases/complaints/contact.html", {"complaint": row, "contact": contact})
    answer["Cache-Control"] = "no-store"
    return answer
