"""A sample as anybody can reckon it anew: its population, its seed, its records; and the files for that."""

import json
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audits import lifecycles
from audits.models import Review, Sample, Stratum
from audits.models.samples import Population
from audits.queries.references import references
from audits.queries.rules import rule_names
from audits.queries.samples import difference, facts_of
from audits.queries.strata import strata_of_sample, words_of
from audits.queries.subjects import MODELS, free_of, subjects
from audits.web.views.looking import looks
from audits.web.views.plan import SAMPLE_COLOURS
from ledger import clock
from ledger.reading import note_read
from officers.web.views.acting import SignedIn

TABLE = Sample._meta.db_table
#: Of what differs, so many ids of each kind stand on the page.
SHOWN = 50


def seen(request: SignedIn, pk: int) -> Sample:
    """The sample, if it is there for who asks."""
    rows = Sample.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("audit__unit", "audit__lead", "frozen_by", "drawn_by", "rules"), pk=pk
    )


def lines_of(row: Sample) -> str:
    return Population.objects.get(sample=row).lines


@looks
def sample(request: SignedIn, pk: int) -> HttpResponse:
    """What it was drawn from, what its seed is made of, what was drawn, and how to reckon it anew."""
    user = request.user
    row = seen(request, pk)
    note_read(user, "opened", TABLE, row.pk)
    lines = lines_of(row)
    differs = difference(row, lines)
    context = {
        "row": row,
        "audit": row.audit,
        "colour": SAMPLE_COLOURS[row.status],
        "verbs": lifecycles.verbs(row, user) if row.audit.is_open else [],
        "assigns": row.status == Sample.Status.DRAWN
        and "review" in lifecycles.verbs(row.audit, user)
        and row.items.exclude(row_id__in=row.audit.reviews.filter(about=row.about).values("row_id")).exists(),
        "comes": row.number_on is not None and row.number_on > clock.today(),
        "is_random": row.kind == Sample.Kind.RANDOM,
        "strata": strata_of_sample(row, lines) if row.kind == Sample.Kind.RANDOM else [],
        "items": _items(row, user),
        "differs": differs,
        "shown": SHOWN,
        "first": date.fromisoformat(row.frame["first"]),
        "last": date.fromisoformat(row.frame["last"]),
        "divided": ", ".join(str(Stratum(name).label) for name in row.strata),
        "table": MODELS[row.about]._meta.db_table,
        "name": _name(row),
    }
    return render(request, "audits/sample.html", context)


def _items(row: Sample, user: Any) -> list[dict[str, Any]]:
    items = list(row.items.order_by("number"))
    found = subjects(row.about, [item.row_id for item in items])
    free = free_of(user, list(found.values()))
    reviews = {
        review.row_id: review
        for review in Review.objects.visible_to(user)
        .filter(audit=row.audit_id, about=row.about)
        .select_related("reviewer")
    }
    words = words_of(row, {item.stratum for item in items})
    rules = rule_names(row.rules)
    called = references((row.about, item.row_id) for item in items)
    return [
        {
            "item": item,
            "reference": called[row.about, item.row_id],
            "is_free": item.row_id in free,
            "words": words[item.stratum],
            "hits": [rules.get(code, code) for code in item.hits],
            "review": reviews.get(item.row_id),
        }
        for item in items
    ]


@looks
@require_safe
def population(request: SignedIn, pk: int) -> HttpResponse:
    """The frozen list, byte for byte as it was hashed."""
    row = seen(request, pk)
    note_read(request.user, "exported", TABLE, row.pk, fields=["population"])
    return saved(lines_of(row).encode(), "text/plain; charset=utf-8", f"{_name(row)}-population.txt")


@looks
@require_safe
def facts(request: SignedIn, pk: int) -> HttpResponse:
    """What else is needed to reckon the sample anew."""
    row = seen(request, pk)
    note_read(request.user, "exported", TABLE, row.pk, fields=["facts"])
    content = json.dumps(facts_of(row), ensure_ascii=False, indent=1).encode()
    return saved(content, "application/json", f"{_name(row)}.json")


def _name(row: Sample) -> str:
    return f"{row.audit.reference}-sample-{row.number}"


def saved(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Something to save, never to be opened by the browser as a page of ours."""
    return HttpResponse(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )
