"""Steps on a sample: its population frozen, drawn by a second person, directed by rules, voided, given to auditors."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audits import lifecycles
from audits.actions import reviews, samples
from audits.models import About, Audit, Sample
from audits.queries.rules import rules_about, rules_in_force
from audits.web.forms import samples as forms
from audits.web.views.looking import looks
from audits.web.views.planning import may, summary
from audits.web.views.samples import seen
from foundation.web.templatetags.web import day, number
from ledger.conflict import Conflict
from officers.web.views.acting import SignedIn, act_page, posted


@looks
def choose(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """Of which records: the form that follows depends on it."""
    row = may(request, pk, "freeze")
    form = forms.ChooseAbout(request.GET if "about" in request.GET else None)
    if form.is_valid():
        return redirect(
            f"audit_{'freeze' if kind == 'random' else 'direct'}", row.pk, form.cleaned_data["about"]
        )
    titles = {"random": _("Take a random sample"), "directed": _("Take a directed sample")}
    context = {"form": form, "title": titles[kind], "row": row, "back": reverse("audit", args=[pk])}
    return render(request, "audits/choose_about.html", context)


def _about(about: str) -> str:
    if about not in About.values:
        raise Http404
    return about


def _to(row: Sample) -> str:
    return reverse("sample", args=[row.pk])


def _rows(audit: Audit, about: str) -> list[tuple[Any, Any]]:
    return [*summary(audit), (_("Records"), About(about).label)]


@looks
def freeze(request: SignedIn, pk: int, about: str) -> HttpResponse:
    """Freeze the population of a random sample."""
    row = may(request, pk, "freeze")
    return act_page(
        request,
        forms.FreezeSample(row, _about(about), posted(request)),
        lambda said: samples.freeze(request.user, pk, about=about, **said),
        title=_("Freeze the population of a random sample"),
        submit=_("Freeze it"),
        back=reverse("audit", args=[pk]),
        done=_("The population is frozen. A second auditor draws the sample once the number is there."),
        to=_to,
        template="audits/freeze.html",
        keeps=True,
        rows=_rows(row, about),
    )


@looks
def direct(request: SignedIn, pk: int, about: str) -> HttpResponse:
    """Take the records that risk rules point at."""
    row = may(request, pk, "freeze")
    rules = rules_about(rules_in_force(), _about(about))
    return act_page(
        request,
        forms.DirectSample(row, rules, posted(request)),
        lambda said: samples.direct(request.user, pk, about=about, **said),
        title=_("Take a directed sample"),
        submit=_("Take it"),
        back=reverse("audit", args=[pk]),
        done=_("The directed sample is taken."),
        to=_to,
        template="audits/act.html",
        keeps=True,
        text=_(
            "Records are taken at which the most weight points, the heaviest first. A rule that points says that a "
            "record is worth a look, not that something is wrong with it. No figure about all records is estimated "
            "from a directed sample: for that, take a random one."
        ),
        rows=_rows(row, about),
    )


def _may(request: SignedIn, pk: int, verb: str) -> Sample:
    """The sample, if its page offers this step; who comes too late gets the conflict from the action."""
    row = seen(request, pk)
    try:
        lifecycles.advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


def _step(request: SignedIn, row: Sample, form: Any, do: Any, **said: Any) -> HttpResponse:
    return act_page(request, form, do, back=_to(row), template="audits/act.html", keeps=True, **said)


def _facts(row: Sample) -> list[tuple[Any, Any]]:
    return [
        (_("Audit"), str(row.audit)),
        (_("Sample"), number(row.number)),
        (_("Records"), row.get_about_display()),
        (_("Records in the population"), number(row.population)),
        (_("Records to be drawn"), number(row.size)),
    ]


@looks
def draw(request: SignedIn, pk: int) -> HttpResponse:
    """A second person enters the number from outside."""
    row = _may(request, pk, "draw")
    return _step(
        request,
        row,
        forms.DrawSample(row, posted(request)),
        lambda said: samples.draw(request.user, pk, **said),
        title=_("Draw a sample"),
        submit=_("Draw"),
        done=_("The sample is drawn."),
        text=_(
            "Read the number yourself where it was published, not from somebody's note. It gives one sample: it cannot "
            "be drawn again, and whoever reckons it anew looks the number up."
        ),
        rows=[
            *_facts(row),
            (_("Where the number comes from"), row.number_source),
            (_("Day of the number"), day(row.number_on)),
            (_("Frozen by"), row.frozen_by.name),
        ],
    )


@looks
def void(request: SignedIn, pk: int) -> HttpResponse:
    """Void a sample."""
    row = _may(request, pk, "void")
    return _step(
        request,
        row,
        forms.VoidSample(row, posted(request)),
        lambda said: samples.void(request.user, pk, **said),
        title=_("Void a sample"),
        submit=_("Void it"),
        done=_("The sample is void."),
        text=_("It stays to be seen with the reason, and in the report: who draws again and again is seen."),
        rows=_facts(row),
        danger=True,
    )


@looks
def assign(request: SignedIn, pk: int) -> HttpResponse:
    """Give the records of a sample to auditors."""
    row = seen(request, pk)
    may(request, row.audit_id, "review")
    return _step(
        request,
        row,
        forms.AssignSample(row, posted(request)),
        lambda said: reviews.assign_sample(
            request.user, pk, reviewer_ids=said["reviewers"], version=said["version"]
        ),
        title=_("Give the records to auditors"),
        submit=_("Give them"),
        done=lambda given: (
            ngettext(
                "%(count)s record is given to an auditor.",
                "%(count)s records are given to auditors.",
                len(given),
            )
            % {"count": number(len(given))}
        ),
        text=_("A record that is reviewed in this audit already is left out."),
        rows=_facts(row),
    )
