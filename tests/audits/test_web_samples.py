"""Pages of the plan and of samples."""

import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from audits.actions import audits, recusals, reviews, samples
from audits.models import Audit, Sample, SampleItem
from audits.reckoning import sampling
from ledger import clock
from ledger.conflict import Conflict
from ledger.models import Read
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.cases.forging import deletes, refused
from tests.dismissals import Road

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture
def bench():
    return Bench()


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def written(day) -> str:
    return f"{day:%d/%m/%Y}"


def test_an_audit_goes_from_plan_to_report_by_pages(client, bench, sign_in):
    sign_in(bench.lead)
    today = clock.today()
    assert "Nothing is planned" in text_of(client.get(reverse("audits"), {"year": 2030}))
    form = {
        "year": today.year,
        "unit": bench.unit.code,
        "title": "Dismissals by refusal",
        "lead": bench.lead.pk,
        "period_from": written(today - timedelta(days=30)),
        "period_to": written(today),
        "starts_on": written(today),
        "due_on": written(today + timedelta(days=14)),
        "planned": "3",
    }
    assert "title" in client.post(reverse("audit_plan"), form | {"title": ""}).context["form"].errors
    client.post(reverse("audit_plan"), form)
    row = Audit.objects.get()
    page = text_of(client.get(reverse("audits")))
    assert "Dismissals by refusal" in page
    assert "14 days left" in page
    client.post(reverse("audit_amend", args=[row.pk]), form | {"planned": "4", "version": 1})
    client.post(reverse("audit_start", args=[row.pk]), {"version": 2})
    row.refresh_from_db()
    assert (row.status, row.planned) == ("RUNNING", 4)
    refused = client.post(reverse("audit_amend", args=[row.pk]), form | {"version": 3})
    assert list(refused.context["form"].errors) == ["reason"]
    client.post(reverse("audit_amend", args=[row.pk]), form | {"version": 3, "reason": "One fell away."})
    client.post(reverse("audit_report", args=[row.pk]), {"conclusion": "In order.", "version": 4})
    row.refresh_from_db()
    assert (row.status, row.planned) == ("REPORTED", 3)
    assert "In order." in text_of(client.get(reverse("audit", args=[row.pk])))
    assert client.get(reverse("audit_drop", args=[row.pk])).status_code == 409
    dropped = bench.planned()
    client.post(reverse("audit_drop", args=[dropped.pk]), {"reason": "No staff.", "version": 1})
    assert "No staff." in text_of(client.get(reverse("audit", args=[dropped.pk])))


def test_a_sample_is_frozen_drawn_assigned_and_voided_by_pages(client, bench, sign_in):
    road = Road()
    cases = [road.decided() for _ in range(3)]
    audit = bench.running()
    sign_in(bench.lead)
    answer = client.get(reverse("audit_choose_random", args=[audit.pk]), {"about": "case"})
    freeze = reverse("audit_freeze", args=[audit.pk, "case"])
    assert answer["Location"] == freeze
    form = {
        "first": written(audit.period_from),
        "last": written(audit.period_to),
        "strata": ["ground", "authority"],
        "size": "2",
        "number_source": "The lottery of tomorrow, first draw",
        "number_on": written(clock.today()),
        "version": audit.version,
    }
    assert "number_on" in client.post(freeze, form).context["form"].errors
    assert "nobody can choose the records" in text_of(client.get(freeze))
    client.post(freeze, form | {"number_on": written(clock.today() + timedelta(days=1))})
    row = Sample.objects.get()
    page = text_of(client.get(reverse("sample", args=[row.pk])))
    assert row.digest in page
    assert "Sealed until" in page
    assert "same population today" in page
    assert road.authority.name in page
    assert client.get(reverse("sample_draw", args=[row.pk])).status_code == 403
    sign_in(bench.second)
    assert client.post(reverse("sample_draw", args=[row.pk]), {"outside": "1"}).status_code == 409
    with clock.at(clock.now() + timedelta(days=1)):
        client.post(reverse("sample_draw", args=[row.pk]), {"outside": " 04  17", "version": 1})
        row.refresh_from_db()
        assert (row.status, row.outside) == ("DRAWN", "04 17")
        page = text_of(client.get(reverse("sample", args=[row.pk])))
        assert row.seed in page
        assert row.nonce in page
        client.post(
            reverse("sample_assign", args=[row.pk]),
            {"reviewers": [bench.lead.pk, bench.second.pk], "version": 2},
        )
        assert audit.reviews.count() == 2
        again = client.post(reverse("sample_assign", args=[row.pk]), {"reviewers": [bench.lead.pk]})
        assert again.status_code == 409
        page = text_of(client.get(reverse("sample", args=[row.pk])))
        assert "Assigned" in page
        assert sum(case.reference in page for case in cases) == 2
        client.post(reverse("sample_void", args=[row.pk]), {"reason": "Wrong days.", "version": 2})
    row.refresh_from_db()
    assert row.status == "VOID"
    assert "Wrong days." in text_of(client.get(reverse("sample", args=[row.pk])))


def test_the_saved_population_is_what_was_hashed_and_the_save_is_noted(client, bench, sign_in):
    road = Road()
    for _ in range(2):
        road.decided()
    row = bench.drawn(size=1)
    sign_in(bench.second)

    saved = client.get(reverse("sample_population", args=[row.pk])).content
    facts = json.loads(client.get(reverse("sample_facts", args=[row.pk])).content)

    assert sampling.digest_of(saved.decode()) == row.digest == facts["digest"]
    assert [item["id"] for item in facts["items"]] == list(row.items.values_list("row_id", flat=True))
    noted = Read.objects.filter(what="exported", table_name="audits_sample", row_id=row.pk)
    assert sorted(noted.values_list("fields", flat=True)) == [["facts"], ["population"]]


def test_the_page_of_a_sample_says_what_its_days_give_today(client, bench, sign_in):
    road = Road()
    road.decided()
    row = bench.frozen(size=1)
    late = road.decided()
    sign_in(bench.lead)

    page = text_of(client.get(reverse("sample", args=[row.pk])))

    assert "another population today" in page
    assert f"1 record is there today and was not: {late.pk}" in " ".join(page.split())


def test_a_directed_sample_is_taken_by_pages_and_rules_are_counted(client, bench, sign_in):
    fast = Road().decided()
    audit = bench.running()
    sign_in(bench.lead)
    assert "Rules point at 1 of 1 records" in text_of(client.get(reverse("audit_risks", args=[audit.pk])))
    direct = reverse("audit_direct", args=[audit.pk, "case"])
    form = {"first": written(audit.period_from), "last": written(audit.period_to), "size": "5"}
    assert "codes" in client.post(direct, form).context["form"].errors
    client.post(direct, form | {"codes": ["decided_fast"], "version": audit.version})
    row = Sample.objects.get()
    page = text_of(client.get(reverse("sample", args=[row.pk])))
    assert fast.reference in page
    assert "No figure about all records" in page


def test_pages_of_audits_are_not_there_for_others(client, bench, sign_in):
    Road().decided()
    row = bench.frozen(size=1)
    audit = row.audit_id
    pages = [
        reverse("audits"),
        *(
            reverse(name, args=[audit])
            for name in ("audit", "audit_risks", "audit_paper", "audit_spreadsheet")
        ),
        *(
            reverse(name, args=[row.pk])
            for name in ("sample", "sample_population", "sample_facts", "sample_draw")
        ),
    ]
    sign_in(make.user(Role.INSPECTOR))
    assert {client.get(page).status_code for page in pages} == {404}
    sign_in(make.user(Role.AUDITOR, make.unit()))
    assert {client.get(page).status_code for page in pages[1:]} == {404}


def test_an_auditor_sees_no_record_he_is_kept_from_in_a_sample(client, bench, sign_in):
    road = Road()
    case = road.decided()
    row = bench.drawn(size=1)
    recusals.declare(
        bench.second, kind="relative", officer_id=case.officer_id, unit_id=None, reason="My brother."
    )
    sign_in(bench.second)

    page = text_of(client.get(reverse("sample", args=[row.pk])))

    assert case.reference not in page
    assert "You are kept from this record" in page


def test_who_is_kept_from_a_record_gives_it_to_another(bench):
    road = Road()
    case = road.decided()
    row = bench.drawn(size=1)
    recusals.declare(
        bench.lead, kind="relative", officer_id=case.officer_id, unit_id=None, reason="My brother."
    )

    given = reviews.assign_sample(bench.lead, row.pk, reviewer_ids=[bench.lead.pk, bench.second.pk])

    assert [(one.row_id, one.reviewer_id) for one in given] == [(case.pk, bench.second.pk)]


def test_a_report_is_saved_as_paper_and_as_a_workbook_without_formulas(client, bench, sign_in):
    case = Road().decided()
    audit = bench.running(title="=HYPERLINK(1)")
    bench.completed(case, audit)
    bench.issued(audit, title="+1 late", text="-2 days")
    sign_in(bench.lead)

    for language in ("km", "en"):
        paper = client.get(reverse("audit_paper", args=[audit.pk]), {"in": language})
        assert paper.content.startswith(b"%PDF")
        content = client.get(reverse("audit_spreadsheet", args=[audit.pk]), {"in": language}).content
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert len(book.sheetnames) == 7
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
        assert "'+1 late" in [cell.value for cell in cells]
    assert Read.objects.filter(what="exported", table_name="audits_audit", row_id=audit.pk).count() == 4


def test_a_sample_of_an_audit_that_is_over_is_not_drawn(client, bench, sign_in):
    Road().decided()
    row = bench.frozen(size=1)
    audits.drop(bench.lead, row.audit_id, reason="No staff.")
    sign_in(bench.second)
    with clock.at(clock.now() + timedelta(days=1)):
        assert client.post(reverse("sample_draw", args=[row.pk]), {"outside": "1"}).status_code == 409
        with pytest.raises(Conflict):
            samples.draw(bench.second, row.pk, outside="1")


def test_no_statement_adds_a_record_to_a_sample_that_was_drawn(bench):
    road = Road()
    for _ in range(3):
        road.decided()
    row = bench.drawn(size=2)
    last = row.items.get(number=2)
    late = SampleItem(sample=row, number=3, row_id=last.row_id + 1000, stratum=last.stratum, key=last.key)
    refused("records_come_into_a_sample_as_it_is_drawn", late.save)
    late.number = 2
    refused("a_drawn_record_is_never_exchanged", deletes(last), late.save)
