"""Opening a case: first find the officer, then confirm by number and year of birth who he is."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import rules
from cases.actions import cases as actions
from cases.queries.workers import conducting_units
from cases.web.forms.cases import FindOfficer, Open
from cases.web.views.case_list import opens_any
from ledger.reading import note_read
from officers.models import Officer
from officers.queries.officers import ORDER, find_officers
from officers.queries.settings import rank_names
from officers.web.views.acting import SignedIn, act_page, posted

#: So many at most are shown; a narrower search finds the rest.
SHOWN = 20
TABLE = Officer._meta.db_table


@login_required
def look_up(request: SignedIn) -> HttpResponse:
    """Find the officer. Neither his number nor his year of birth is shown: they are to come from the papers."""
    user = request.user
    if not opens_any(user):
        raise Http404
    form = FindOfficer(request.GET or None)
    found: list[Any] = []
    if form.is_valid():
        text = form.cleaned_data["q"]
        ranks = rank_names()
        rows = find_officers(user, text).select_related("unit").order_by(*ORDER)[: SHOWN + 1]
        found = [(one, ranks.get(one.rank, one.rank)) for one in rows]
        note_read(user, "searched", TABLE, q=text, place="open a case")
    context = {
        "form": form,
        "found": found[:SHOWN],
        "more": len(found) > SHOWN,
        "searched": form.is_valid(),
        "breadcrumbs": [(_("Cases"), reverse("cases")), (_("Open a case"), "")],
    }
    return render(request, "cases/case/look_up.html", context)


@login_required
def open_case(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm who it is, and open."""
    user = request.user
    officer = get_object_or_404(Officer.objects.visible_to(user).select_related("unit"), pk=pk)
    units = [unit for unit in conducting_units(officer) if rules.opens_cases(user, unit)]
    if not units or not rules.stands_clear_of(user, officer):
        raise Http404
    note_read(user, "opened", TABLE, officer.pk, fields=["name_km", "name_latin", "rank", "unit"])
    rank = rank_names().get(officer.rank, officer.rank)

    def do(said: dict[str, Any]) -> Any:
        unit = said.pop("unit")
        return actions.open(user, officer.pk, unit_id=unit, **said)

    return act_page(
        request,
        Open(units, posted(request)),
        do,
        title=_("Open a case against %(name)s") % {"name": officer.name},
        submit=_("Open the case"),
        back=reverse("case_look_up"),
        done=_("The case is open. Add the ground next, with what carries it."),
        to=lambda row: reverse("case", args=[row.pk]),
        text=_("Is it this officer? Type number and year of birth from the papers before you."),
        rows=[
            (_("Name in Khmer"), officer.name_km),
            (_("Name in Latin letters"), officer.name_latin),
            (_("Rank"), rank),
            (_("Unit"), officer.unit.name),
            (_("Status"), officer.get_status_display()),
        ],
        keeps=True,
    )
