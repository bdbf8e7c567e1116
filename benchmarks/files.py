"""Files of the size of the reported campaign, with bad rows of ten kinds."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from openpyxl import Workbook

from ledger import clock
from officers.models import Officer, Unit
from officers.models.sheets import Drug
from officers.reckoning import demo

#: Civil servants and members of the armed forces in the reported campaign, and how many tested non-negative.
ROWS, NON_NEGATIVE = 99_300, 97
BAD = 50
DRUGS = (Drug.METHAMPHETAMINE, Drug.AMPHETAMINE, Drug.MDMA, Drug.KETAMINE, Drug.HEROIN)

ROSTER = [
    "Service number",
    "Name in Khmer",
    "Name in Latin",
    "Sex",
    "Birth year",
    "Rank",
    "Unit code",
    "Post",
    "Since",
]
CAMPAIGN = [
    *("Unit code", "Site", "Date", "Witness", "Reason for test", "Order number", "Kit lot", "Kit expiry"),
    *(
        "Officer number",
        "Name",
        "Specimen number",
        "Taken",
        *(str(drug.label) for drug in DRUGS),
        "Excuse",
        "Remark",
    ),
]


def spread(number: int) -> dict[int, int]:
    """Rows to be made bad, each with the kind of its fault: spread over the file, five of each of ten kinds."""
    return {(n + 1) * number // (BAD + 1): n % 10 for n in range(BAD)}


def roster(number: int = ROWS, first: int = 1_000_000) -> Iterator[list[str]]:
    """A roster, its header first."""
    invent = random.Random(7)
    units = list(Unit.objects.open().order_by("pk").values_list("code", flat=True))
    bad = spread(number)
    yield ROSTER
    for n in range(number):
        sex = "F" if invent.random() < 0.16 else "M"
        name_km, name_latin = demo.name(invent, sex)
        row = [
            str(first + n),
            name_km,
            name_latin,
            sex,
            str(invent.randint(1966, 2003)),
            invent.choice(["Sergeant", "Captain", "Major"]),
            units[n * len(units) // number],
            "",
            "01/10/2025",
        ]
        match bad.get(n):
            case 0:
                row[0] = ""
            case 1:
                row[0] = str(first + n - 1)
            case 2:
                row[1] = name_latin
            case 3:
                row[3] = "?"
            case 4:
                row[4] = "long ago"
            case 5:
                row[5] = "Emperor"
            case 6:
                row[6] = "X-99"
            case 7:
                row[8] = "31/02/2025"
            case 8:
                row[8] = "01/01/2099"
            case 9:
                row[1] = name_km * 20
        yield row


def campaign(number: int = ROWS, days_ago: int = 3, non_negative: int = NON_NEGATIVE) -> Iterator[list[str]]:
    """Results of officers on the roll by unit and day, its header first. As many non-negative as were reported."""
    invent = random.Random(8)
    day = clock.today() - timedelta(days=days_ago)
    bad = spread(number)
    positive = set(invent.sample(sorted(set(range(number)) - bad.keys()), non_negative * number // ROWS))
    people = Officer.objects.serving().order_by("unit_id", "pk")
    rows = people.values_list("unit__code", "unit__name_latin", "service_number", "name_latin")[:number]
    yield CAMPAIGN
    for n, (unit, site, service_number, name) in enumerate(rows.iterator(5000)):
        results = ["negative"] * len(DRUGS)
        if n in positive:
            results[0] = "non-negative"
        row = [
            unit,
            site,
            f"{day:%d/%m/%Y}",
            "Chea Manet",
            "census_campaign",
            "001/24",
            "KL-2026-07",
            "30/06/2027",
        ]
        row += [service_number, name, f"SP-{days_ago}-{n:06}", "taken", *results, "", ""]
        match bad.get(n):
            case 0:
                row[8] = ""
            case 1:
                row[8] = "9-999-999"
            case 2:
                row[9] = "Somebody Else"
            case 3:
                row[10] = f"SP-{days_ago}-{n - 1:06}"
            case 4:
                row[12] = "perhaps"
            case 5:
                row[12] = ""
            case 6:
                row[11:17] = ["absent", "", "", "", "", ""]
                row[10] = ""
            case 7:
                row[2] = "31/02/2026"
            case 8:
                row[7] = f"{day - timedelta(days=1):%d/%m/%Y}"
            case 9:
                row[0] = "X-99"
        yield row


def as_csv(rows: Iterator[list[str]], path: Path) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_workbook(rows: Iterator[list[str]], path: Path) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Rows")
    for row in rows:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    path.write_bytes(kept.getvalue())
    return path
