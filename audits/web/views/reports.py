"""The report of an audit, as PDF and as a spreadsheet, in Khmer or in English."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits.models import Audit
from audits.queries import reports
from audits.web.views.looking import looks
from audits.web.views.plan import TABLE, seen
from audits.web.views.samples import saved
from audits.web.views.workbooks import workbook
from foundation.files.typeset import typeset
from foundation.web.templatetags.web import moment, native_digits, number
from ledger import clock
from ledger.reading import note_read
from officers.models import Unit
from officers.web.views.acting import SignedIn

SOURCE = Path(settings.BASE_DIR) / "templates" / "audits" / "report.typ"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@looks
@require_safe
def paper(request: SignedIn, pk: int) -> HttpResponse:
    """As PDF."""
    row, language = seen(request, pk), _language(request)
    note_read(request.user, "exported", TABLE, row.pk, fields=["report"], form="pdf", language=language)
    with translation.override(language):
        content = typeset(SOURCE, _content(row, request.user))
    return saved(content, "application/pdf", f"{row.reference}-{language}.pdf")


@looks
@require_safe
def spreadsheet(request: SignedIn, pk: int) -> HttpResponse:
    """As a workbook with a sheet for each part."""
    row, language = seen(request, pk), _language(request)
    note_read(request.user, "exported", TABLE, row.pk, fields=["report"], form="xlsx", language=language)
    with translation.override(language):
        content = workbook(row, request.user)
    return saved(content, XLSX, f"{row.reference}-{language}.xlsx")


def _language(request: SignedIn) -> str:
    asked = request.GET.get("in", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or "km"


def _content(row: Audit, user: Any) -> dict[str, Any]:
    found, kept = reports.findings(row, user)
    heads, counted = reports.by_severity(row)
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    is_draft = row.status != Audit.Status.REPORTED
    return {
        "lang": get_language() or "km",
        "kingdom": _("KINGDOM OF CAMBODIA"),
        "motto": _("Nation Religion King"),
        "ministry": root.name if root else "",
        "reference": native_digits(row.reference),
        "mark": _("DRAFT") if is_draft else "",
        "heading": _("Report of an audit"),
        "title": row.title,
        "head": reports.head(row),
        "conclusion": [_("Conclusion"), row.conclusion or _("The audit is not reported yet.")],
        "method": [_("Method"), reports.method(row)],
        "results": {
            "title": _("Results of reviews"),
            "heads": [_("Result"), _("Records")],
            "rows": [[label, number(count)] for label, count in reports.results(row)],
        },
        "coverage": {
            "title": _("Coverage"),
            "heads": ["", _("Records"), _("Reviewed"), "%"],
            "tables": [
                [
                    one["title"],
                    [
                        [words, number(there), number(done), native_digits(percent)]
                        for words, there, done, percent in one["rows"]
                    ],
                ]
                for one in reports.covered(row)
            ],
        },
        "counted": {
            "title": _("Findings by severity and status"),
            "heads": [_("Severity"), *heads, _("All")],
            "rows": [[str(one) if isinstance(one, str) else number(one) for one in line] for line in counted],
        },
        "findings": {
            "title": _("Findings"),
            "rows": found,
            "none": _("No finding was issued."),
            "kept": _(
                "Findings that whoever saved this copy is kept from, and that it does not hold: %(count)s"
            )
            % {"count": number(kept)}
            if kept
            else "",
            "labels": {
                "severity": _("Severity"),
                "status": _("Status"),
                "unit": _("Addressed to"),
                "text": _("What was found"),
                "recommendation": _("Recommendation"),
                "exchange": _("Exchange"),
                "due_on": _("due"),
            },
        },
        "page": _("Page"),
        "digits": [native_digits(digit) for digit in range(10)],
        "printed": _("Printed by %(name)s, %(moment)s. Every print is recorded.")
        % {"name": user.name, "moment": moment(clock.now())},
    }
