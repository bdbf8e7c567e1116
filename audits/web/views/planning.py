"""Steps on an audit: planned, amended, begun, reported, dropped."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import lifecycles
from audits.actions import audits as actions
from audits.models import Audit
from audits.web.forms import plan as forms
from audits.web.views.looking import looks
from audits.web.views.plan import seen
from foundation.web.templatetags.web import day
from ledger.conflict import Conflict
from officers.web.views.acting import SignedIn, act_page, posted


def may(request: SignedIn, pk: int, verb: str) -> Audit:
    """The audit, if its page offers this step; who may but comes too late gets the conflict from the action.

    :raises PermissionDenied: to whom the step is never offered
    :raises Conflict: where the audit is not in a state for it, on the way to the form
    """
    row = seen(request, pk)
    try:
        lifecycles.advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


def summary(row: Audit) -> list[tuple[Any, Any]]:
    return [
        (_("Audit"), str(row)),
        (_("Unit"), row.unit.name),
        (_("What was decided"), f"{day(row.period_from)} – {day(row.period_to)}"),
    ]


@looks
def plan(request: SignedIn) -> HttpResponse:
    """Put an audit into the plan."""
    form = forms.PlanAudit(request.user, posted(request))
    return act_page(
        request,
        form,
        lambda _said: actions.plan(request.user, **form.about()),
        title=_("Plan an audit"),
        submit=_("Put it into the plan"),
        back=reverse("audits"),
        done=_("The audit is in the plan."),
        to=lambda row: reverse("audit", args=[row.pk]),
        template="audits/act.html",
        text=_(
            "What a unit and those below it decided between two days is audited. Samples come once it has begun."
        ),
    )


def _step(request: SignedIn, row: Audit, form: Any, do: Any, **said: Any) -> HttpResponse:
    return act_page(
        request,
        form,
        do,
        back=reverse("audit", args=[row.pk]),
        template="audits/act.html",
        rows=summary(row),
        keeps=True,
        **said,
    )


@looks
def amend(request: SignedIn, pk: int) -> HttpResponse:
    row = may(request, pk, "amend")
    form = forms.AmendAudit(row, posted(request))
    return _step(
        request,
        row,
        form,
        lambda _said: actions.amend(request.user, pk, **form.about()),
        title=_("Change the plan of an audit"),
        submit=_("Change it"),
        done=_("The plan is changed."),
    )


@looks
def start(request: SignedIn, pk: int) -> HttpResponse:
    row = may(request, pk, "start")
    return _step(
        request,
        row,
        forms.StartAudit(row, posted(request)),
        lambda said: actions.start(request.user, pk, **said),
        title=_("Begin an audit"),
        submit=_("Begin"),
        done=_("The audit has begun."),
        text=_("Its days stay as they are from now on. Samples can be frozen and records reviewed."),
    )


@looks
def report(request: SignedIn, pk: int) -> HttpResponse:
    row = may(request, pk, "report")
    return _step(
        request,
        row,
        forms.ReportAudit(row, posted(request)),
        lambda said: actions.report(request.user, pk, **said),
        title=_("Report an audit"),
        submit=_("Report it"),
        done=_("The audit is reported."),
        text=_(
            "The work ends with the conclusion: reviews stay as they are. Findings go on until they are closed."
        ),
    )


@looks
def drop(request: SignedIn, pk: int) -> HttpResponse:
    row = may(request, pk, "drop")
    return _step(
        request,
        row,
        forms.DropAudit(row, posted(request)),
        lambda said: actions.drop(request.user, pk, **said),
        title=_("Take an audit out of the plan"),
        submit=_("Take it out"),
        done=_("The audit is out of the plan."),
        text=_("It stays to be seen, with the reason."),
        danger=True,
    )
