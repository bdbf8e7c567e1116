"""Labels for specimens: issued to units, printed, accounted for."""

from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from foundation.web.keyset import BadCursor, Keyset
from foundation.web.templatetags.web import number
from ledger.reading import note_read
from officers import rules
from officers.actions import specimen_numbers as actions
from officers.models import Role, SpecimenRange
from officers.models.specimens import Bottle
from officers.queries.specimen_numbers import account_of
from officers.queries.timelines import timeline
from officers.reckoning.numbers import specimen_number
from officers.web.forms.fields import ask
from officers.web.forms.specimen_numbers import MOST_PRINTED, Issue, Print, RangeFilter, Spoil
from officers.web.views.acting import SignedIn, act_page, posted

PAGE = 50
#: Spoiled labels shown beside their range; the newest.
MOST_SPOILED = 100
#: Who may issue labels to some unit, and who accounts for them in some; to which, the action looks.
ISSUE, ACCOUNT = (Role.SYSTEM_ADMINISTRATOR,), (Role.ADMINISTRATOR, Role.SYSTEM_ADMINISTRATOR)


@login_required
def ranges(request: SignedIn) -> HttpResponse:
    """The ranges of labels that were issued, the newest first."""
    user = request.user
    form = RangeFilter(request.GET)
    ask(form, user)
    found = SpecimenRange.objects.visible_to(user).select_related("unit", "issued_by")
    chosen = form.cleaned_data if form.is_valid() else {}
    if unit := chosen.get("unit"):
        found = found.filter(unit__path__startswith=unit.path)
    if chosen.get("year"):
        found = found.filter(year=chosen["year"])
    try:
        page = Keyset(
            found,
            order=("-year", "-first", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("specimen_numbers")
    return render(
        request,
        "officers/specimen_numbers/list.html",
        {
            "filter_form": form,
            "rows": page.rows,
            "page": page,
            "issues": user.has_role(*ISSUE),
            "accounts": user.has_role(*ACCOUNT),
        },
    )


@login_required
def range_(request: SignedIn, pk: int) -> HttpResponse:
    """One range: what became of its labels."""
    row = _seen(request, pk)
    account = account_of(row)
    return render(
        request,
        "officers/specimen_numbers/page.html",
        {
            "row": row,
            "breadcrumbs": [(_("Specimen numbers"), reverse("specimen_numbers")), (str(row), "")],
            "rows": [
                (_("Unit"), row.unit.name),
                (_("Labels"), number(row.number)),
                (_("Issued"), row.issued_at),
                (_("Issued by"), row.issued_by.name),
                (_("Used for tests"), number(account.used)),
                (_("Spoiled"), number(account.spoiled)),
                (_("Accounted for by nobody"), number(account.missing)),
                (_("Left"), number(account.left)),
            ],
            "gaps": account.gaps,
            "spoiled": row.spoiled.select_related("by").order_by("-pk")[:MOST_SPOILED],
            "accounts": rules.accounts_for_numbers(request.user, row),
            "items": timeline(row, request.user),
        },
    )


@login_required
def issue(request: SignedIn) -> HttpResponse:
    """Issue the next labels of this year to a unit."""
    if not request.user.has_role(*ISSUE):
        raise Http404

    def do(data: dict[str, Any]) -> SpecimenRange:
        return actions.issue(request.user, unit_id=data["unit"].pk, number=data["number"])

    return act_page(
        request,
        Issue(request.user, posted(request)),
        do,
        title=_("Issue labels to a unit"),
        submit=_("Issue labels"),
        back=reverse("specimen_numbers"),
        done=_("The labels are issued. Print them now, or have them printed."),
        to=lambda row: reverse("specimen_range", args=[row.pk]),
        text=_("They go on from the last number issued this year. Each must be accounted for."),
    )


@login_required
def spoil(request: SignedIn) -> HttpResponse:
    """Write down that a label was destroyed or lost."""
    if not request.user.has_role(*ACCOUNT):
        raise Http404
    return act_page(
        request,
        Spoil(posted(request), initial={"number": request.GET.get("number", "")}),
        lambda data: actions.spoil(request.user, **data),
        title=_("A label was spoiled"),
        submit=_("Write it down"),
        back=reverse("specimen_numbers"),
        done=_("It is written down. This label can be used for no test."),
        to=lambda made: reverse("specimen_range", args=[made.range_id]),
        text=_("Destroyed or lost before it was used. Whoever asks for this number finds the reason."),
    )


@login_required
def labels(request: SignedIn, pk: int) -> HttpResponse:
    """Labels to print: for each number one for either bottle, with the code that a scanner reads."""
    row = _seen(request, pk)
    if not rules.accounts_for_numbers(request.user, row):
        raise PermissionDenied(_("You do not administer tests for this unit."))
    initial = {"first": row.first_label, "number": min(row.number, 50)}
    form = Print(row, request.GET or None, initial=initial)
    context: dict[str, Any] = {"row": row, "form": form, "most": MOST_PRINTED}
    if not form.is_valid():
        return render(request, "officers/specimen_numbers/choose.html", context)
    first = form.cleaned_data["first"]
    last = min(row.last, first + form.cleaned_data["number"] - 1)
    plain = [specimen_number(row.year, serial) for serial in range(first, last + 1)]
    note_read(request.user, "exported", "officers_specimenrange", row.pk, first=plain[0], last=plain[-1])
    strips = [(one, [(bottle, _code(f"{one}-{bottle.value}")) for bottle in Bottle]) for one in plain]
    return render(request, "officers/specimen_numbers/labels.html", context | {"strips": strips})


def _code(text: str) -> str:
    drawn = segno.make_qr(text, error="m").svg_inline(
        omitsize=True, svgclass="specimen-label__code", lineclass=None, border=2
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from a label's number


def _seen(request: SignedIn, pk: int) -> SpecimenRange:
    return get_object_or_404(
        SpecimenRange.objects.visible_to(request.user).select_related("unit", "issued_by"), pk=pk
    )
