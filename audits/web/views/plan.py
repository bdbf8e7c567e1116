"""The year's plan, and an audit with all that belongs to it."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from audits import lifecycles
from audits.models import Audit, Finding, Sample
from audits.queries.progress import coverage, findings_table, progress_of, results_table
from audits.web.forms.plan import YearForm
from audits.web.views.looking import looks
from ledger import clock
from ledger.reading import note_read
from officers.models.users import Role
from officers.web.views.acting import SignedIn

TABLE = Audit._meta.db_table
COLOURS = {"PLANNED": "blue", "RUNNING": "green", "REPORTED": "grey", "DROPPED": "grey"}
SAMPLE_COLOURS = {"FROZEN": "yellow", "DRAWN": "green", "VOID": "grey"}


def seen(request: SignedIn, pk: int) -> Audit:
    """The audit, if it is there for who asks."""
    rows = Audit.objects.visible_to(request.user).select_related("unit", "lead", "opened_by", "reported_by")
    return get_object_or_404(rows, pk=pk)


@looks
def audits(request: SignedIn) -> HttpResponse:
    """The plan of a year: each audit with how far it is."""
    user, today = request.user, clock.today()
    form = YearForm(request.GET)
    asked = form.cleaned_data["year"] if form.is_valid() else None
    rows = Audit.objects.visible_to(user)
    years = sorted({*rows.values_list("year", flat=True), today.year}, reverse=True)
    year = asked or today.year
    note_read(user, "listed", TABLE, year=year)
    found = list(rows.filter(year=year).select_related("unit", "lead").order_by("starts_on", "pk"))
    done = progress_of(found, today)
    context = {
        "year": year,
        "years": years if year in years else sorted([*years, year], reverse=True),
        "rows": [(row, COLOURS[row.status], done[row.pk]) for row in found],
        "planned": sum(done[row.pk].planned for row in found if row.status != Audit.Status.DROPPED),
        "completed": sum(done[row.pk].completed for row in found if row.status != Audit.Status.DROPPED),
        "plans": user.has_role(Role.AUDITOR),
    }
    return render(request, "audits/plan.html", context)


@looks
def audit(request: SignedIn, pk: int) -> HttpResponse:
    """An audit: what is planned, how far it is, its samples, its findings, its coverage."""
    user = request.user
    row = seen(request, pk)
    note_read(user, "opened", TABLE, row.pk)
    findings = Finding.objects.visible_to(user).filter(audit=row)
    samples = Sample.objects.visible_to(user).filter(audit=row)
    context: dict[str, Any] = {
        "row": row,
        "colour": COLOURS[row.status],
        "verbs": lifecycles.verbs(row, user),
        "progress": progress_of([row], clock.today())[row.pk],
        "samples": [
            (sample, SAMPLE_COLOURS[sample.status])
            for sample in samples.annotate(drawn=Count("items")).order_by("number")
        ],
        "findings": findings_table(findings),
        "finding_heads": [str(status.label) for status in Finding.Status],
        "has_findings": findings.exists(),
        "results": results_table(row),
        "coverage": coverage(row),
    }
    return render(request, "audits/audit.html", context)
