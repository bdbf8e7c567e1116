"""The roll of officers: search, page, acts."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import native_digits
from ledger import clock
from ledger.reading import note_read
from officers import rules
from officers.actions import officers as actions
from officers.lifecycles import verbs
from officers.models import Officer, Role, Unit
from officers.models.officers import SEES_OFFICERS
from officers.models.sheets import SEES_TESTS
from officers.queries.officers import BY_OLD_NUMBER, ORDER, find_officers
from officers.queries.settings import rank_names
from officers.queries.taken import COLOURS as TAKEN_COLOURS
from officers.queries.taken import tests_taken as tests_taken_by
from officers.queries.timelines import timeline
from officers.reckoning.numbers import service_number
from officers.web.forms.officers import Correct, FindOfficers, Leave, Post, Register, Renumber
from officers.web.views.acting import SignedIn, act_page, posted

COLOURS: dict[str, str] = {
    Officer.Status.SERVING: "green",
    Officer.Status.SUSPENDED: "orange",
    Officer.Status.DISMISSED: "red",
    Officer.Status.RETIRED: "grey",
    Officer.Status.RESIGNED: "grey",
    Officer.Status.DECEASED: "grey",
    Officer.Status.ENTERED_IN_ERROR: "grey",
}
PAGE = 50
#: For these the floor above says which cases there are against an officer, at an address of its own.
CASES = (
    Role.CASE_OFFICER,
    Role.SUPERVISOR,
    Role.INSPECTOR,
    Role.LEGAL_CHECKER,
    Role.DECIDING_AUTHORITY,
    Role.REGISTRAR,
    Role.APPEAL_MEMBER,
    Role.AUDITOR,
)


@login_required
def officers(request: SignedIn) -> HttpResponse:
    """The roll in Khmer order, or what fits the search, best first."""
    user = request.user
    form = FindOfficers(user, request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = find_officers(user, chosen.get("q", "")) if form.is_valid() else Officer.objects.none()
    if unit := chosen.get("unit"):
        found = found.filter(unit__path__startswith=unit.path)
    if chosen.get("status"):
        found = found.filter(status__in=chosen["status"])
    rows: list[dict[str, Any]] = []
    page = None
    if form.is_valid():
        try:
            page = Keyset(
                found.select_related("unit"),
                order=ORDER,
                limit=PAGE,
                after=request.GET.get("after"),
                before=request.GET.get("before"),
            ).page()
        except BadCursor:
            return redirect("officers")
        ranks = rank_names()
        rows = [
            {
                "officer": officer,
                "rank": ranks.get(officer.rank, officer.rank),
                "colour": COLOURS.get(officer.status, "grey"),
                "formerly": service_number(chosen["q"])
                if getattr(officer, "match", None) == BY_OLD_NUMBER
                else "",
            }
            for officer in page.rows
        ]
        parameters = {"q": chosen.get("q", ""), "unit": unit.code if unit else "", "status": chosen["status"]}
        note_read(user, "searched" if chosen.get("q") else "listed", "officers_officer", **parameters)
    return render(
        request,
        "officers/officers/list.html",
        {
            "filter_form": form,
            "page": page,
            "rows": rows,
            "sees_tests": user.has_role(*SEES_TESTS),
            "registers": _registers(user),
        },
    )


def _registers(user: Any) -> bool:
    return any(
        rules.keeps_officers(user, unit) for unit in Unit.objects.filter(path__in=user.scope(*SEES_OFFICERS))
    )


@login_required
def officer(request: SignedIn, pk: int) -> HttpResponse:
    """All that is known here of one officer, and what happened to the record."""
    user = request.user
    row = get_object_or_404(Officer.objects.visible_to(user).select_related("unit"), pk=pk)
    shown = ["name_km", "name_latin", "service_number", "birth_year", "sex", "postings"]
    note_read(user, "opened", "officers_officer", row.pk, fields=shown)
    ranks = rank_names()
    postings = row.postings.standing().select_related("unit").order_by("-held")
    return render(
        request,
        "officers/officers/page.html",
        {
            "officer": row,
            "colour": COLOURS.get(row.status, "grey"),
            "breadcrumbs": [(_("Officers"), reverse("officers")), (row.name, "")],
            "rows": [
                (_("Stable number"), row.number),
                (_("Service number"), native_digits(row.service_number)),
                (_("Name in Khmer"), row.name_km),
                (_("Name in Latin letters"), row.name_latin),
                (_("Sex"), row.get_sex_display()),
                (_("Year of birth"), native_digits(row.birth_year)),
                (_("Rank"), ranks.get(row.rank, row.rank)),
                (_("Unit"), row.unit.name),
            ],
            "postings": [(posting, ranks.get(posting.rank, posting.rank)) for posting in postings],
            "numbers": row.service_numbers.standing().order_by("-held"),
            "items": timeline(row, user),
            "verbs": verbs(row, user),
            "sees_tests": rules.sees_tests_of(user, row),
            "sees_cases": user.has_role(*CASES),
            "is_told_of_tests": rules.is_told_of_tests(user, row),
        },
    )


@login_required
def tests_taken(request: SignedIn, pk: int) -> HttpResponse:
    """A fragment for an officer's page: on which days he was tested, and outcomes once they are on the line."""
    row = get_object_or_404(Officer.objects.visible_to(request.user).select_related("unit"), pk=pk)
    if not rules.is_told_of_tests(request.user, row):
        raise Http404
    note_read(request.user, "listed", "officers_drugtest", fields=["tested_on", "status"], officer=row.pk)
    part = bool(request.headers.get("HX-Request"))
    return render(
        request,
        "officers/officers/_tests_taken.html" if part else "officers/officers/tests_taken.html",
        {"officer": row, "taken": [(one, TAKEN_COLOURS[one.outcome]) for one in tests_taken_by(row)]},
    )


@login_required
def register(request: SignedIn) -> HttpResponse:
    """Enter an officer on the roll."""
    if not _registers(request.user):
        raise Http404
    form = Register(request.user, posted(request))
    return act_page(
        request,
        form,
        lambda data: actions.register(request.user, **_with_unit_id(data)),
        title=_("Register an officer"),
        submit=_("Register"),
        back=reverse("officers"),
        done=_("The officer is on the roll."),
        to=lambda row: reverse("officer", args=[row.pk]),
    )


def _with_unit_id(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "unit"} | {"unit_id": data["unit"].pk}


def _kept(request: SignedIn, pk: int) -> Officer:
    """The officer, for a page that changes the record; 404 for whom it is not to change."""
    row = get_object_or_404(Officer.objects.visible_to(request.user).select_related("unit"), pk=pk)
    if not rules.keeps_officer(request.user, row):
        raise Http404
    if request.method == "GET":
        note_read(request.user, "opened", "officers_officer", row.pk, fields=["name_km", "name_latin"])
    return row


@login_required
def correct(request: SignedIn, pk: int) -> HttpResponse:
    """Correct what was written wrongly."""
    row = _kept(request, pk)
    names = ("name_km", "name_latin", "sex", "birth_year", "version")
    form = Correct(posted(request), initial={name: getattr(row, name) for name in names})
    return act_page(
        request,
        form,
        lambda data: actions.correct(request.user, pk, **data),
        title=_("Correct the entry of %(name)s") % {"name": row.name},
        submit=_("Correct"),
        back=reverse("officer", args=[pk]),
        done=_("The entry is corrected."),
        text=_("For mistakes in writing. A new posting, rank or number has a page of its own."),
    )


@login_required
def renumber(request: SignedIn, pk: int) -> HttpResponse:
    """Give another service number."""
    row = _kept(request, pk)
    form = Renumber(posted(request), initial={"version": row.version, "since": clock.today()})
    return act_page(
        request,
        form,
        lambda data: actions.renumber(request.user, pk, **data),
        title=_("A new service number for %(name)s") % {"name": row.name},
        submit=_("Give the number"),
        back=reverse("officer", args=[pk]),
        done=_("The new number is given; the old one stays in the history."),
        rows=[(_("Present number"), native_digits(row.service_number))],
    )


@login_required
def post(request: SignedIn, pk: int) -> HttpResponse:
    """Post to a unit, or give another rank or post."""
    row = _kept(request, pk)
    present = row.postings.filter(held__upper_inf=True).first()
    initial = {"unit": row.unit, "rank": row.rank, "version": row.version}
    if present:
        initial |= {"title": present.title, "is_head": present.is_head}
    form = Post(request.user, posted(request), initial=initial)
    return act_page(
        request,
        form,
        lambda data: actions.post(request.user, pk, **_with_unit_id(data)),
        title=_("Post %(name)s") % {"name": row.name},
        submit=_("Begin the posting"),
        back=reverse("officer", args=[pk]),
        done=_("The new posting has begun."),
        text=_("The present posting ends on the day the new one begins."),
    )


@login_required
def leave(request: SignedIn, pk: int) -> HttpResponse:
    """Record that an officer retired, resigned or died."""
    row = _kept(request, pk)
    form = Leave(posted(request), initial={"version": row.version, "on": clock.today()})
    return act_page(
        request,
        form,
        lambda data: actions.leave(request.user, pk, **data),
        title=_("%(name)s leaves the service") % {"name": row.name},
        submit=_("Record it"),
        back=reverse("officer", args=[pk]),
        done=_("It is recorded."),
        text=_("Cases that are open against an officer stay open."),
        danger=True,
    )
