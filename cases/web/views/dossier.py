"""The file of a case as those see it who decide on it: proposal, response, opinion and evidence."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case, Ground, Opinion, Paper
from cases.web.views.case_list import TABLE
from cases.web.views.case_told import measure_in_words
from foundation.web.templatetags.web import native_digits
from ledger.reading import note_read
from officers.models import User
from officers.queries.settings import named, rank_names

#: What a look at the file shows.
SHOWN = ("proposal", "statements", "opinion", "grounds", "papers", "investigation")


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


def dossier(case: Case, user: User) -> dict[str, Any]:
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
        "proposed": measure_in_words(proposal) if proposal else "",
        "articles": [f"{row['code']} {named(row)}" for row in proposal.articles] if proposal else [],
        "opinion": opinion,
        "statements": case.statements.select_related("recorded_by").order_by("made_at", "pk"),
        "grounds": [(one, _of(papers, one.pk)) for one in grounds.order_by("pk")],
        "papers": _of(papers, None),
    }


def _of(papers: Iterable[Paper], ground: int | None) -> list[Paper]:
    return [one for one in papers if one.ground_id == ground]
