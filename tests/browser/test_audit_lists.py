"""Outside lists and evidence packs as an auditor uses them, and each page looked at."""

import io
import zipfile

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from audits.models import OutsideList
from ledger.sealing import seal
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road
from tests.looking import DESK, WINDOWS, faults_in_both, go, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "auditor", "sequencer"]),
]


def test_a_payroll_is_entered_compared_and_settled_a_pack_is_made_and_every_page_is_in_order(
    browser_page, settings, tmp_path
):
    settings.HEADS_FILE = tmp_path / "heads.log"
    page, road, bench, found = browser_page, Road(), Bench(), []
    case = road.in_force()
    paid, named = make.officer(road.unit), make.officer(road.unit, name_km="សុខ ដារ៉ា", name_latin="Sok Dara")
    make.officer(road.unit, name_km="ចាន់ បូរ៉ា", name_latin="Chan Bora")
    text = (
        "អត្តលេខ,គោត្តនាម និងនាម,Latin name,Birth year,អង្គភាព\n"
        f"{paid.service_number},,,,Post\n{case.officer.service_number},,,,Post\n"
        ",សុខ ដារ៉ា,Sok Dara,,\n777777,ប៉ែន សុវណ្ណ,Pen Sovann,1970,\n777778,ប៉ែន,,nineteen,\n"
    )
    page.set_viewport_size(DESK)
    sign_in(page, bench.lead)
    page.goto(reverse("outside_lists"))
    expect(page.get_by_text("No outside list was entered.")).to_be_visible()
    go(page.get_by_role("button", name="Enter an outside list"))
    go(page.get_by_role("button", name="Enter and compare"))
    found += faults_in_both(page, "list-new-en")
    page.get_by_label("Officers in service").check()
    page.get_by_label("Title").fill("Payroll of June")
    page.get_by_label("Of which unit").fill(bench.unit.code)
    for label, day in (("Published on", "1/7/2026"), ("From", "1/6/2026"), ("Until", "30/6/2026")):
        page.get_by_label(label, exact=True).fill(day)
    page.get_by_label("File").set_input_files(
        {"name": "payroll.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    go(page.get_by_role("button", name="Enter and compare"))
    expect(page.locator("h1")).to_contain_text("Payroll of June")
    expect(page.get_by_role("heading", name="On both: 1")).to_be_visible()
    go(page.get_by_role("link", name="To be settled: may be an officer here: 1"))
    go(page.get_by_role("link", name="4", exact=True))
    found += faults_in_both(page, "line-en")
    page.get_by_label("Whom the row means").fill(named.service_number)
    page.get_by_label("Reason").fill("The personnel department says so.")
    go(page.get_by_role("button", name="Settle"))
    row = OutsideList.objects.get()
    line = row.lines.get(line=4)
    assert line.officer_id == named.pk
    with page.expect_download() as given:
        page.get_by_role("link", name="As a table (CSV)").click()
    assert given.value.path().read_text("utf-8-sig").startswith('"Row in the file"')

    seal()
    page.goto(f"{reverse('evidence_packs')}?about=case&row={case.pk}")
    page.get_by_label("Reason").fill("For the court of accounts.")
    with page.expect_download() as given:
        page.get_by_role("button", name="Make and download").click()
    assert "check_pack.py" in zipfile.ZipFile(io.BytesIO(given.value.path().read_bytes())).namelist()

    ways = {
        "lists": reverse("outside_lists"),
        "list": reverse("outside_list", args=[row.pk]),
        "list-gone": f"{reverse('outside_list', args=[row.pk])}?group=gone",
        "list-here": f"{reverse('outside_list', args=[row.pk])}?group=here",
        "list-bad": f"{reverse('outside_list', args=[row.pk])}?group=bad",
        "line": reverse("outside_line", args=[line.pk]),
        "packs": f"{reverse('evidence_packs')}?about=case&row={case.pk}",
    }
    for language, window in WINDOWS.items():
        page.set_viewport_size(window)
        sign_in(page, bench.lead, language)
        for name, way in ways.items():
            page.goto(way)
            found += faults_in_both(page, f"{name}-{language}")
    assert found == []
