"""Makes the sample files beside it: sheets of drug tests and rosters as they arrive from provincial posts.

Run as ``python tests/files/make_files.py``; the result is the same bytes each time. Every name is invented.
The officers are 100001 and following; kept files show what people do to a sheet, not what a program writes.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font

HERE = Path(__file__).parent
FIRST_NUMBER = 100001
DAY = date(2026, 11, 16)

PEOPLE = [
    ("សុខ ដារ៉ា", "Sok Dara", "M", 1988),
    ("ចាន់ សុភា", "Chan Sophea", "F", 1991),
    ("កែវ វុទ្ធី", "Keo Vuthy", "M", 1979),
    ("លី ស្រីមុំ", "Ly Sreymom", "F", 1994),
    ("ហេង គឹមហេង", "Heng Kimheng", "M", 1985),
    ("ម៉ៅ ផល្លា", "Mao Phalla", "F", 1990),
    ("ទេព រតនៈ", "Tep Ratanak", "M", 1983),
    ("ឈួន បុប្ផា", "Chhoun Bopha", "F", 1996),
    ("នួន ឆៃយ៉ា", "Nuon Chhaya", "M", 1981),
    ("ស៊ិន សុវណ្ណ", "Sin Sovann", "M", 1987),
    ("ពៅ ស្ត្រីលក្ខណ៍", "Pov Streyleak", "F", 1993),
    ("យន់ ពិសី", "Yon Pisey", "F", 1989),
    ("អ៊ុក សំណាង", "Ouk Samnang", "M", 1977),
    ("ប៉ែន ចិន្តា", "Pen Chenda", "F", 1992),
    ("រស់ វណ្ណៈ", "Ros Vannak", "M", 1984),
    ("ទូច សុខុម", "Touch Sokhom", "M", 1980),
    ("ឃឹម លីហួរ", "Khim Lyhour", "M", 1995),
    ("ងិន ធារី", "Ngin Theary", "F", 1986),
    ("វ៉ាន់ សុធា", "Van Sothea", "M", 1982),
    ("ឱម កល្យាណ", "Om Kalyan", "F", 1997),
]

DRUGS_EN = [
    "Methamphetamine",
    "Amphetamine",
    "MDMA",
    "Ketamine",
    "Heroin (6-AM)",
    "Opiates",
    "Cocaine",
    "Cannabis",
]
DRUGS_KM = [
    "មេតំហ្វេតាមីន",
    "អំហ្វេតាមីន",
    "អេមឌីអេមអេ",
    "កេតាមីន",
    "ហេរ៉ូអ៊ីន",
    "អាភៀន",
    "កូកាអ៊ីន",
    "កញ្ឆា",
]
HEADER_EN = ["Officer number", "Name", "Specimen number", "Taken", *DRUGS_EN, "Excuse", "Remark"]
HEADER_KM = [
    "លេខមន្ត្រី",
    "ឈ្មោះ",
    "លេខសំណាក",
    "ការយកសំណាក",
    *DRUGS_KM,
    "មូលហេតុ",
    "កំណត់សម្គាល់",
]
BLOCK_EN = [
    ("Site", "Mongkol Borei district inspectorate"),
    ("Date", "16/11/2026"),
    ("Unit", "0102"),
    ("Administrator", "100051"),
    ("Witness", "100052"),
    ("Order number", "014/26"),
    ("Kit lot", "KL-2026-07"),
    ("Kit expiry", "30/06/2027"),
]
BLOCK_KM = [
    ("ទីកន្លែង", "អធិការដ្ឋាននគរបាលស្រុកមង្គលបូរី"),
    ("កាលបរិច្ឆេទ", "១៦/១១/២០២៦"),
    ("អង្គភាព", "០១០២"),
    ("អ្នកធ្វើតេស្ត", "១០០០៥១"),
    ("សាក្សី", "១០០០៥២"),
    ("លេខបទបញ្ជា", "០១៤/២៦"),
    ("លេខឡូត៍ឧបករណ៍", "KL-2026-07"),
    ("ថ្ងៃផុតកំណត់ឧបករណ៍", "៣០/០៦/២០២៧"),
]

type Line = list[object]


def sheet_rows(words: dict[str, str], *, khmer: bool, count: int = len(PEOPLE)) -> list[Line]:
    """A usual day: negatives, one non-negative, one invalid, one refusal, one absence, one who is unable."""
    rows: list[Line] = []
    for n, (name_km, name_en, _sex, _birth) in enumerate(PEOPLE[:count]):
        results = [words["negative"]] * len(DRUGS_EN)
        taken, specimen, excuse, remark = words["taken"], f"SP-{n + 1:04}", "", ""
        if n == 4:
            results[0] = results[1] = words["non-negative"]
            remark = words["remark"]
        if n == 7:
            results[2] = words["invalid"]
        if n in (9, 12, 15):
            results, specimen = [""] * len(DRUGS_EN), ""
            taken = words[{9: "refused", 12: "absent", 15: "unable"}[n]]
            excuse = words["leave"] if n == 12 else ""
        rows.append(
            [str(FIRST_NUMBER + n), name_km if khmer else name_en, specimen, taken, *results, excuse, remark]
        )
    return rows


ENGLISH = {
    "taken": "taken",
    "refused": "refused",
    "absent": "absent",
    "unable": "unable",
    "negative": "negative",
    "non-negative": "non-negative",
    "invalid": "invalid",
    "leave": "medical leave",
    "remark": "Two lines faint, photographed",
}
SIGNS = ENGLISH | {"negative": "-", "non-negative": "+"}
KHMER = {
    "taken": "បានយក",
    "refused": "បដិសេធ",
    "absent": "អវត្តមាន",
    "unable": "មិនអាចយកបាន",
    "negative": "អវិជ្ជមាន",
    "non-negative": "មិនអវិជ្ជមាន",
    "invalid": "មិនត្រឹមត្រូវ",
    "leave": "ច្បាប់ឈឺ",
    "remark": "បន្ទាត់ព្រាល បានថតរូប",
}


def khmer_digits(text: object) -> str:
    return str(text).translate({ord(str(n)): chr(0x17E0 + n) for n in range(10)})


def text_of(rows: Iterable[Sequence[object]], delimiter: str = ",", end: str = "\r\n") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(rows)
    return buffer.getvalue()


def write(name: str, content: bytes) -> None:
    (HERE / name).write_bytes(content)


def save(book: openpyxl.Workbook, name: str) -> None:
    """Write the workbook with one fixed date everywhere."""
    buffer = io.BytesIO()
    book.save(buffer)
    packed = io.BytesIO()
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in made.namelist():
            content = made.read(entry)
            if entry == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-11-16T00:00:00Z", content)
            kept.writestr(zipfile.ZipInfo(entry, (2026, 11, 16, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    write(name, packed.getvalue())


def delimited_sheets() -> None:
    plain = [HEADER_EN, *sheet_rows(ENGLISH, khmer=False)]
    khmer = [HEADER_KM, *sheet_rows(KHMER, khmer=True)]
    block = [[label, value] for label, value in BLOCK_KM]

    write("sheet_utf8.csv", text_of(plain, end="\n").encode())
    write("sheet_utf8_bom.csv", text_of([*block, [], *khmer]).encode("utf-8-sig"))
    write("sheet_utf16le.csv", text_of([*block, [], *khmer], "\t").encode("utf-16"))
    write("sheet_utf16be.csv", b"\xfe\xff" + text_of(khmer).encode("utf-16-be"))
    write("sheet_mac_lines.csv", text_of(plain, end="\r").encode())

    warm = [[*HEADER_EN, "Temperature"]]
    for n, row in enumerate(sheet_rows(SIGNS, khmer=False)):
        warm.append(
            [*row, (f"{33 + n % 4},{n % 10}" if n % 2 else f"{33 + n % 4}.{n % 10}") if row[2] else ""]
        )
    write(
        "sheet_semicolons.csv", text_of([[f"{a}: {b}"] for a, b in BLOCK_EN] + warm, ";").encode("utf-8-sig")
    )

    dated = [["កាលបរិច្ឆេទ", *HEADER_KM]]
    dated.extend(
        [khmer_digits("16/11/2026"), khmer_digits(row[0]), row[1], khmer_digits(row[2]), *row[3:]]
        for row in sheet_rows(KHMER, khmer=True)
    )
    write("sheet_khmer_digits.csv", text_of(dated).encode("utf-8-sig"))

    written = ["16/11/2569", "16-11-2569", "១៦/១១/២៥៦៩", "16.11.2569", "ថ្ងៃទី១៦ ខែវិច្ឆិកា ឆ្នាំ២៥៦៩"]
    buddhist = [["Date", *HEADER_EN]]
    for n, row in enumerate(sheet_rows(ENGLISH, khmer=False)):
        buddhist.append([written[n % len(written)], *row])
    write("sheet_buddhist_years.csv", text_of(buddhist).encode())


def bad_rows() -> list[Line]:
    """Good rows, and among them ten that are each wrong in a way of their own."""
    good = [["16/11/2026", *row] for row in sheet_rows(ENGLISH, khmer=False)]
    negative = ["negative"] * len(DRUGS_EN)
    none = [""] * len(DRUGS_EN)
    bad: list[Line] = [
        ["16/11/2026", "199999", "Nobody Known", "SP-0101", "taken", *negative, "", "officer not known"],
        ["16/11/2026", "", "", "SP-0102", "taken", *negative, "", "neither number nor name"],
        [
            "16/11/2026",
            "100031",
            "Khan Bora",
            "SP-0103",
            "taken",
            "maybe",
            *negative[1:],
            "",
            "no such result",
        ],
        ["16/11/2026", "100032", "Khan Rith", "SP-0104", "taken", *none, "", "taken without a result"],
        ["16/11/2026", "100033", "Khan Nary", "", "refused", *negative, "", "refused with results"],
        ["16/11/2026", "100034", "Khan Sary", "SP-0001", "taken", *negative, "", "specimen number twice"],
        ["16/11/2026", "100001", "Sok Dara", "SP-0105", "taken", *negative, "", "officer twice"],
        ["31/02/2026", "100035", "Khan Vibol", "SP-0106", "taken", *negative, "", "no such day"],
        ["16/11/2026", "100036", "Khan Malis", "", "absent", *none, "", "absent without excuse"],
        ["16/11/2026", "100037", "Khan", "Rotha", "SP-0107", "taken", *negative, "", "one cell too many"],
    ]
    rows: list[Line] = []
    for n, row in enumerate(good):
        rows.append(row)
        if n % 2 and bad:
            rows.append(bad.pop(0))
    return rows


def workbooks() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Results"
    sheet.append(["Date", *HEADER_EN])
    for row in sheet_rows(SIGNS, khmer=False):
        sheet.append([datetime(2026, 11, 16), int(str(row[0])), *(cell or None for cell in row[1:])])  # noqa: DTZ001
    save(book, "sheet_plain.xlsx")
    whole = (HERE / "sheet_plain.xlsx").read_bytes()
    write("sheet_truncated.xlsx", whole[: len(whole) * 2 // 3])

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Date", *HEADER_EN])
    for row in bad_rows():
        sheet.append([cell or None for cell in row])
    save(book, "sheet_bad_rows.xlsx")
    write("sheet_bad_rows.csv", text_of([["Date", *HEADER_EN], *bad_rows()]).encode())

    merged_workbook()
    roster()


def merged_workbook() -> None:
    """A sheet as an office lays it out, behind one of instructions: a letterhead, labels and values in merged
    cells, a header of two lines in both languages, one date merged over all rows, a total below."""
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "សេចក្តីណែនាំ"
    notes["A1"] = "សូមបំពេញសន្លឹកទី២"
    sheet = book.create_sheet("លទ្ធផល")

    def merge(first: str, last: str, value: object) -> None:
        sheet[first] = value
        sheet[first].font = Font(bold=True)
        sheet[first].alignment = Alignment(horizontal="center", vertical="center")
        sheet.merge_cells(f"{first}:{last}")

    merge("A1", "O1", "ព្រះរាជាណាចក្រកម្ពុជា")
    merge("A2", "O2", "ជាតិ សាសនា ព្រះមហាក្សត្រ")
    for n, ((label_km, value), (label_en, _value)) in enumerate(zip(BLOCK_KM, BLOCK_EN, strict=True)):
        merge(f"A{4 + n}", f"B{4 + n}", f"{label_km} / {label_en}៖")
        merge(f"C{4 + n}", f"F{4 + n}", DAY if label_en == "Date" else value)
    top, low = 13, 14
    merge(f"A{top}", f"A{low}", "ល.រ")
    titles = [f"{km}\n{en}" for km, en in zip(HEADER_KM, HEADER_EN, strict=True)]
    for n, title in enumerate(titles[:4]):
        merge(f"{'BCDE'[n]}{top}", f"{'BCDE'[n]}{low}", title)
    merge(f"F{top}", f"M{top}", "លទ្ធផលតេស្តបឋម / Field screen")
    for n, title in enumerate(titles[4:12]):
        sheet.cell(low, 6 + n, title)
    merge(f"N{top}", f"N{low}", titles[12])
    merge(f"O{top}", f"P{low}", titles[13])
    merge(f"Q{top}", f"Q{low}", "កាលបរិច្ឆេទ / Date")
    for n, row in enumerate(sheet_rows(KHMER, khmer=True, count=12)):
        line = low + 1 + n
        for column, cell in enumerate([n + 1, int(str(row[0])), *(cell or None for cell in row[1:])], 1):
            sheet.cell(line, column, cell)
    line = low + 1 + 9  # the refusal: the cells of its results are one empty cell
    sheet.merge_cells(f"F{line}:M{line}")
    merge(f"Q{low + 1}", f"Q{low + 12}", DAY)
    merge(f"A{low + 14}", f"Q{low + 14}", "សរុប ១២ នាក់")
    save(book, "sheet_merged.xlsx")


ROSTER_HEADER = [
    "Officer number / លេខមន្ត្រី",
    "Name in Khmer / ឈ្មោះជាអក្សរខ្មែរ",
    "Name in Latin / ឈ្មោះជាអក្សរឡាតាំង",
    "Sex / ភេទ",
    "Birth year / ឆ្នាំកំណើត",
    "Rank / ឋានន្តរស័ក្តិ",
    "Unit code / លេខកូដអង្គភាព",
    "Posted from / ចាប់ពីថ្ងៃ",
]
RANKS = ["Police Sergeant", "Police Second Lieutenant", "Police Lieutenant", "Police Captain", "Police Major"]


def roster() -> None:
    rows: list[Line] = []
    for n, (name_km, name_en, sex, birth) in enumerate(PEOPLE):
        unit = ["0102", "0103", "0203", "1201"][n % 4]
        rows.append([str(FIRST_NUMBER + n), name_km, name_en, sex, birth, RANKS[n % 5], unit, "01/01/2024"])
    write("roster.csv", text_of([ROSTER_HEADER, *rows]).encode("utf-8-sig"))

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Roster"
    sheet.append(ROSTER_HEADER)
    for row in rows:
        sheet.append([int(str(row[0])), *row[1:7], datetime(2024, 1, 1)])  # noqa: DTZ001
    save(book, "roster.xlsx")


def other_formats() -> None:
    """Files with a name that promises a workbook, each the shortest of its kind that programs recognise."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    write("sheet_old.xls", ole + "Workbook".encode("utf-16-le") + bytes(496))
    write("sheet_password.xlsx", ole + "EncryptedPackage".encode("utf-16-le") + bytes(480))
    cells = "".join(f"<td>{title}</td>" for title in HEADER_EN)
    write("sheet_web_page.xls", f"<html><body><table><tr>{cells}</tr></table></body></html>".encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        stamp = (2026, 11, 16, 0, 0, 0)
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr(zipfile.ZipInfo("mimetype", stamp), kind)
        archive.writestr(zipfile.ZipInfo("content.xml", stamp), "<office:document-content/>")
    write("sheet_open_document.ods", packed.getvalue())


if __name__ == "__main__":
    delimited_sheets()
    workbooks()
    other_formats()
