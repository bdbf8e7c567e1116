"""The parts of the page of a case that are read: what it rests on, what was said, what was decided."""

from typing import Any

from cases.models import Case, CaseFile, Complaint, Extract, Order, Paper
from cases.web.forms.fields import drug_names
from cases.web.views.case_told import article_name, measure_in_words, told
from officers.models import User


def sections(row: Case, user: User, ranks: dict[str, str]) -> dict[str, Any]:
    """What the template draws, each part in the order in which it came about."""
    files = list(CaseFile.objects.visible_to(user).filter(paper__case=row).order_by("pk"))
    papers = list(row.papers.select_related("added_by", "ground").order_by("pk"))
    held = [(paper, [one for one in files if one.paper_id == paper.pk]) for paper in papers]
    return {
        "grounds": [
            _ground(one, held)
            for one in row.grounds.select_related("test", "extract", "added_by").order_by("pk")
        ],
        "papers": [pair for pair in held if pair[0].ground_id is None],
        "extracts": _extracts(row, user),
        "notices": [
            (one, told(one.content))
            for one in row.notices.select_related("issued_by", "told_by").order_by("pk")
        ],
        "statements": row.statements.select_related("recorded_by").order_by("pk"),
        "extensions": row.extensions.select_related("by").order_by("pk"),
        "suspensions": row.suspensions.select_related("ordered_by")
        .prefetch_related("reviews__by")
        .order_by("pk"),
        "proposals": _proposals(row, ranks),
        "decisions": [
            (one, measure_in_words(one, ranks))
            for one in row.decisions.select_related("decided_by", "to_unit", "acting_for__giver").order_by(
                "pk"
            )
        ],
        "orders": Order.objects.visible_to(user)
        .filter(lines__case=row)
        .select_related("registered_by", "verified_by")
        .prefetch_related("files")
        .distinct()
        .order_by("pk"),
        "measures": [
            (one, measure_in_words(one, ranks))
            for one in row.measures.select_related("to_unit", "order").order_by("pk")
        ],
        "appeals": [
            (one, measure_in_words(one, ranks) if one.measure else "")
            for one in row.appeals.select_related("admitted_by", "drafted_by", "agreed_by").order_by("pk")
        ],
        "prosecutions": row.prosecutions.select_related("sent_by", "recorded_by").order_by("pk"),
    }


def _ground(one: Any, held: list[tuple[Paper, list[CaseFile]]]) -> dict[str, Any]:
    """A ground with what carries it."""
    return {
        "ground": one,
        "article": article_name(one.article) if one.article else "",
        "drugs": drug_names(one.test.positive_for) if one.test else "",
        "papers": [pair for pair in held if pair[0].ground_id == one.pk],
    }


def _extracts(row: Case, user: User) -> list[dict[str, Any]]:
    """Extracts, each with its text where it was checked, or for who reads the complaint it is from."""
    found = Extract.objects.visible_to(user).filter(case=row).select_related("drafted_by", "checked_by")
    readable = {
        one.pk
        for one in Complaint.objects.visible_to(user)
        .filter(extracts__case=row)
        .select_related("unit", "offered_to")
        if one.is_read_by(user)
    }
    return [
        {
            "extract": one,
            "reads": one.complaint_id in readable,
            "text": one.text if one.status == Extract.Status.CHECKED or one.complaint_id in readable else "",
        }
        for one in found.order_by("pk")
    ]


def _proposals(row: Case, ranks: dict[str, str]) -> list[dict[str, Any]]:
    """Proposals, each with what the legal checker said to it."""
    opinions = {one.proposal_id: one for one in row.opinions.select_related("checked_by")}
    return [
        {"proposal": one, "measure": measure_in_words(one, ranks), "opinion": opinions.get(one.pk)}
        for one in row.proposals.select_related("proposed_by", "to_unit").order_by("number")
    ]
