"""Official statistics, for those who enter and confirm them. What was confirmed stands on the public pages too."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.actions import series as actions
from audits.lifecycles import verbs
from audits.models import Series, SeriesRelease, StatStatus
from audits.web.forms import series as forms
from audits.web.views.looking import looks
from foundation.web.templatetags.web import native_digits, number
from officers.queries.settings import named
from officers.web.views.acting import SignedIn, act_page, posted


@looks
def series_list(request: SignedIn) -> HttpResponse:
    """Every series, with its last release; first what waits for a second auditor."""
    rows = Series.objects.visible_to(request.user).order_by("code")
    waiting = SeriesRelease.objects.visible_to(request.user).waiting().select_related("series", "entered_by")
    latest = {
        row.series_id: row
        for row in SeriesRelease.objects.visible_to(request.user).confirmed().order_by("period", "number")
    }
    context = {
        "rows": [(row, title(row), latest.get(row.pk)) for row in rows],
        "waiting": [(row, title(row.series)) for row in waiting.order_by("entered_at", "pk")],
    }
    return render(request, "audits/series/list.html", context)


@looks
def series_new(request: SignedIn) -> HttpResponse:
    """Enter what is counted."""
    return act_page(
        request,
        forms.NewSeries(posted(request)),
        lambda said: actions.enter_series(request.user, **said),
        title=_("Enter a series"),
        text=_(
            "Nothing is public before a release of it is confirmed. A series is never changed afterwards."
        ),
        submit=_("Enter"),
        back=reverse("series_list"),
        to=lambda row: reverse("series", args=[row.pk]),
        done=_("The series is entered. Enter a release of it."),
        template="audits/act.html",
    )


@looks
def series(request: SignedIn, pk: int) -> HttpResponse:
    """A series with all its releases: those that wait first, then by period, the latest first."""
    row = _seen(request, pk)
    releases = row.releases.select_related("entered_by", "confirmed_by", "rejected_by")
    ordered = releases.order_by("-period", "-number", "-pk")
    standing = {one.period: one.pk for one in releases.confirmed().order_by("number")}
    context = {
        "row": row,
        "title": title(row),
        "about": [
            (_("Code"), row.code),
            (_("Unit of count"), row.get_unit_display()),
            (_("Definition in Khmer"), row.definition_km),
            (_("Definition in English"), row.definition_en),
            (_("Who counts"), row.source),
            (_("Entered by"), row.entered_by.name),
        ],
        "releases": [
            (
                one,
                verbs(one, request.user),
                standing.get(one.period) == one.pk and one.stat_status != StatStatus.RETRACTED,
            )
            for one in ordered
        ],
    }
    return render(request, "audits/series/series.html", context)


@looks
def release_new(request: SignedIn, pk: int) -> HttpResponse:
    """Enter a number, or a correction of one."""
    row = _seen(request, pk)
    return act_page(
        request,
        forms.NewRelease(posted(request)),
        lambda said: actions.enter(request.user, pk, **said),
        title=_("Enter a release: %(title)s") % {"title": title(row)},
        text=_(
            "A correction is a further release of the same period. The earlier one stays public beside it."
        ),
        submit=_("Enter"),
        back=reverse("series", args=[pk]),
        done=_("The release is entered. Another auditor confirms it."),
        template="audits/act.html",
        keeps=True,
    )


@looks
def release_confirm(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm what another entered, against its source."""
    return _decide(
        request,
        pk,
        forms.Confirm,
        actions.confirm,
        title=_("Confirm this release"),
        text=_("Look it up where it stands. Once confirmed it is public and is never changed."),
        submit=_("Confirm and publish"),
        done=_("The release is public."),
    )


@looks
def release_reject(request: SignedIn, pk: int) -> HttpResponse:
    """Reject what waits."""
    return _decide(
        request,
        pk,
        forms.Reject,
        actions.reject,
        title=_("Reject this release"),
        text=_("It is never public. Another may be entered in its place."),
        submit=_("Reject the release"),
        done=_("The release is rejected."),
        danger=True,
    )


@looks
def release_retract(request: SignedIn, pk: int) -> HttpResponse:
    """Enter that the source took a number back."""
    row = _release(request, pk)
    return act_page(
        request,
        forms.Retract(posted(request)),
        lambda said: actions.retract(request.user, pk, **said),
        title=_("Retract this release"),
        text=_("A release without a number follows it, once another auditor confirms. Both are public."),
        rows=_about(row),
        submit=_("Retract"),
        back=reverse("series", args=[row.series_id]),
        done=_("The retraction is entered. Another auditor confirms it."),
        template="audits/act.html",
        danger=True,
        keeps=True,
    )


def _decide(request: SignedIn, pk: int, form: Any, action: Any, **page: Any) -> HttpResponse:
    row = _release(request, pk)
    return act_page(
        request,
        form(posted(request), initial={"version": row.version}),
        lambda said: action(request.user, pk, **said),
        rows=_about(row),
        back=reverse("series", args=[row.series_id]),
        template="audits/act.html",
        keeps=True,
        **page,
    )


def _about(row: SeriesRelease) -> list[tuple[Any, Any]]:
    return [
        (_("Series"), title(row.series)),
        (_("Period"), native_digits(row.period)),
        (_("Value"), None if row.value is None else number(row.value)),
        (_("What the source says of it"), row.get_stat_status_display()),
        (_("Released by its source on"), row.released_on),
        (_("Where it stands"), row.source),
        (_("Note"), row.note),
        (_("Entered by"), row.entered_by.name),
    ]


def title(row: Series) -> str:
    return named({"name_km": row.title_km, "name_en": row.title_en})


def _seen(request: SignedIn, pk: int) -> Series:
    rows = Series.objects.visible_to(request.user).select_related("entered_by")
    return get_object_or_404(rows, pk=pk)


def _release(request: SignedIn, pk: int) -> SeriesRelease:
    rows = SeriesRelease.objects.visible_to(request.user).select_related("series", "entered_by")
    return get_object_or_404(rows, pk=pk)
