"""Empty files to be filled in: the columns and the header of each kind, in both languages, with an example."""

import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from foundation.files import write_csv
from officers.imports import campaigns, words
from officers.models import Import, SettingVersion
from officers.models.sheets import Drug
from officers.queries.settings import rows_in_force

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_EXAMPLES = {
    "site": "ស្នងការដ្ឋាន / Commissariat",
    "unit": "D-0102",
    "administrator": "100051",
    "witness": "ជា ម៉ាណែត",
    "reason": "random",
    "order_number": "014/26",
    "kit_lot": "KL-2026-07",
    "kit_expires_on": "30/06/2027",
    "number": "100001",
    "name": "សុខ ដារ៉ា / Sok Dara",
    "tested_on": "16/11/2026",
    "specimen_number": "SP-0001",
    "not_taken": "taken, refused, absent, unable",
    "excuse": "medical leave",
    "remark": "",
    "service_number": "100001",
    "name_km": "សុខ ដារ៉ា",
    "name_latin": "Sok Dara",
    "sex": "F, M",
    "birth_year": "1988",
    "rank": "R01",
    "title": "",
    "since": "01/01/2024",
    "method": "LC-MS/MS",
    "stage": "initial, confirmation",
    "analyte": "Methamphetamine",
    "value": "250.5; 0",
    "creatinine": "85.2",
    "specific_gravity": "1.0150",
    "ph": "6.5",
    "nitrite": "0",
    "foreign_substance": "",
    "is_on_two_aliquots": "yes, no",
    "certified_by": "ចន្ទ សុភា / Chan Sophea",
    "flaw": "Seal broken, and no second bottle to take in its place",
    "result": "Positive, Negative",
    "remarks": "",
}
_DRUG_EXAMPLE = "negative, non-negative, invalid (-, +)"

#: Kinds whose rows stand under no header of a sheet.
_WITHOUT_HEADER = {Import.Kind.ROSTER: words.ROSTER, Import.Kind.LABORATORY: words.LABORATORY}


def lines(kind: str) -> tuple[list[list[str]], list[str]]:
    """What stands above the table, and the fields of its columns."""
    if kind in _WITHOUT_HEADER:
        return [], list(_WITHOUT_HEADER[Import.Kind(kind)])
    in_force = {row["code"] for row in rows_in_force(SettingVersion.Kind.DRUGS)} or set(Drug.values)
    columns = [
        name for name in words.SHEET if name != "tested_on" and (name not in words.DRUGS or name in in_force)
    ]
    if kind == Import.Kind.CAMPAIGN:
        return [], [*campaigns.HEADER, *columns]
    return [[f"{_title(words.BLOCK, name)}:", ""] for name in words.BLOCK], columns


def as_csv(kind: str) -> Iterator[bytes]:
    above, columns = lines(kind)
    names = _names(kind)
    example = "; ".join(_example(name) for name in columns if _example(name))
    rows: list[list[str]] = [
        *above,
        [f"ឧទាហរណ៍ / Example: {example}"],
        [],
        [_title(names, name) for name in columns],
    ]
    return write_csv(rows[0], rows[1:])


def as_workbook(kind: str) -> bytes:
    above, columns = lines(kind)
    names = _names(kind)
    book = Workbook()
    sheet = book.active
    sheet.title = kind.capitalize()
    for row, ((label, _value), name) in enumerate(zip(above, words.BLOCK, strict=False), 1):
        sheet.cell(row, 1, label).font = Font(bold=True)
        sheet.cell(row, 2).comment = _comment(name)
    header = len(above) + 2 if above else 1
    for index, name in enumerate(columns, 1):
        cell = sheet.cell(header, index, _title(names, name).replace(" / ", "\n"))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")
        cell.comment = _comment(name)
        sheet.column_dimensions[get_column_letter(index)].width = 18
    sheet.freeze_panes = sheet.cell(header + 1, 1)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _names(kind: str) -> dict[str, list[str]]:
    return _WITHOUT_HEADER.get(Import.Kind(kind), words.CAMPAIGN)


def _title(names: dict[str, list[str]], name: str) -> str:
    english, khmer = names[name][:2]
    return f"{khmer} / {english}"


def _example(name: str) -> str:
    return _DRUG_EXAMPLE if name in words.DRUGS else _EXAMPLES[name]


def _comment(name: str) -> Comment | None:
    text = _example(name)
    return Comment(f"ឧទាហរណ៍ / Example: {text}", "Probity") if text else None
