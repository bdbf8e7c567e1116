"""Sheets for paper: to be filled in at the site, and as entered."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ledger import clock
from ledger.reading import note_read
from officers import rules
from officers.models import Role, SettingVersion, Sheet, Unit
from officers.models.sheets import Drug
from officers.queries.settings import rank_names, rows_in_force
from officers.queries.sheets import lines_of, roster
from officers.web.forms.fields import ask
from officers.web.forms.sheets import BlankForm
from officers.web.views.sheets import drug_names, header_rows, line_row, seen


@login_required
def blank(request: HttpRequest) -> HttpResponse:
    """Choose a unit, then print its sheet: the officers in Khmer order, the rest empty."""
    user: Any = request.user
    if not user.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied(_("You do not administer tests for this unit."))
    paths = user.scope(Role.ADMINISTRATOR)
    initial = {"unit": Unit.objects.get(path=paths[0])} if len(paths) == 1 else {}
    form = BlankForm(request.GET or None, initial=initial)
    ask(form, user)
    if not form.is_valid():
        return render(request, "officers/sheets/choose_blank.html", {"form": form})
    in_force = {row["code"] for row in rows_in_force(SettingVersion.Kind.DRUGS)}
    return _blank(request, form.cleaned_data["unit"], [drug for drug in Drug.values if drug in in_force])


@login_required
def blank_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a sheet that is open already, with its header filled in."""
    row = seen(request, pk)
    return _blank(request, row.unit, row.drugs, row)


def _blank(request: HttpRequest, unit: Unit, drugs: list[str], row: Sheet | None = None) -> HttpResponse:
    user: Any = request.user
    if not rules.opens_sheets(user, unit):
        raise PermissionDenied(_("You do not administer tests for this unit."))
    ranks = rank_names()
    officers = list(roster(user, unit))
    note_read(user, "exported", "officers_officer", unit=unit.code, form="blank sheet")
    return render(
        request,
        "officers/sheets/blank.html",
        {
            "unit": unit,
            "sheet": row,
            "drugs": [Drug(code).label for code in drugs],
            "drug_list": drug_names(drugs),
            "officers": [(officer, ranks.get(officer.rank, officer.rank)) for officer in officers],
            "spare": range(len(officers) + 1, len(officers) + 6),
            "printed_at": clock.now(),
        },
    )


@login_required
def entered(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet as entered, to be signed and filed with the paper."""
    row = seen(request, pk)
    tests = lines_of(request.user, row)
    note_read(request.user, "exported", "officers_sheet", row.pk, fields=["lines"], form="print")
    return render(
        request,
        "officers/sheets/entered.html",
        {
            "sheet": row,
            "header": header_rows(row),
            "rows": [line_row(request.user, test, row) for test in tests],
            "totals": tests.totals(),
            "printed_at": clock.now(),
        },
    )
