"""The report of an audit in words of the language in force: method, results, coverage, findings with their exchange."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from audits.models import Audit, Finding, Review, Sample, Stratum
from audits.models.findings import FindingEntry
from audits.queries.progress import coverage, findings_table, results_table
from audits.queries.rules import rule_names
from foundation.web.templatetags.web import day, moment, native_digits, number
from officers.models import SettingVersion

#: What every report says of itself.
type Pairs = list[tuple[str, str]]


def head(audit: Audit) -> Pairs:
    rows = [
        (_("Audit"), native_digits(audit.reference)),
        (_("Unit"), audit.unit.name),
        (_("What was decided"), f"{day(audit.period_from)} – {day(audit.period_to)}"),
        (_("Led by"), audit.lead.name),
        (_("Begins on"), day(audit.starts_on)),
        (_("To be reported by"), day(audit.due_on)),
        (_("Status"), str(audit.get_status_display())),
        (_("Records to be reviewed"), number(audit.planned)),
    ]
    if audit.reported_at and audit.reported_by:
        rows.append((_("Reported"), f"{moment(audit.reported_at)} · {audit.reported_by.name}"))
    return rows


def method(audit: Audit) -> list[tuple[str, Pairs]]:
    """Each sample with what it was drawn from and by; then the versions of the checklist by which records were read."""
    rows = Sample.objects.filter(audit=audit).select_related("frozen_by", "drawn_by", "rules")
    found = [
        (
            _("Sample %(number)s: %(kind)s, %(about)s")
            % {
                "number": native_digits(row.number),
                "kind": row.get_kind_display(),
                "about": row.get_about_display(),
            },
            list(_sample(row)),
        )
        for row in rows.order_by("number")
    ]
    return [*found, (_("Checklist"), [(_("Versions"), checklists(audit) or "–")])]


def _sample(row: Sample) -> Iterator[tuple[str, str]]:
    yield _("Status"), str(row.get_status_display())
    if row.why_void:
        yield _("Why it is void"), row.why_void
    first, last = (date.fromisoformat(row.frame[name]) for name in ("first", "last"))
    yield _("First and last day"), f"{day(first)} – {day(last)}"
    yield _("Records in the population"), number(row.population)
    yield _("Digest of the population (SHA-256)"), row.digest
    yield _("Frozen"), f"{moment(row.frozen_at)} · {row.frozen_by.name}"
    yield _("Records to be drawn"), number(row.size)
    if row.kind == Sample.Kind.DIRECTED:
        if row.rules:
            yield _("Version of the risk rules"), native_digits(row.rules.number)
        names = rule_names(row.rules)
        yield _("Risk rules"), "; ".join(names.get(code, code) for code in row.frame["codes"])
        return
    yield _("Divided by"), ", ".join(str(Stratum(name).label) for name in row.strata) or "–"
    yield _("Where the number comes from"), row.number_source
    yield _("Day of the number"), day(row.number_on)
    if row.seed and row.drawn_by:
        yield _("Number from outside"), row.outside
        yield _("Seed"), row.seed
        yield _("Drawn"), f"{moment(row.drawn_at)} · {row.drawn_by.name}"


def checklists(audit: Audit) -> str:
    """The numbers of the versions that reviews of the audit go by."""
    used = Review.objects.filter(audit=audit, checklist__isnull=False).values("checklist")
    numbers = SettingVersion.objects.filter(pk__in=used).order_by("number").values_list("number", flat=True)
    return ", ".join(native_digits(one) for one in numbers)


def results(audit: Audit) -> list[tuple[str, int]]:
    return results_table(audit)


def covered(audit: Audit) -> list[dict[str, Any]]:
    """A table for each kind of record and each way in which it is divided."""
    found = []
    for one in coverage(audit):
        for label, rows in one.tables:
            found.append(
                {
                    "title": f"{one.words}: {label}",
                    "rows": [(row.words, row.there, row.reviewed, row.percent) for row in (*rows, one.total)],
                }
            )
    return found


def findings(audit: Audit, user: Any) -> tuple[list[dict[str, Any]], int]:
    """The issued findings that the reader sees, each with its exchange; and how many he is kept from."""
    issued = Finding.objects.filter(audit=audit).exclude(status=Finding.Status.DRAFT)
    seen = issued.visible_to(user).select_related("unit").order_by("number")
    found = [_finding(row) for row in seen]
    return found, issued.count() - len(found)


def _finding(row: Finding) -> dict[str, Any]:
    entries = FindingEntry.objects.filter(finding=row).select_related("by", "unit").order_by("number")
    return {
        "reference": row.reference,
        "title": row.title,
        "severity": str(row.get_severity_display()),
        "status": str(row.get_status_display()),
        "unit": row.unit.name,
        "due_on": day(row.due_on),
        "text": row.text,
        "recommendation": row.recommendation,
        "exchange": [
            {
                "kind": str(entry.get_kind_display()),
                "at": moment(entry.at),
                "by": entry.by.name if entry.by else entry.unit.name if entry.unit else "",
                "text": entry.text,
                "due_on": day(entry.due_on),
            }
            for entry in entries
        ],
    }


def by_severity(audit: Audit) -> tuple[list[str], list[list[Any]]]:
    """All findings of the audit but drafts, counted by severity and status; also those somebody is kept from."""
    heads = [str(one.label) for one in Finding.Status if one != Finding.Status.DRAFT]
    rows = findings_table(Finding.objects.filter(audit=audit).exclude(status=Finding.Status.DRAFT))
    return heads, [[label, *cells[1:], total] for label, cells, total in rows]
