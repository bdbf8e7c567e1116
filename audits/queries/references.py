"""What records are called: the reference people say, and the record that somebody named by it."""

from collections.abc import Iterable
from typing import Any

from audits.models import About
from audits.queries.subjects import visible
from cases.models import Case, Complaint
from cases.queries.complaints import id_of as complaint_of
from cases.queries.docket import id_of as case_of
from foundation.khmer import digits
from officers.models import DrugTest

type Named = tuple[str, int]


def references(records: Iterable[Named]) -> dict[Named, str]:
    """What each record is called; tests are looked up together."""
    records = set(records)
    lines = DrugTest.objects.filter(pk__in=[pk for about, pk in records if about == About.DRUG_TEST])
    tests = {row.pk: f"{row.sheet.reference}/{row.line}" for row in lines.select_related("sheet")}
    made = {
        About.CASE: lambda pk: Case(pk=pk).reference,
        About.COMPLAINT: lambda pk: Complaint(pk=pk).reference,
        About.DRUG_TEST: lambda pk: tests.get(pk, f"#{pk}"),
    }
    return {(about, pk): str(made[About(about)](pk)) for about, pk in records}


def reference(about: str, pk: int) -> str:
    return references([(about, pk)])[about, pk]


def named(about: str, text: str, user: Any) -> int | None:
    """The id of the record that was named by its reference, if there is one that he sees and is not kept from."""
    pk = _LOOKED_UP[About(about)](text)
    return pk if pk is not None and visible(about, user).filter(pk=pk).exists() else None


def _test_of(text: str) -> int | None:
    """A line of a sheet, as sheet and line, or by the number of its specimen."""
    typed = digits(text).upper().replace(" ", "")
    sheet, _slash, line = typed.rpartition("/")
    number = sheet.split("-")[2:3]
    if number and number[0].isdecimal() and line.isdecimal():
        row = DrugTest.objects.filter(sheet=int(number[0]), line=int(line)).select_related("sheet").first()
        return row.pk if row and row.sheet.reference == sheet else None
    rows = (
        list(DrugTest.objects.filter(specimen_number=typed).values_list("pk", flat=True)[:2]) if typed else []
    )
    return rows[0] if len(rows) == 1 else None


_LOOKED_UP = {About.CASE: case_of, About.COMPLAINT: complaint_of, About.DRUG_TEST: _test_of}
