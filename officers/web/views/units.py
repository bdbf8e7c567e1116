"""The tree of units: browsing, search, acts; and what is wrong with the list of places."""

from collections import defaultdict
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.web.templatetags.web import number
from ledger import clock
from officers import rules
from officers.actions import units as actions
from officers.models import Officer, Unit
from officers.models.officers import SEES_OFFICERS
from officers.models.sheets import SEES_TESTS
from officers.queries.timelines import timeline
from officers.queries.units import above, children, find_units
from officers.reckoning import gazetteer
from officers.reckoning.gazetteer import Defect, Flaw
from officers.web.forms.units import Close, FindUnits, Move, Open, Rename
from officers.web.views.acting import SignedIn, act_page, posted

MOST_FOUND = 50
MOST_SUGGESTED = 12

FLAWS = {
    Flaw.MISSING_COMMUNE: gettext_lazy(
        "Communes that the list does not have, though villages name them. They were added, without a name."
    ),
    Flaw.REPEATED_COMMUNE: gettext_lazy(
        "Communes with the name of another commune of the same district: probably copied by accident."
    ),
    Flaw.COMMUNE_WITHOUT_VILLAGES: gettext_lazy("Communes without any village."),
    Flaw.DUPLICATE_VILLAGE_CODE: gettext_lazy("Codes that several villages share."),
    Flaw.PLACEHOLDER_VILLAGE_CODE: gettext_lazy("Villages whose code is not eight digits."),
    Flaw.VILLAGE_OUTSIDE_ITS_CODE: gettext_lazy(
        "Villages whose code says one commune and whose row says another; the row was followed."
    ),
}


@login_required
def units(request: SignedIn) -> HttpResponse:
    """The top of the tree, or what fits the search."""
    form = FindUnits(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    seen = Unit.objects.visible_to(request.user)
    found = list(find_units(request.user, text).select_related("parent")[: MOST_FOUND + 1]) if text else []
    roots = list(seen.filter(parent=None))
    return render(
        request,
        "officers/units/list.html",
        {
            "search": form,
            "text": text,
            "found": found[:MOST_FOUND],
            "more": len(found) > MOST_FOUND,
            "tree": [(root, children(request.user, root)) for root in roots],
        },
    )


@login_required
def unit(request: SignedIn, pk: int) -> HttpResponse:
    """One unit: what it is, what stands below it, what happened to it."""
    user = request.user
    seen = Unit.objects.visible_to(user)
    row = get_object_or_404(seen.select_related("parent"), pk=pk)
    serving = Officer.objects.visible_to(user).serving()
    below = list(children(user, row))
    return render(
        request,
        "officers/units/page.html",
        {
            "unit": row,
            "breadcrumbs": [
                (_("Units"), reverse("units")),
                *((one.name, reverse("unit", args=[one.pk])) for one in above(row)),
                (row.name, ""),
            ],
            "rows": [
                (_("Code"), row.code),
                (_("Kind"), row.get_kind_display()),
                (_("Name in Khmer"), row.name_km),
                (_("Name in Latin letters"), row.name_latin),
                (_("Place code"), row.admin_code),
                (_("Exists from"), row.valid_from),
                *([(_("Existed until"), row.valid_to)] if row.valid_to else []),
                (_("Remark"), row.remark),
                (_("Officers serving here whom you may see"), number(serving.filter(unit=row).count())),
                (
                    _("With all units below"),
                    number(serving.filter(unit__path__startswith=row.path).count()),
                ),
            ],
            "children": [one for one in below if one.valid_to is None],
            "closed": [one for one in below if one.valid_to is not None],
            "items": timeline(row, user),
            "sees_officers": user.has_role(*SEES_OFFICERS),
            "sees_sheets": user.has_role(*SEES_TESTS),
            "keeps": row.valid_to is None and rules.keeps_units(user, row.parent),
            "opens": row.valid_to is None and rules.keeps_units(user, row),
        },
    )


@login_required
def suggestions(request: SignedIn) -> HttpResponse:
    """Options for a field in which a unit is being typed; the field's name is the parameter's."""
    typed = next((values[-1] for _name, values in request.GET.lists()), "")
    text = str(typed).partition(" · ")[0].strip()
    found = find_units(request.user, text).open()[:MOST_SUGGESTED] if len(text) > 1 else []
    return render(request, "officers/units/suggestions.html", {"units": found})


@login_required
def open_below(request: SignedIn, pk: int) -> HttpResponse:
    """Open a unit below this one."""
    parent = get_object_or_404(Unit.objects.visible_to(request.user).open(), pk=pk)
    if not rules.keeps_units(request.user, parent):
        raise Http404
    return act_page(
        request,
        Open(posted(request)),
        lambda data: actions.open(request.user, parent_id=pk, **data),
        title=_("Open a unit below %(name)s") % {"name": parent.name},
        submit=_("Open the unit"),
        back=reverse("unit", args=[pk]),
        done=_("The unit is open."),
        to=lambda row: reverse("unit", args=[row.pk]),
    )


def _kept(request: SignedIn, pk: int) -> Unit:
    """The unit, for a page that changes it; 404 for whom it is not to change."""
    row = get_object_or_404(Unit.objects.visible_to(request.user).open().select_related("parent"), pk=pk)
    if not rules.keeps_units(request.user, row.parent):
        raise Http404
    return row


@login_required
def rename(request: SignedIn, pk: int) -> HttpResponse:
    """Give another name or remark."""
    row = _kept(request, pk)
    names = ("name_km", "name_latin", "remark", "version")
    form = Rename(posted(request), initial={name: getattr(row, name) for name in names})
    return act_page(
        request,
        form,
        lambda data: actions.rename(request.user, pk, **data),
        title=_("Rename %(name)s") % {"name": row.name},
        submit=_("Rename"),
        back=reverse("unit", args=[pk]),
        done=_("The unit has its new name; the log keeps the old one."),
    )


@login_required
def move(request: SignedIn, pk: int) -> HttpResponse:
    """Put it, with all below it, under another."""
    row = _kept(request, pk)

    def do(data: dict[str, Any]) -> Unit:
        parent = data.pop("parent")
        return actions.move(request.user, pk, parent_id=parent.pk, **data)

    return act_page(
        request,
        Move(request.user, posted(request), initial={"version": row.version}),
        do,
        title=_("Move %(name)s") % {"name": row.name},
        submit=_("Move"),
        back=reverse("unit", args=[pk]),
        done=_("The unit was moved."),
        rows=[(_("Stands now below"), row.parent.name if row.parent else "")],
        text=_("All units below it move along, and whoever serves for them."),
    )


@login_required
def close(request: SignedIn, pk: int) -> HttpResponse:
    """End the unit."""
    row = _kept(request, pk)
    return act_page(
        request,
        Close(posted(request), initial={"version": row.version, "valid_to": clock.today()}),
        lambda data: actions.close(request.user, pk, **data),
        title=_("Close %(name)s") % {"name": row.name},
        submit=_("Close the unit"),
        back=reverse("unit", args=[pk]),
        done=_("The unit is closed. Its past stays."),
        danger=True,
    )


@cache
def _defects() -> tuple[str, dict[Flaw, list[Defect]]]:
    """What is wrong with the list of places that this release brings; it never changes while we run."""
    places = gazetteer.read()
    found: defaultdict[Flaw, list[Defect]] = defaultdict(list)
    for defect in places.defects:
        found[defect.flaw].append(defect)
    return places.source, found


@login_required
def defects(request: SignedIn) -> HttpResponse:
    """The known defects of the place list."""
    source, found = _defects()
    kinds = [
        (flaw, FLAWS[flaw], sum(one.rows for one in found[flaw]), found[flaw])
        for flaw in FLAWS
        if flaw in found
    ]
    return render(
        request,
        "officers/units/defects.html",
        {
            "source": source,
            "kinds": kinds,
            "breadcrumbs": [(_("Units"), reverse("units")), (_("Known defects of the place list"), "")],
        },
    )
