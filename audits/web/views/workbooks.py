"""The report of an audit as a workbook: a sheet for each part, and no cell that a program takes for a formula."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from audits.models import Audit
from audits.queries import reports
from foundation.files.exports import safe_cell

#: A program shows no more of a cell.
LONGEST = 32_000
WIDEST = 60


def workbook(audit: Audit, user: Any) -> bytes:
    """The report in the language in force."""
    book = Workbook()
    book.remove(book.active)
    found, kept = reports.findings(audit, user)
    heads, counted = reports.by_severity(audit)
    _sheet(
        book, _("Audit"), (_("What"), _("Which")), [*reports.head(audit), (_("Conclusion"), audit.conclusion)]
    )
    _sheet(
        book,
        _("Method"),
        (_("Sample"), _("What"), _("Which")),
        [(title, label, value) for title, rows in reports.method(audit) for label, value in rows],
    )
    _sheet(book, _("Results of reviews"), (_("Result"), _("Records")), reports.results(audit))
    _sheet(
        book,
        _("Coverage"),
        (_("Part"), _("Of it"), _("Records"), _("Reviewed"), "%"),
        [
            (one["title"], words, there, done, float(percent) if there else None)
            for one in reports.covered(audit)
            for words, there, done, percent in one["rows"]
        ],
    )
    _sheet(book, _("Findings in numbers"), (_("Severity"), *heads, _("All")), counted)
    _sheet(
        book,
        _("Findings"),
        (
            _("Finding"),
            _("Title"),
            _("Severity"),
            _("Status"),
            _("Addressed to"),
            _("What was found"),
            _("Recommendation"),
        ),
        [
            *(
                (
                    one["reference"],
                    one["title"],
                    one["severity"],
                    one["status"],
                    one["unit"],
                    one["text"],
                    one["recommendation"],
                )
                for one in found
            ),
            *([(_("Not in this copy"), kept)] if kept else []),
        ],
    )
    _sheet(
        book,
        _("Exchange"),
        (_("Finding"), _("Turn"), _("When"), _("By"), _("Text"), _("Due")),
        [
            (one["reference"], turn["kind"], turn["at"], turn["by"], turn["text"], turn["due_on"])
            for one in found
            for turn in one["exchange"]
        ],
    )
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def _sheet(book: Workbook, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for line, row in enumerate((heads, *rows), 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(line, column)
            if isinstance(value, str):
                cell.value = safe_cell(value)[:LONGEST]
                cell.data_type = "s"
            else:
                cell.value = value
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if line == 1:
                cell.font = Font(bold=True)
    for column in range(1, len(heads) + 1):
        longest = max(len(str(cell.value or "")) for cell in sheet[get_column_letter(column)])
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 4, WIDEST)
