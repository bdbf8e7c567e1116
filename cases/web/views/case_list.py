"""The list of cases, overdue first; the dashboard; what of them waits for somebody; those of one officer."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import rules
from cases.models import Case
from cases.models.cases import CaseQuerySet
from cases.models.grounds import GroundKind
from cases.queries import docket
from cases.queries.workers import conducting_units
from cases.web.forms.case_list import CaseFilter
from cases.web.views.queue import days_left
from foundation.web.keyset import BadCursor, Keyset
from ledger import clock
from ledger.reading import note_read
from officers.models import Officer, User
from officers.queries.settings import rank_names
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn

S = Case.Status
COLOURS: dict[str, str] = {
    S.OPENED: "blue",
    S.ASSESSED: "blue",
    S.NOTIFIED: "teal",
    S.RESPONSE: "teal",
    S.INVESTIGATED: "teal",
    S.PROPOSED: "purple",
    S.CHECKED: "purple",
    S.AWAITING_INSTRUMENT: "purple",
    S.IN_FORCE: "green",
    S.APPEALED: "orange",
    S.FINAL: "grey",
    S.STAYED: "yellow",
    S.CLOSED: "grey",
}
PAGE = 50
TABLE = Case._meta.db_table
#: On the staff home: so many rows of each kind.
SHOWN = 8


def _docket(user: User) -> CaseQuerySet:
    if not docket.has_cases(user):
        raise Http404
    return docket.docket(user)


@login_required
def cases(request: SignedIn) -> HttpResponse:
    """The cases of a user, or what of them is chosen."""
    user = request.user
    rows = _docket(user)
    form = CaseFilter(user, request.GET)
    try:
        page = Keyset(
            form.chosen(rows) if form.is_valid() else rows.none(),
            order=docket.ORDER,
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("cases")
    said = asked(form)
    note_read(user, "searched" if said.get("q") else "listed", TABLE, **said)
    return render(
        request,
        "cases/case/list.html",
        {"filter_form": form, "page": page, "rows": listed(page.rows), "opens": opens_any(user)},
    )


def opens_any(user: User) -> bool:
    return user.has_role(*docket.WORKS)


def listed(rows: Iterable[Case]) -> list[dict[str, Any]]:
    """Cases as a list shows them."""
    today, ranks = clock.today(), rank_names()
    return [
        {
            "case": row,
            "rank": ranks.get(row.rank, row.rank),
            "colour": COLOURS[row.status],
            "due": days_left(row.due_on, today),
            "flags": list(_flags(row)),
        }
        for row in rows
    ]


def _flags(row: Case) -> Iterable[str]:
    if row.ground_fell:
        yield _("A ground fell")
    if row.news:
        yield _("Something new came in")


@login_required
def overview(request: SignedIn) -> HttpResponse:
    """How many cases there are, of which kind and where; each number leads to the list behind it."""
    user = request.user
    rows = _docket(user)
    still_open = rows.open()
    note_read(user, "listed", TABLE, place="overview")
    ground, status = docket.by_ground(still_open), docket.by_status(rows)
    context = {
        "figures": [
            _count(_("Open"), still_open.count()),
            _count(_("Overdue"), docket.overdue(still_open).count(), overdue="on"),
            _count(_("The next step is mine"), docket.waiting(still_open, user).count(), waiting="on"),
            _count(_("I am in charge"), still_open.filter(case_officer=user).count(), mine="on"),
            _count(_("A ground fell"), still_open.filter(ground_fell=True).count(), ground_fell="on"),
            _count(_("Something new came in"), still_open.filter(news=True).count(), news="on"),
        ],
        "days": docket.days_to_decision(rows),
        "decided": _count(_("Decided on"), docket.decided(rows).count(), decided="on"),
        "tables": [
            (
                _("By status"),
                _("Status"),
                [_count(S(one).label, status[one], status=one) for one in S if status.get(one)],
            ),
            (
                _("Open, by ground"),
                _("Ground"),
                [
                    _count(GroundKind(one).label, ground[one], ground=one)
                    for one in GroundKind
                    if ground.get(one)
                ],
            ),
            (
                _("Open, by the unit that conducts them"),
                _("Unit"),
                _by_conducting_unit(still_open),
            ),
            (
                _("Open, by the officer's province"),
                _("Province"),
                [
                    _count(unit.name, count, province=unit.pk)
                    for unit, count in docket.by_province(still_open)
                ],
            ),
        ],
    }
    return render(request, "cases/case/overview.html", context)


def _by_conducting_unit(rows: CaseQuerySet) -> list[dict[str, Any]]:
    """A unit's own number; the list behind it has those of the units below as well, and so does the number."""
    own = docket.by_conducting_unit(rows)
    return [
        _count(
            unit.name,
            sum(count for other, count in own if other.path.startswith(unit.path)),
            unit=unit.code,
        )
        for unit, _count_ in own
    ]


def _count(label: Any, count: int, **query: Any) -> dict[str, Any]:
    return {"label": label, "count": count, "url": f"{reverse('cases')}?{urlencode(query)}"}


@login_required
def waiting(request: SignedIn) -> HttpResponse:
    """A fragment for the staff home: what of the cases waits for this user."""
    user = request.user
    still_open = _docket(user).open()
    note_read(user, "listed", TABLE, place="home")
    steps = docket.waiting(still_open, user)
    context = {
        "parts": [
            part
            for part in (
                _part(_("Cases in which the next step is yours"), steps, "waiting=on"),
                _part(
                    _("Cases you are in charge of that are overdue"),
                    docket.overdue(still_open.filter(case_officer=user)),
                    "mine=on&overdue=on",
                ),
                _part(
                    _("Precautionary suspensions to be looked at again"),
                    docket.to_review(still_open, user),
                    "review=on",
                ),
            )
            if part["rows"]
        ]
    }
    template = "_waiting.html" if request.headers.get("HX-Request") else "waiting.html"
    return render(request, f"cases/case/{template}", context)


def _part(title: str, rows: CaseQuerySet, query: str) -> dict[str, Any]:
    shown = listed(rows.order_by(*docket.ORDER)[:SHOWN])
    return {"title": title, "rows": shown, "count": rows.count(), "query": query}


@login_required
def of_officer(request: SignedIn, pk: int) -> HttpResponse:
    """A fragment for an officer's page: his cases that the user may see, and where one is opened."""
    user = request.user
    rows = _docket(user)
    officer = get_object_or_404(Officer.objects.visible_to(user).select_related("unit"), pk=pk)
    note_read(user, "listed", TABLE, officer=officer.pk)
    found = list(rows.filter(officer=officer).order_by("-pk"))
    context = {
        "officer": officer,
        "rows": listed(found),
        "opens": rules.stands_clear_of(user, officer)
        and not any(row.is_open for row in found)
        and any(rules.opens_cases(user, unit) for unit in conducting_units(officer)),
    }
    template = "_of_officer.html" if request.headers.get("HX-Request") else "of_officer.html"
    return render(request, f"cases/case/{template}", context)
