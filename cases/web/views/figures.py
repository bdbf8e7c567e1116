"""Figures on two days, the same as a file, and the list behind each."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.queries.figures import (
    COLUMNS,
    DIMENSIONS,
    FIGURES,
    SEES_FIGURES,
    SEES_TEST_FIGURES,
    TEST_FIGURES,
    Figures,
    Said,
    drug_tests_of,
    figures,
    measures_of,
    named_value,
)
from cases.web.forms.figures import BehindFilter, FiguresFilter, TestsBehindFilter
from foundation.files import write_csv
from foundation.web.keyset import BadCursor, Keyset
from ledger import clock
from ledger.reading import note_read
from officers.models import DrugTest
from officers.queries.settings import rank_names
from officers.web.forms.fields import asked
from officers.web.views.acting import SignedIn

PAGE = 50


def sees_figures(request: SignedIn, *roles: str) -> None:
    if not request.user.has_role(*(roles or SEES_FIGURES)):
        raise Http404


def _asked(request: SignedIn) -> tuple[FiguresFilter, Figures]:
    sees_figures(request)
    form = FiguresFilter(request.GET)
    return form, figures(request.user, form.as_of(), order_number=form.order)


@login_required
def page(request: SignedIn) -> HttpResponse:
    """All figures, each with its definition and a link to its list."""
    form, found = _asked(request)
    note_read(request.user, "listed", "cases_measure", place="figures", **asked(form))
    return render(
        request,
        "cases/figures/page.html",
        {
            "filter_form": form,
            "found": found,
            "days": urlencode(_days(found)),
            "measures": [(one, found.measures[code]) for code, one in FIGURES.items()],
            "tests": [(one, found.tests[code]) for code, one in TEST_FIGURES.items() if found.tests],
            "columns": [FIGURES[code].label for code in COLUMNS],
            "tables": [
                (DIMENSIONS[table.dimension], table, [_line(table.dimension, line) for line in table.lines])
                for table in found.tables
            ],
            "query": request.GET.urlencode(),
            "asked": bool(request.GET) and not form.errors,
        },
    )


def _days(found: Figures) -> dict[str, str]:
    days = {
        "effective_by": found.as_of.effective_by.isoformat(),
        "known_by": found.as_of.known_by.isoformat(),
    }
    return days | ({"order_number": found.order_number} if found.order_number else {})


def _line(dimension: str, line: Any) -> dict[str, Any]:
    """A line with what its links ask for. What has no value in a list is said by none."""
    cells = [
        (
            FIGURES[code].label,
            line.cells[code],
            urlencode({"figure": code, "dimension": dimension, "value": line.value}),
        )
        for code in COLUMNS
    ]
    return {"name": line.name, "cells": cells}


@login_required
def export(request: SignedIn) -> HttpResponseBase:
    """The same as a table."""
    form, found = _asked(request)
    note_read(request.user, "exported", "cases_measure", place="figures", **asked(form))
    header = [
        _("Figure"),
        _("Told apart by"),
        _("Value"),
        _("Went through a case"),
        _("Found in a list"),
        _("Effective by"),
        _("As known by"),
        _("How it is counted"),
    ]
    return StreamingHttpResponse(
        write_csv(header, list(_lines(found))),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="figures-{clock.today()}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _lines(found: Figures) -> Iterator[list[Any]]:
    days = [found.as_of.effective_by, found.as_of.known_by]
    for code, one in FIGURES.items():
        said = found.measures[code]
        yield [str(one.label), "", "", said.through, _found(found, said), *days, str(one.definition)]
    for table in found.tables:
        title, note = DIMENSIONS[table.dimension]
        for line in table.lines:
            for code in COLUMNS:
                said = line.cells[code]
                yield [
                    str(FIGURES[code].label),
                    str(title),
                    line.name,
                    said.through,
                    _found(found, said),
                    *days,
                    str(note),
                ]
    for code, number in found.tests.items():
        test = TEST_FIGURES[code]
        yield [str(test.label), "", found.order_number, number, "", *days, str(test.definition)]


def _found(found: Figures, said: Said) -> int | str:
    return said.found if found.sees_found else ""


@login_required
def measures(request: SignedIn) -> HttpResponse:
    """Measures that went through a case, behind a figure."""
    sees_figures(request)
    form = BehindFilter(request.GET)
    at = form.narrowed()
    rows = measures_of(request.user, form.as_of(), at).select_related("case", "officer", "unit", "order")
    try:
        shown = Keyset(
            rows,
            order=("-effective_on", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("figure_measures")
    note_read(request.user, "listed", "cases_measure", **asked(form))
    ranks = rank_names()
    return render(
        request,
        "cases/figures/measures.html",
        {
            "filter_form": form,
            "page": shown,
            "rows": [(row, ranks.get(row.rank, row.rank), ranks.get(row.to_rank, "")) for row in shown.rows],
            "number": rows.count(),
            "narrowed": named_value(at.dimension, at.value) if at.dimension else "",
            "back": f"{reverse('figures')}?{urlencode(asked_days(form))}",
        },
    )


def asked_days(form: FiguresFilter) -> dict[str, str]:
    """The days of a list, for the way back to the figures."""
    as_of = form.as_of()
    return {"effective_by": as_of.effective_by.isoformat(), "known_by": as_of.known_by.isoformat()}


@login_required
def tests(request: SignedIn) -> HttpResponse:
    """Tests behind a figure, as far as the user sees them one by one."""
    sees_figures(request, *SEES_TEST_FIGURES)
    form = TestsBehindFilter(request.GET)
    counted = drug_tests_of(request.user, form.as_of(), form.code, form.order)
    rows = counted.filter(pk__in=DrugTest.objects.visible_to(request.user).values("pk"))
    try:
        shown = Keyset(
            rows.select_related("officer", "unit", "sheet"),
            order=("-tested_on", "-id"),
            limit=PAGE,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
        ).page()
    except BadCursor:
        return redirect("figure_tests")
    note_read(request.user, "listed", "officers_drugtest", place="figures", **asked(form))
    return render(
        request,
        "cases/figures/tests.html",
        {
            "filter_form": form,
            "page": shown,
            "figure": TEST_FIGURES[form.code],
            "number": counted.count(),
            "sees": request.user.has_role(*SEES_TEST_FIGURES[:2]),
            "back": f"{reverse('figures')}?{urlencode(asked_days(form))}",
        },
    )
