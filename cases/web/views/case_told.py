"""What an officer is told in a notice, in the reader's words: the notice itself keeps codes."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Appeal, Case, Paper
from cases.models.deciding import Instrument, MeasureKind
from cases.models.grounds import GroundKind
from cases.queries.powers import articles
from cases.web.forms.fields import drug_names
from foundation.web.templatetags.web import day, native_digits
from officers.models import Unit
from officers.queries.settings import named, rank_names

_OUTCOMES: dict[str, Any] = {
    **dict(Case.Outcome.choices),
    **dict(Appeal.Outcome.choices),
    "inadmissible": Appeal.Status.INADMISSIBLE.label,
}


def told(content: dict[str, Any]) -> dict[str, Any]:
    """Grounds with what they rest on, and the rest of a notice as rows of label and value."""
    return {
        "grounds": [_ground(one) for one in content.get("grounds", ()) if isinstance(one, dict)],
        "rows": [row for row in _rows(content) if row[1] not in (None, "")],
    }


def _rows(content: dict[str, Any]) -> list[tuple[Any, Any]]:
    outcome, severity = content.get("outcome", ""), content.get("severity", "")
    return [
        (_("Severity"), dict(Case.Severity.choices).get(severity, severity)),
        (_("Outcome"), _OUTCOMES.get(outcome, outcome)),
        (_("Measure"), dict(MeasureKind.choices).get(content.get("measure", ""), "")),
        (_("Instrument"), dict(Instrument.choices).get(content.get("instrument", ""), "")),
        (_("Number"), content.get("number", "")),
        (_("Effective from"), _day(content.get("effective_on", ""))),
        (_("From"), _day(content.get("starts_on", ""))),
        (_("With pay"), content.get("with_pay")),
        (_("Reasons"), content.get("reasons") or content.get("reason")),
    ]


def _ground(one: dict[str, Any]) -> dict[str, Any]:
    rows = [
        (_("Article"), article_name(one["article"]) if one["article"] else ""),
        (_("Date"), _day(one["happened_on"])),
        (_("Until"), _day(one["until"])),
        (_("Court"), one["court"]),
        (_("Number of the judgment"), one["judgment"]),
        (_("Found in the specimen"), drug_names(one["drugs"])),
        (_("Extract of what was reported"), one["extract"]),
    ]
    return {
        "kind": GroundKind(one["kind"]).label,
        "text": one["text"],
        "rows": [row for row in rows if row[1]],
        "papers": [
            {**paper, "kind": Paper.Kind(paper["kind"]).label, "dated_on": _day(paper["dated_on"])}
            for paper in one["papers"]
        ],
    }


def article_name(code: str) -> str:
    """An article in the reader's language; one that is no longer in force by its code."""
    found = next((row for row in articles() if row["code"] == code), None)
    return f"{code} · {named(found)}" if found else code


def measure_in_words(row: Any, ranks: dict[str, str] | None = None) -> str:
    """A measure with the rank, unit or days that belong to it, of a proposal, a decision or a measure in force."""
    kind = MeasureKind(getattr(row, "measure", None) or row.kind)
    words = str(kind.label)
    if row.to_rank:
        ranks = rank_names() if ranks is None else ranks
        return _("%(measure)s: to %(place)s") % {
            "measure": words,
            "place": ranks.get(row.to_rank, row.to_rank),
        }
    unit: Unit | None = getattr(row, "to_unit", None)
    if unit is not None:
        return _("%(measure)s: to %(place)s") % {"measure": words, "place": unit.name}
    if days := getattr(row, "days", None):
        return _("%(measure)s: %(days)s days") % {"measure": words, "days": native_digits(days)}
    return words


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""
