"""A laboratory's results from a file: read, looked through, taken once."""

import io
from contextlib import suppress
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ledger.models import Event
from officers.actions import imports, laboratory
from officers.imports import shown, words
from officers.models import AnalyteValue, Import, ImportRow, LaboratoryReport
from officers.models.laboratory import LabResult
from officers.reckoning.panels import Validity
from tests import make
from tests.officers.importing import checked, csv, named, work
from tests.officers.test_imports_workers import at_once
from tests.results import Way

pytestmark = pytest.mark.django_db

HEADER = [
    "Specimen number",
    "Method",
    "Stage",
    "Analyte",
    "Value (ng/mL)",
    "Creatinine (mg/dL)",
    "Certified by",
    "Fatal flaw",
]
KIND = "LABORATORY"


def row(
    number, value="1200", analyte="Methamphetamine", *, stage="", flaw="", creatinine="100", by="A Chemist"
):
    measured = ["LC-MS/MS", stage, analyte, value, creatinine] if not flaw else [""] * 5
    return [number, *measured, by, flaw]


def of(way, *rows, **said):
    return checked(way.chemist, way.first, csv(HEADER, *rows), KIND, **said)


def take(file, **how):
    imports.take(file.uploaded_by, file.pk, **how)
    return work(Import.objects.get(pk=file.pk))


def test_a_file_s_report_is_the_same_as_one_by_hand():
    way = Way()
    by_file, by_hand = way.received(), way.received()
    file = take(
        of(
            way,
            row(by_file.number, "900", "Amphetamine/Methamphetamine", stage="initial"),
            row(by_file.number, "1200.50"),
            row(by_file.number, "10", "Amphetamine", creatinine=""),
        )
    )
    laboratory.report(
        way.chemist,
        by_hand.pk,
        laboratory.Found(
            "A Chemist",
            method="lc_ms_ms",
            initial=[("Amphetamine/Methamphetamine", Decimal(900))],
            values=[("Methamphetamine", Decimal("1200.5")), ("Amphetamine", Decimal(10))],
            validity=Validity(creatinine=Decimal(100)),
        ),
    )
    of_each = []
    for specimen in (by_file, by_hand):
        fields = [
            field.name
            for field in LaboratoryReport._meta.concrete_fields
            if field.name not in ("id", "specimen", "version", "changed_by", "reported_at")
        ]
        report = LaboratoryReport.objects.get(specimen=specimen)
        values = report.values.order_by("analyte", "stage").values_list(
            "stage", "drug", "analyte", "value", "cutoff", "counts", "present"
        )
        specimen.test.refresh_from_db()
        of_each.append(({name: getattr(report, name) for name in fields}, list(values), specimen.test.status))
    assert of_each[0] == of_each[1]
    assert of_each[0][0]["result"] == LabResult.POSITIVE
    assert (file.status, file.taken_rows) == (Import.Status.TAKEN, 3)
    reported = Event.objects.filter(verb="specimen.reported").order_by("pk").first()
    taking = Event.objects.get(verb="import.taking")
    assert reported.cause_id == taking.pk


def test_a_specimen_with_a_bad_row_is_left_out_as_a_whole_and_each_row_says_why():
    way = Way()
    good, bad, waiting, flawed = way.received(), way.received(), way.sent(), way.received()
    file = of(
        way,
        row(good.number),
        row(bad.number, "12,5"),
        row(bad.number, "3", "Amphetamine"),
        row(waiting.number),
        row("SP-NONE"),
        row(flawed.number, "", "", flaw="Seal broken, and no second bottle to take in its place"),
        row(bad.number, "3", "Amphetamin"),
        row("", "3"),
    )
    assert named(file) == [
        (3, "E", "not_a_number"),
        (4, "", "other_row"),
        (5, "A", "laboratory_specimen_on_its_way"),
        (6, "A", "laboratory_specimen_unknown"),
        (8, "", "other_row"),
        (9, "A", "missing"),
    ]
    with pytest.raises(ValidationError, match="cannot be taken"):
        imports.take(way.chemist, file.pk, all_or_nothing=True)

    take(file)
    results = dict(LaboratoryReport.objects.values_list("specimen", "result"))
    assert results == {good.pk: LabResult.POSITIVE, flawed.pk: LabResult.REJECTED}


@pytest.mark.parametrize(
    ("rows", "column", "text"),
    [
        ([("300", "Amphetamine")], "D", "a value is needed for: Methamphetamine"),
        ([("300", "Aspirin")], "D", "no analyte “Aspirin”"),
        ([("300", "Methamphetamine"), ("301", "methamphetamine")], "D", "stands twice"),
    ],
)
def test_what_the_act_would_refuse_is_said_in_both_languages_before(rows, column, text):
    way = Way()
    specimen = way.received()
    file = of(way, *(row(specimen.number, *one) for one in rows))

    found = [fault for fault in shown.faults(file, file.staged.bad()) if fault.code != "other_row"]
    assert [(fault.column, text in fault.reason) for fault in found] == [(column, True)]
    for fault, problems in zip(found, file.staged.bad().values_list("problems", flat=True), strict=False):
        assert fault.code != "refused" or problems[0]["params"].keys() == {"km", "en"}


def test_the_same_file_sent_twice_changes_nothing_and_says_so():
    way = Way()
    specimen = way.received()
    take(of(way, row(specimen.number)))
    with pytest.raises(ValidationError, match="taken for this unit already"):
        of(way, row(specimen.number))

    again = of(way, row(specimen.number), [])
    assert (again.unchanged_rows, again.rows) == (1, 1)
    with pytest.raises(ValidationError, match="No row of this file would change anything"):
        imports.take(way.chemist, again.pk)
    other = of(way, row(specimen.number, "1300"))
    assert named(other) == [(2, "A", "laboratory_reported_otherwise")]
    assert LaboratoryReport.objects.count() == 1


def test_what_became_impossible_since_the_check_is_left_out():
    way = Way()
    one, other = way.received(), way.received()
    file = of(way, row(one.number), row(other.number))
    way.reported(specimen=one, value="5")
    file = take(file)

    assert named(file) == [(2, "A", "laboratory_reported_otherwise")]
    assert (file.taken_rows, LaboratoryReport.objects.get(specimen=other).result) == (1, LabResult.POSITIVE)


def test_all_or_nothing_takes_nothing_where_one_has_become_impossible():
    way = Way()
    one, other = way.received(), way.received()
    file = of(way, row(one.number), row(other.number))
    way.reported(specimen=one, value="5")
    file = take(file, all_or_nothing=True)

    assert (file.status, file.bad_rows) == (Import.Status.CHECKING, 0)
    assert not LaboratoryReport.objects.filter(specimen=other).exists()
    assert (work(file).status, named(file)) == (
        Import.Status.CHECKED,
        [(2, "A", "laboratory_reported_otherwise")],
    )


def test_what_a_laboratory_reported_is_not_undone_by_its_file():
    way = Way()
    file = take(of(way, row(way.received().number)))
    with pytest.raises(PermissionDenied):
        imports.undo(way.chemist, file.pk, reason="Wrong file.")


def test_only_who_works_for_a_laboratory_uploads_its_results():
    way = Way()
    for somebody in (way.administrator, way.second_chemist, way.physician, make.user("system_administrator")):
        with pytest.raises(PermissionDenied):
            imports.upload(
                somebody, kind=KIND, unit_id=way.first.pk, file=io.BytesIO(b"a,b"), filename="x.csv"
            )


def test_another_laboratory_s_specimen_is_unknown():
    way = Way()
    specimen = way.received()
    file = checked(way.second_chemist, way.second, csv(HEADER, row(specimen.number)), KIND)

    assert named(file) == [(2, "A", "laboratory_specimen_unknown")]


@pytest.mark.parametrize(
    "content",
    [
        csv(HEADER, row("K-1"))[:20],
        "\ufeffSpecimen number,Certified by\nK-1,ចន្ទ".encode("utf-32"),
        b"Specimen number,Certified by\nK-1,\xe9\xff\xfe",
        b"PK\x03\x04cut off",
        b"",
    ],
)
def test_a_file_cut_off_or_of_a_wrong_encoding_is_refused_with_the_reason(content):
    way = Way()
    try:
        file = checked(way.chemist, way.first, content, KIND)
    except ValidationError:
        return
    assert file.status == Import.Status.UNREADABLE, named(file)
    assert file.problem.keys() == {"km", "en"}


def test_formulas_and_khmer_digits_are_read_as_what_they_say():
    way = Way()
    specimen = way.received()
    formula = of(way, row(specimen.number, "=1+1"))
    assert named(formula) == [(2, "E", "not_a_number")]
    khmer = of(way, row(specimen.number, "២៤៩.៩"))
    take(khmer)

    assert LaboratoryReport.objects.get().result == LabResult.NEGATIVE
    assert AnalyteValue.objects.get().value == Decimal("249.9")


def test_each_bad_row_of_many_is_named():
    """The proportion of SECURITY 18, smaller: 5 in a hundred rows are bad, in parts of the size of one."""
    way = Way()
    specimens = [way.received() for _ in range(4)]
    rows = [row(one.number) for one in specimens]
    rows += [row(f"SP-X{n}", "bad") for n in range(1, 3000)]
    file = take(of(way, *rows))

    assert (file.status, file.rows, file.bad_rows, file.taken_rows) == (Import.Status.TAKEN, 3003, 2999, 4)
    assert all(one.problems[0]["code"] == "not_a_number" for one in file.staged.bad())
    assert ImportRow.objects.filter(file=file, target_id__isnull=False).count() == 4


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_that_was_filled_in_is_read(client, form):
    way = Way()
    client.force_login(way.chemist)
    answer = client.get(reverse("import_template", args=["laboratory", form]))
    content = b"".join(answer.streaming_content)
    said = {
        "specimen_number": way.received().number,
        "method": "GC-MS",
        "analyte": "methamphetamine",
        "value": "250",
        "creatinine": "80.5",
        "certified_by": "ចន្ទ សុភា",
    }
    cells = [said.get(name, "") for name in words.LABORATORY]
    if form == "csv":
        content += (",".join(cells) + "\n").encode()
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active.append(cells)
        kept = io.BytesIO()
        book.save(kept)
        content = kept.getvalue()
    file = checked(way.chemist, way.first, content, KIND)

    assert (file.status, file.rows, named(file)) == (Import.Status.CHECKED, 1, [])


def test_the_pages_of_a_file_show_what_each_specimen_would_be_and_give_its_bad_rows_back(client):
    way = Way()
    client.force_login(way.chemist)
    client.cookies["language"] = "en"
    specimen = way.received()
    rows = csv(HEADER, row(specimen.number), row("SP-NONE"))
    sent = {"kind": KIND, "unit": "LAB-1", "file": SimpleUploadedFile("r.csv", rows)}
    address = client.post(reverse("import_upload"), sent)["Location"]
    file = work(Import.objects.get())

    assert "Methamphetamine 1200 · Positive" in client.get(f"{address}?show=new").text
    assert "No specimen of this laboratory has the number SP-NONE" in client.get(f"{address}?show=bad").text
    bad = b"".join(client.get(reverse("import_bad_rows", args=[file.pk])).streaming_content).decode()
    assert "SP-NONE" in bad
    assert specimen.number not in bad
    client.post(reverse("import_take", args=[file.pk]), {"rows": "good", "version": file.version})
    work(file)
    assert LaboratoryReport.objects.get().specimen == specimen
    refused = client.post(reverse("import_upload"), sent | {"file": SimpleUploadedFile("s.csv", rows)})
    assert "taken for this unit already" in refused.text


@pytest.mark.django_db(transaction=True)
def test_a_file_taken_by_several_workers_while_somebody_reports_by_hand_reports_once():
    way = Way()
    specimens = [way.received() for _ in range(3)]
    file = of(way, *(row(one.number) for one in specimens))
    imports.take(way.chemist, file.pk)

    def meanwhile(turn):
        if turn:
            work(file)
        else:
            with suppress(ValidationError):
                way.reported(specimen=specimens[2], value="1200")

    turns = iter(range(3))
    at_once(lambda: meanwhile(next(turns)), 3)
    file = work(file)

    assert file.status == Import.Status.TAKEN
    assert sorted(LaboratoryReport.objects.values_list("specimen", "number")) == [
        (one.pk, 1) for one in specimens
    ]
