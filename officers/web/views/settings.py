"""Settings that are data: what rules, what will rule, what ruled; a new version as a table."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.templatetags.web import day, native_digits
from ledger import clock
from officers import rules
from officers.actions import settings as actions
from officers.models import SettingVersion
from officers.queries.timelines import timeline
from officers.web.forms.refusals import show
from officers.web.forms.settings import (
    ADDED_ROWS,
    DEADLINE_UNIT_NAMES,
    DRUG_NAMES,
    INSTRUMENT_NAMES,
    MEASURE_NAMES,
    PICKED_BY_NAMES,
    ROWS,
    SPECIMEN_NAMES,
    UNIT_KIND_NAMES,
    Put,
    Table,
    with_computed,
)
from officers.web.forms.users import Because
from officers.web.views.acting import SignedIn, act_page, posted


def _states(kind: str) -> list[tuple[SettingVersion, str, str]]:
    """All versions of a kind, newest first, each with what it is now and the colour of that."""
    today = clock.today()
    rules_now = SettingVersion.objects.in_force(kind, today)
    states = []
    for version in SettingVersion.objects.filter(kind=kind).order_by("-number"):
        if version.withdrawn:
            state = (_("Withdrawn"), "grey")
        elif rules_now is not None and version.pk == rules_now.pk:
            state = (_("In force"), "green")
        elif version.effective_from > today:
            state = (_("Coming"), "blue")
        else:
            state = (_("Earlier"), "grey")
        states.append((version, *state))
    return states


@login_required
def settings(request: SignedIn) -> HttpResponse:
    """Each kind with its versions."""
    kinds = [(value, label, _states(value)) for value, label in SettingVersion.Kind.choices]
    context = {"kinds": kinds, "keeps": rules.keeps_settings(request.user)}
    return render(request, "officers/settings/list.html", context)


@login_required
def version(request: SignedIn, pk: int) -> HttpResponse:
    """One version as a table."""
    row = get_object_or_404(SettingVersion.objects.visible_to(request.user), pk=pk)
    state, colour = next((state, colour) for one, state, colour in _states(row.kind) if one.pk == row.pk)
    names = [name for name in ROWS[row.kind].base_fields if name != "remove"]
    coming = not row.withdrawn and row.effective_from > clock.today()
    return render(
        request,
        "officers/settings/version.html",
        {
            "version": row,
            "state": state,
            "colour": colour,
            "breadcrumbs": [
                (_("Settings"), reverse("settings")),
                (
                    _("%(setting)s, version %(number)s")
                    % {"setting": row.get_kind_display(), "number": row.number},
                    "",
                ),
            ],
            "rows": [(_("Effective from"), row.effective_from), (_("Reason"), row.reason)],
            "labels": [ROWS[row.kind].base_fields[name].label for name in names],
            "table": [[_shown(name, one.get(name)) for name in names] for one in row.content[row.kind]],
            "items": timeline(row, request.user),
            "withdraws": coming and rules.keeps_settings(request.user),
        },
    )


def _shown(name: str, value: Any) -> Any:
    """A cell of the table in words."""
    if name in ("measure", "gravest"):
        return MEASURE_NAMES.get(value, value) or _("every measure")
    if name in ("heads", "decided_by"):
        return UNIT_KIND_NAMES.get(value, value)
    if name in ("removed_by", "instrument"):
        return INSTRUMENT_NAMES.get(value, value)
    if name == "unit":
        return DEADLINE_UNIT_NAMES.get(value, value)
    if name in ("specimen", "picked_by", "drug"):
        return (SPECIMEN_NAMES | PICKED_BY_NAMES | DRUG_NAMES).get(value, value)
    if name in ("date", "effective_from"):
        return day(date.fromisoformat(value))
    return native_digits(value) if isinstance(value, int) else value


@login_required
def put(request: SignedIn, kind: str) -> HttpResponse:
    """A new version: begins with the rows in force, and is checked as a whole."""
    if kind not in ROWS or not rules.keeps_settings(request.user):
        raise Http404
    label = SettingVersion.Kind(kind).label
    latest = (
        SettingVersion.objects.visible_to(request.user)
        .filter(kind=kind, withdrawn=False)
        .order_by("-effective_from", "-number")
        .first()
    )
    rows = latest.content[kind] if latest else []
    adds = request.method == "POST" and "add" in request.POST
    form = Put(posted(request))
    if request.method == "POST":
        table = Table(kind, rows, request.POST, added=ADDED_ROWS if adds else 0)
        if not adds and form.is_valid() and table.is_valid():
            try:
                made = actions.put(request.user, kind=kind, content=table.content, **form.cleaned_data)
            except ValidationError as refusal:
                show(form, table.show(refusal))
            else:
                messages.success(request, _("The version is kept and rules from its day on."))
                return redirect("setting_version", made.pk)
    else:
        table = Table(kind, _begun(request, kind, rows))
    return render(
        request,
        "officers/settings/put.html",
        {
            "kind": kind,
            "label": label,
            "form": form,
            "table": table,
            "next_year": clock.today().year + 1,
            "breadcrumbs": [(_("Settings"), reverse("settings")), (label, "")],
        },
    )


def _begun(request: SignedIn, kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows a new version begins with; `?year=` adds the holidays computed for it."""
    year = request.GET.get("year", "")
    if kind != SettingVersion.Kind.HOLIDAYS or not year.isdecimal():
        return rows
    try:
        return with_computed(rows, int(year))
    except ValueError:
        messages.warning(request, _("There are no computed holidays for that year."))
        return rows


@login_required
def withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Take back a version that does not rule yet."""
    row = get_object_or_404(SettingVersion.objects.visible_to(request.user), pk=pk)
    if not rules.keeps_settings(request.user):
        raise Http404
    return act_page(
        request,
        Because(posted(request), initial={"version": row.version}),
        lambda data: actions.withdraw(request.user, pk, **data),
        title=_("Withdraw version %(number)s of %(setting)s")
        % {"number": row.number, "setting": row.get_kind_display()},
        submit=_("Withdraw"),
        back=reverse("setting_version", args=[pk]),
        done=_("The version is withdrawn."),
        danger=True,
    )
