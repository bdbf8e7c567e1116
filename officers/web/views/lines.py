"""The lines of an open sheet: written one by one, by script or by a plain form, and who may be meant."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ledger.conflict import Conflict
from ledger.reading import note_read
from officers import rules
from officers.actions import drug_tests
from officers.models import Officer, Sheet
from officers.queries.settings import rank_names
from officers.queries.sheets import by_number, lines_of, look_up, roster
from officers.web.forms.refusals import show
from officers.web.forms.sheets import LineForm, LookUpForm
from officers.web.views.sheets import line_row, seen, sentence_of, show_sheet

#: Beyond so many officers a roster is not sent to the page; it looks each of them up instead.
ROSTER = 1500


@login_required
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next line. The script asks for JSON; without it the sheet comes back with what happened."""
    if request.method != "POST":
        return redirect("sheet", pk=pk)
    if request.accepts("text/html"):
        return _by_form(request, pk)
    return _by_script(request, pk)


def _by_form(request: HttpRequest, pk: int) -> HttpResponse:
    row = seen(request, pk)
    form = LineForm(request.POST, drugs=row.drugs)
    if form.is_valid():
        number = form.cleaned_data["number"]
        if not by_number(number).exists() and (meant := look_up(request.user, row, number)):
            form.add_error("number", _("Choose who is meant, or give the whole number."))
            return show_sheet(request, row, form, status=400, meant=_described(meant, row))
        try:
            test = drug_tests.enter(request.user, row.pk, form.line())
        except ValidationError as refusal:
            show(form, refusal)
        else:
            messages.success(request, sentence_of(test))
            return redirect("sheet", pk=pk)
    return show_sheet(request, row, form, status=400)


def _by_script(request: HttpRequest, pk: int) -> JsonResponse:
    """200 with the line as it stands; 400 with what is wrong with it; 403, 404, 409 with a sentence."""
    try:
        row = seen(request, pk)
        form = LineForm(request.POST, drugs=row.drugs)
        if not form.is_valid():
            return JsonResponse({"problems": _problems(form)}, status=400)
        try:
            test = drug_tests.enter(request.user, row.pk, form.line())
        except ValidationError as refusal:
            show(form, refusal)
            return JsonResponse({"problems": _problems(form)}, status=400)
    except Conflict as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    except PermissionDenied as refusal:
        return JsonResponse({"message": str(refusal) or _("You may not do this.")}, status=403)
    except Http404:
        return JsonResponse(
            {"message": _("Nothing stands at this address, or it is not for you to see.")}, status=404
        )
    test = lines_of(request.user, row).get(pk=test.pk)
    return JsonResponse(
        {
            "line": test.line,
            "saved": sentence_of(test),
            "html": render_to_string(
                "officers/sheets/_line.html", {"row": line_row(request.user, test, row)}, request
            ),
            "totals": lines_of(request.user, row).totals(),
        }
    )


def _problems(form: LineForm) -> list[dict[str, str]]:
    return [
        {"field": field if field in form.fields else "", "message": str(message)}
        for field, errors in form.errors.items()
        for message in errors
    ]


@require_GET
@login_required
def officers(request: HttpRequest, pk: int) -> JsonResponse:
    """Who may be meant by `q`; without it the unit's roster, or null where that would be too long."""
    row = seen(request, pk)
    user: Any = request.user
    if not rules.administers(user, row):
        raise PermissionDenied
    if "q" not in request.GET:
        found = list(roster(user, row.unit)[: ROSTER + 1])
        if len(found) > ROSTER:
            return JsonResponse({"officers": None})
        note_read(user, "listed", "officers_officer", unit=row.unit.code, sheet=row.pk)
    else:
        form = LookUpForm(request.GET)
        text = form.cleaned_data["q"][:120] if form.is_valid() else ""
        found = look_up(user, row, text)
        note_read(user, "searched", "officers_officer", q=text, sheet=row.pk)
    return JsonResponse({"officers": _described(found, row)})


def _described(found: list[Officer], row: Sheet) -> list[dict[str, Any]]:
    """What tells one officer from another: both names, year of birth, rank and unit."""
    ranks = rank_names()
    return [
        {
            "number": officer.service_number,
            "km": officer.name_km,
            "latin": officer.name_latin,
            "born": officer.birth_year,
            "rank": ranks.get(officer.rank, officer.rank),
            "unit": officer.unit.name,
            "elsewhere": not row.unit.contains(officer.unit),
        }
        for officer in found
    ]
