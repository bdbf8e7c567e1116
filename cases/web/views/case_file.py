"""The file of a case as those see it who decide on it: proposal, response, opinion and evidence."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import lifecycles
from cases.actions.files import content_of
from cases.models import Case, CaseFile, Ground, Opinion, Paper
from cases.queries.measures import measure_words
from foundation.web.templatetags.web import native_digits
from ledger.conflict import Conflict
from ledger.reading import note_read
from officers.models import User
from officers.queries.settings import named, rank_names
from officers.web.views.acting import SignedIn

TABLE = Case._meta.db_table
FILES = CaseFile._meta.db_table
#: What a look at the file shows.
SHOWN = ("proposal", "statements", "opinion", "grounds", "papers", "investigation")


def seen(request: SignedIn, pk: int) -> Case:
    """The case, if it is there for who asks."""
    rows = Case.objects.select_related("officer__unit", "officer_unit", "unit", "case_officer")
    return get_object_or_404(rows.visible_to(request.user), pk=pk)


def may(request: SignedIn, pk: int, verb: str) -> Case:
    """The case, if its page offers this step; who may but comes too late gets the conflict from the action."""
    row = seen(request, pk)
    try:
        lifecycles.advance(row, verb, by=request.user)
    except Conflict:
        if request.method != "POST":
            raise
    return seen(request, pk)


def where_to(user: User, pk: int) -> str:
    """The page of a case, unless the step took it out of sight."""
    there = Case.objects.visible_to(user).filter(pk=pk).exists()
    return reverse("case", args=[pk]) if there else reverse("cases")


def who(case: Case) -> list[tuple[Any, Any]]:
    """The officer and his case in a few lines."""
    officer = case.officer
    return [
        (_("Case"), case.reference),
        (_("Officer"), f"{officer.name}, {native_digits(officer.service_number)}"),
        (_("Rank"), rank_names().get(case.rank, case.rank)),
        (
            _("Unit"),
            _("%(unit)s, head of the unit") % {"unit": case.officer_unit.name}
            if case.is_head
            else case.officer_unit.name,
        ),
        (_("Conducted by"), case.unit.name),
    ]


def case_file(case: Case, user: User) -> dict[str, Any]:
    """What stands side by side; the look is noted before it is shown."""
    note_read(user, "opened", TABLE, case.pk, fields=SHOWN)
    proposal = case.proposals.select_related("to_unit", "proposed_by").order_by("-number").first()
    opinion = Opinion.objects.filter(proposal=proposal).select_related("checked_by").first()
    papers = list(
        Paper.objects.filter(case=case).select_related("added_by").prefetch_related("files").order_by("pk")
    )
    grounds = case.grounds.exclude(status=Ground.Status.WITHDRAWN).select_related("test", "extract")
    return {
        "case": case,
        "who": who(case),
        "proposal": proposal,
        "proposed": measure_words(proposal) if proposal else "",
        "articles": [f"{row['code']} {named(row)}" for row in proposal.articles] if proposal else [],
        "opinion": opinion,
        "statements": case.statements.select_related("recorded_by").order_by("made_at", "pk"),
        "grounds": [(one, _of(papers, one.pk)) for one in grounds.order_by("pk")],
        "papers": _of(papers, None),
    }


def _of(papers: Iterable[Paper], ground: int | None) -> list[Paper]:
    return [one for one in papers if one.ground_id == ground]


@login_required
@require_safe
def file(request: SignedIn, pk: int) -> HttpResponse:
    """The scan of a paper or of an order, to be saved; the look is noted before it leaves."""
    row = get_object_or_404(CaseFile.objects.visible_to(request.user), pk=pk)
    content = content_of(row)
    note_read(request.user, "exported", FILES, row.pk, fields=["content"])
    return sent(content, row.media_type, row.name)


def sent(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file given out: never to be opened by the browser as a page of ours."""
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
