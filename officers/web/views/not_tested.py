"""Officers who were not tested for too long."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.files import write_csv
from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import number
from ledger import clock
from ledger.reading import note_read
from officers.models import Officer, Unit
from officers.models.officers import OfficerQuerySet
from officers.models.sheets import SEES_TESTS
from officers.queries.not_tested import by_unit_below, never_tested, not_tested, period_begins
from officers.queries.settings import rank_names
from officers.queries.units import children
from officers.web.forms.fields import ask, asked
from officers.web.forms.officers import NotTestedFilter
from officers.web.views.acting import SignedIn

PAGE = 50
MOST_EXPORTED = 100_000


def _asked(request: SignedIn) -> tuple[NotTestedFilter, OfficerQuerySet, Unit | None]:
    if not request.user.has_role(*SEES_TESTS):
        raise Http404
    form = NotTestedFilter(request.GET)
    ask(form, request.user)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = not_tested(request.user, chosen.get("since") or period_begins()).select_related("unit")
    unit = chosen.get("unit")
    if unit is not None:
        found = found.filter(unit__path__startswith=unit.path)
    if chosen.get("never"):
        found = never_tested(found)
    return form, found, unit


@login_required
def officers(request: SignedIn) -> HttpResponse:
    """Who was not tested since a day, and how many in each unit below."""
    form, found, unit = _asked(request)
    try:
        page = Keyset(
            found,
            order=("sort_key", "id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("not_tested")
    note_read(request.user, "listed", "officers_officer", fields=["last_test"], **asked(form))
    of = unit or _top(request)
    below = list(children(request.user, of).open()) if of else []
    counts = by_unit_below(found, below)
    ranks = rank_names()
    return render(
        request,
        "officers/officers/not_tested.html",
        {
            "filter_form": form,
            "since": form.cleaned_data.get("since") if form.is_valid() else None,
            "period": period_begins(),
            "rows": [(one, ranks.get(one.rank, one.rank)) for one in page.rows],
            "page": page,
            "number": found.count(),
            "units": [(one, counts[one.pk]) for one in below if counts[one.pk]],
        },
    )


def _top(request: SignedIn) -> Unit | None:
    """The unit of which the units below are counted where none was chosen: his own, if he sees tests in one alone."""
    paths = request.user.scope(*SEES_TESTS)
    return Unit.objects.filter(path=paths[0]).first() if len(paths) == 1 else None


@login_required
def export(request: SignedIn) -> HttpResponseBase:
    """The same as a table."""
    form, found, _unit = _asked(request)
    if found[: MOST_EXPORTED + 1].count() > MOST_EXPORTED:
        words = _("These are more than %(limit)s officers. Choose a unit.")
        messages.warning(request, words % {"limit": number(MOST_EXPORTED)})
        return redirect("not_tested")
    note_read(request.user, "exported", "officers_officer", fields=["last_test"], **asked(form))
    header = [
        _("Stable number"),
        _("Service number"),
        _("Name in Khmer"),
        _("Name in Latin letters"),
        _("Rank"),
        _("Unit code"),
        _("Unit"),
        _("Last test"),
    ]
    return StreamingHttpResponse(
        write_csv(header, _lines(found.in_order())),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="not-tested-{clock.today()}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _lines(found: OfficerQuerySet) -> Iterator[list[Any]]:
    ranks, units = rank_names(), Unit.objects.in_bulk()
    columns = ("pk", "service_number", "name_km", "name_latin", "rank", "unit_id", "last_test")
    for pk, number_, km, latin, rank, unit, last in list(found.values_list(*columns)):  # all as of one moment
        place = units[unit]
        yield [
            Officer(pk=pk).number,
            number_,
            km,
            latin,
            ranks.get(rank, rank),
            place.code,
            place.name,
            last or "",
        ]
