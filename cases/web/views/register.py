"""The barred register, and the measures in force."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cases.models import Case, Measure, Order
from cases.models.grounds import GroundKind
from cases.models.orders import SEES_ORDERS
from cases.web.forms import measures as forms
from cases.web.views.case_told import measure_in_words
from cases.web.views.sections import sections
from foundation.web.keyset import BadCursor, Keyset
from ledger.reading import note_read
from officers.models import RegisterEntry
from officers.models.register import SEES_REGISTER
from officers.queries.register import entries_fitting
from officers.queries.settings import rank_names
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn

S = RegisterEntry.Status
COLOURS: dict[str, str] = {S.ENTERED: "red", S.UNDER_APPEAL: "orange", S.VOIDED: "grey"}
TABLE = RegisterEntry._meta.db_table
PAGE = 50
ORDER = ("-effective_on", "-id")
_GROUNDS = dict(GroundKind.choices)


@login_required
def register(request: SignedIn) -> HttpResponse:
    """The entries of the whole country, or those of who fits the search."""
    user = request.user
    if not user.has_role(*SEES_REGISTER):
        raise Http404
    form = forms.FilterRegister(request.GET)
    rows = RegisterEntry.objects.visible_to(user)
    said = form.cleaned_data if form.is_valid() else {}
    if said.get("q"):
        rows = entries_fitting(rows, said["q"])
    if said.get("status"):
        rows = rows.filter(status__in=said["status"])
    try:
        page = _page(request, rows.select_related("officer__unit"))
    except BadCursor:
        return redirect("register")
    note_read(user, "searched" if said.get("q") else "listed", TABLE, **asked(form))
    cases = _cases(user, [row.officer_id for row in page.rows])
    context = {
        "sections": sections(request),
        "filter_form": form,
        "page": page,
        "rows": [
            {
                "entry": row,
                "colour": COLOURS[row.status],
                "reasons": [_GROUNDS.get(one, one) for one in row.reasons],
                "case": cases.get(row.pointer),
            }
            for row in page.rows
        ],
    }
    return render(request, "cases/register/register.html", context)


def _page(request: SignedIn, rows: Any) -> Any:
    return Keyset(
        rows,
        order=ORDER,
        limit=PAGE,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    ).page()


def _cases(user: Any, officers: list[int]) -> dict[str, int]:
    """The files that the reader may open, by reference."""
    rows = Case.objects.visible_to(user).filter(officer__in=officers)
    return {row.reference: row.pk for row in rows}


@login_required
def measures(request: SignedIn) -> HttpResponse:
    """The measures in force in the cases that a user sees, the newest first."""
    user = request.user
    if not user.has_role(*SEES_ORDERS):
        raise Http404
    form = forms.FilterMeasures(user, request.GET)
    rows = Measure.objects.visible_to(user).filter(reversed_on=None, ended_on=None)
    rows = rows.filter(_chosen(form)) if form.is_valid() else rows.none()
    try:
        page = _page(request, rows.select_related("case", "officer", "unit", "to_unit", "order"))
    except BadCursor:
        return redirect("measures")
    note_read(user, "listed", Measure._meta.db_table, **asked(form))
    ranks = rank_names()
    seen = {one.pk for one in _orders(user, page.rows)}
    context = {
        "sections": sections(request),
        "filter_form": form,
        "page": page,
        "rows": [
            {
                "measure": row,
                "words": measure_in_words(row, ranks),
                "rank": ranks.get(row.rank, row.rank),
                "grounds": [_GROUNDS.get(one, one) for one in row.grounds],
                "order": row.order if row.order_id in seen else None,
            }
            for row in page.rows
        ],
    }
    return render(request, "cases/register/measures.html", context)


def _orders(user: Any, rows: list[Measure]) -> Any:
    return Order.objects.visible_to(user).filter(pk__in=[row.order_id for row in rows if row.order_id])


def _chosen(form: forms.FilterMeasures) -> Q:
    said = form.cleaned_data
    chosen = Q(kind=said["kind"]) if said["kind"] else Q()
    if said["drugs"]:
        chosen &= Q(is_about_drugs=True)
    if said["unit"]:
        chosen &= Q(unit__path__startswith=said["unit"].path)
    if said["since"]:
        chosen &= Q(effective_on__gte=said["since"])
    if said["until"]:
        chosen &= Q(effective_on__lte=said["until"])
    return chosen
