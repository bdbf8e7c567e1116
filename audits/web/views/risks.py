"""Where risk rules point in an audit's days: how many records each finds."""

from django.http import HttpResponse
from django.shortcuts import render

from audits import lifecycles
from audits.models import About
from audits.queries.populations import members
from audits.queries.risks import found_by
from audits.queries.rules import rules_about, rules_in_force
from audits.web.views.looking import looks
from audits.web.views.plan import TABLE, seen
from ledger.reading import note_read
from officers.queries.settings import named
from officers.web.views.acting import SignedIn


@looks
def risks(request: SignedIn, pk: int) -> HttpResponse:
    """Each rule with the records it points at, of those of the audit's unit and days."""
    row = seen(request, pk)
    note_read(request.user, "listed", TABLE, row.pk, place="risks")
    version = rules_in_force()
    tables = []
    for about in About:
        rules = rules_about(version, about)
        if not rules:
            continue
        found = members(about, row.unit, first=row.period_from, last=row.period_to, strata=[])
        ids = [row_id for row_id, _stratum in found]
        pointed: set[int] = set()
        lines = []
        for rule in rules:
            by_rule = found_by(rule, ids)
            pointed |= by_rule
            lines.append((named(rule), rule["least"], rule["weight"], len(by_rule)))
        tables.append((about, len(ids), lines, len(pointed)))
    context = {
        "row": row,
        "version": version,
        "tables": tables,
        "freezes": "freeze" in lifecycles.verbs(row, request.user),
    }
    return render(request, "audits/risks.html", context)
