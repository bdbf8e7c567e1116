"""Who acts for a deciding authority, between which days and by which paper."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.actions import decisions as actions
from cases.models import Delegation
from cases.web.forms import measures as forms
from cases.web.views.sections import sections
from foundation.web.templatetags.web import day
from ledger import clock
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models.users import Role
from officers.web.views.acting import SignedIn, act_page, posted

TABLE = Delegation._meta.db_table
#: So many at most; older ones are over.
MOST = 200


def _state(row: Delegation) -> tuple[str, str]:
    """How it stands today, with the colour of its tag."""
    today = clock.today()
    if row.ended_at is not None:
        return _("Ended"), "grey"
    if row.ends_on < today:
        return _("Over"), "grey"
    if row.starts_on > today:
        return _("Not begun"), "blue"
    return _("In force"), "green"


@login_required
def delegations(request: SignedIn) -> HttpResponse:
    """Those of a user's units and his own, the newest first."""
    user = request.user
    rows = Delegation.objects.visible_to(user).select_related("giver", "taker", "unit")
    found = list(rows.order_by("-starts_on", "-pk")[:MOST])
    gives = user.has_role(Role.DECIDING_AUTHORITY)
    if not found and not gives and not sections(request):
        raise Http404
    note_read(user, "listed", TABLE)
    context = {
        "sections": sections(request),
        "gives": gives,
        "rows": [(row, _state(row), _ends(user, row)) for row in found],
    }
    return render(request, "cases/register/delegations.html", context)


def _ends(user: Any, row: Delegation) -> bool:
    return row.giver_id == user.pk and row.ended_at is None and row.ends_on >= clock.today()


@login_required
def give(request: SignedIn) -> HttpResponse:
    """Let somebody act for oneself."""
    user = request.user
    if not user.has_role(Role.DECIDING_AUTHORITY):
        raise PermissionDenied(_("Only a deciding authority lets somebody act for it."))

    def do(said: dict[str, Any]) -> Delegation:
        return actions.delegate(user, taker_id=said.pop("taker"), unit_id=said.pop("unit"), **said)

    return act_page(
        request,
        forms.GiveDelegation(user, posted(request)),
        do,
        title=_("Let somebody act for you"),
        submit=_("Give the delegation"),
        back=reverse("delegations"),
        done=_("The delegation is given."),
        text=_("Decisions made under it name you, the paper, and who decided. It ends by itself."),
    )


@login_required
def end(request: SignedIn, pk: int) -> HttpResponse:
    """End one before its last day."""
    rows = Delegation.objects.visible_to(request.user).select_related("taker", "unit")
    row = get_object_or_404(rows, pk=pk)
    if row.giver_id != request.user.pk:
        raise PermissionDenied(_("Only who gave it ends it."))
    if row.ended_at is not None and request.method != "POST":
        raise Conflict(_("It was ended already."))
    return act_page(
        request,
        forms.EndDelegation(row, posted(request)),
        lambda said: actions.end_delegation(request.user, pk, **said),
        title=_("End a delegation"),
        submit=_("End it"),
        back=reverse("delegations"),
        done=_("The delegation is ended."),
        text=_("What was decided under it stands."),
        rows=[
            (_("Acts for you"), row.taker.name),
            (_("Unit"), row.unit.name),
            (_("Number of the paper"), row.paper),
            (_("From"), day(row.starts_on)),
            (_("Until"), day(row.ends_on)),
        ],
        danger=True,
        keeps=True,
    )
