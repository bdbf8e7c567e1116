"""A page for each step on a case: it asks, calls the action, and shows what that refuses with nothing lost."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import lifecycles
from cases.actions import cases as actions
from cases.actions import grounds, hearings, proposals
from cases.actions.notices import as_told
from cases.models import Case
from cases.models.grounds import TESTED, GroundKind
from cases.queries.offered import tests_for
from cases.queries.workers import workers
from cases.web.forms.cases import Assign, CaseStep
from cases.web.forms.grounds import AddGround, AddPaper, ChooseKind
from cases.web.forms.hearings import Propose
from cases.web.views.case_pages import FIRST, PAGES, THEN
from cases.web.views.case_told import told
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.web.views.acting import SignedIn, act_page, posted


def seen(request: SignedIn, pk: int) -> Case:
    """The case, if it is there for who asks."""
    rows = Case.objects.select_related("officer__unit", "officer_unit", "unit", "case_officer", "closed_by")
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


def may(request: SignedIn, pk: int, verb: str) -> Case:
    """The case, if its page offers this step; who may but comes too late gets the conflict from the action.

    :raises PermissionDenied: to whom the step is never offered
    :raises Conflict: where the case is not in a state for it, on the way to the form
    """
    row = seen(request, pk)
    try:
        lifecycles.advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


def step_page(
    request: SignedIn,
    row: Case,
    form: Any,
    do: Any,
    *,
    title: Any,
    verb: str,
    done: Any,
    submit: str = "",
    **context: Any,
) -> HttpResponse:
    """The page of a step on a case: its form, what that does, and where it leads."""
    return act_page(
        request,
        form,
        do,
        title=str(title) % {"reference": row.reference},
        submit=submit or str({**FIRST, **THEN}[verb]),
        back=reverse("case", args=[row.pk]),
        done=str(done),
        to=lambda _row: _where_to(request.user, row.pk),
        keeps=True,
        **context,
    )


def _where_to(user: User, pk: int) -> str:
    """The page of the case, unless the step took it out of sight."""
    there = Case.objects.visible_to(user).filter(pk=pk).exists()
    return reverse("case", args=[pk]) if there else reverse("cases")


@login_required
def step(request: SignedIn, pk: int, verb: str) -> HttpResponse:
    """A step that asks for nothing but what its form has."""
    row = may(request, pk, verb)
    page = PAGES[verb]
    form = page.form(request.user, row, posted(request))
    form.files = request.FILES
    if request.method == "GET" and (chosen := request.GET.get("ground")) and "ground" in form.fields:
        form.initial["ground"] = chosen

    def do(said: dict[str, Any]) -> Any:
        return page.do(request.user, pk, **(form.about() if isinstance(form, AddPaper) else said))

    return step_page(
        request,
        row,
        form,
        do,
        title=page.title,
        verb=verb,
        done=page.done,
        text=page.text,
        danger=page.danger,
        rows=page.rows(row),
    )


@login_required
def assign(request: SignedIn, pk: int) -> HttpResponse:
    """Choose among those who may work on the case."""
    row = may(request, pk, "assign")

    def do(said: dict[str, Any]) -> Any:
        chosen, version = said["case_officer"], said["version"]
        return actions.assign(request.user, pk, case_officer_id=chosen, version=version)

    return step_page(
        request,
        row,
        Assign(request.user, row, posted(request), workers=workers(row)),
        do,
        title=_("Put somebody in charge of %(reference)s"),
        verb="assign",
        done=_("It is recorded who is in charge."),
        rows=[(_("In charge"), row.case_officer.name if row.case_officer else _("Nobody"))],
    )


@login_required
def add_ground(request: SignedIn, pk: int) -> HttpResponse:
    """First which ground, then what carries it: the fields of that kind alone."""
    row = may(request, pk, "add_ground")
    chosen = request.POST if request.method == "POST" else request.GET
    choose = ChooseKind(chosen if "kind" in chosen else None)
    if not choose.is_valid():
        context = {"form": choose, "case": row, "back": reverse("case", args=[pk])}
        return render(request, "cases/case/choose_kind.html", context)
    kind = choose.cleaned_data["kind"]
    form = AddGround(request.user, row, posted(request), kind=kind)
    form.files = request.FILES
    if kind in TESTED:
        note_read(request.user, "listed", "officers_drugtest", case=row.pk, officer=row.officer_id)
    return step_page(
        request,
        row,
        form,
        lambda _said: grounds.add_ground(request.user, pk, **form.about()),
        title=_("Add a ground to %(reference)s"),
        verb="add_ground",
        done=_("The ground is added."),
        template="cases/case/add_ground.html",
        kind=GroundKind(kind).label,
        no_test=kind in TESTED and not tests_for(row, kind).exists(),
        again=row.status in (Case.Status.NOTIFIED, Case.Status.RESPONSE, Case.Status.INVESTIGATED),
    )


@login_required
def issue_notice(request: SignedIn, pk: int) -> HttpResponse:
    """Show what the officer will read, then issue it."""
    row = may(request, pk, "issue_notice")
    standing = row.grounds.select_related("test", "extract").filter(status="STANDING").order_by("pk")
    content = {"severity": row.severity, "grounds": [as_told(one) for one in standing]}
    note_read(request.user, "opened", "cases_case", row.pk, fields=["grounds", "papers"])
    return step_page(
        request,
        row,
        CaseStep(request.user, row, posted(request)),
        lambda said: hearings.issue_notice(request.user, pk, **said),
        title=_("Issue the notice of the allegations in %(reference)s"),
        verb="issue_notice",
        done=_("The notice is issued. It has no effect until there is a proof that the officer was told."),
        template="cases/case/issue_notice.html",
        told=told(content),
        case=row,
    )


@login_required
def propose(request: SignedIn, pk: int) -> HttpResponse:
    """The measure, on which grounds, articles and evidence, and why no lesser one is enough."""
    row = may(request, pk, "propose")
    note_read(request.user, "opened", "cases_case", row.pk, fields=["grounds", "papers", "statements"])
    form = Propose(request.user, row, posted(request))
    return step_page(
        request,
        row,
        form,
        lambda _said: proposals.propose(request.user, pk, **form.about()),
        title=_("Propose a measure in %(reference)s"),
        verb="propose",
        done=_("The measure is proposed. A legal checker who had no part in the case is next."),
        template="cases/case/propose.html",
        case=row,
        grounds=row.grounds.filter(status="STANDING").order_by("pk"),
        papers=row.papers.order_by("pk"),
        statements=row.statements.exclude(text="").order_by("pk"),
    )
