"""A file, from its upload to its undoing, as somebody at a desk or with a phone has it."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from officers import imports as reading
from officers.actions import imports
from officers.models import DrugTest, Import
from tests.files import make_files as made
from tests.looking import DESK, PHONE, faults, go, shoot, sign_in
from tests.officers.importing import World, checked, taken, upload, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROSTER = (Path(made.__file__).parent / "roster.csv").read_bytes()


@pytest.fixture
def here() -> World:
    return world()


@pytest.fixture
def page(browser_page: Any, here: World) -> Any:
    browser_page.set_viewport_size(DESK)
    sign_in(browser_page, here.administrator)
    return browser_page


def sheet_of_today() -> bytes:
    """The sample sheet with its ten bad rows, and a header of today; the reason for the test is missing."""
    today = f"{timezone.localdate():%d/%m/%Y}"
    rows = [["Date", *made.HEADER_EN], *made.bad_rows()]
    rows = [[today if cell == "16/11/2026" else cell for cell in row] for row in rows]
    block = [[label, today if label in ("Date", "Kit expiry") else value] for label, value in made.BLOCK_EN]
    return made.text_of([*block, [], *rows]).encode("utf-8-sig")


def work(page: Any) -> None:
    """What the worker would do with the file on the page."""
    reading.proceed(int(page.url.rstrip("/").split("/")[-1]))


def test_a_sheet_is_uploaded_completed_taken_and_undone(page, here, tmp_path):
    path = tmp_path / "លទ្ធផល.csv"
    path.write_bytes(sheet_of_today())
    page.goto(reverse("imports"))
    go(page.get_by_role("button", name="Upload a file").first)
    page.get_by_label("File").set_input_files(path)
    shoot(page, "import-upload-en")
    assert faults(page) == []
    go(page.get_by_role("button", name="Upload and check"))
    expect(page.get_by_role("status")).to_contain_text("Waiting to be read")
    assert faults(page) == []

    work(page)
    expect(page.get_by_role("heading", name="What taking the file would do")).to_be_visible()
    expect(page.get_by_text("Before the file can be taken, complete the header below.")).to_be_visible()
    expect(page.get_by_role("button", name="Take the file")).to_have_count(0)
    shoot(page, "import-checked-en")
    assert faults(page) == []
    rows = page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(10)
    expect(rows.nth(0)).to_contain_text("No officer has the number “199999”.")
    expect(rows.nth(2)).to_contain_text("maybe")

    page.get_by_label("Reason for test").select_option("random")
    go(page.get_by_role("button", name="Save and check again"))
    work(page)
    go(page.get_by_role("button", name="Take the file"))
    expect(page.get_by_role("status")).to_contain_text("The rows are being taken")
    work(page)
    expect(page.get_by_role("button", name="Open the sheet")).to_be_visible()
    expect(page.get_by_text("The sheet stays open")).to_be_visible()
    shoot(page, "import-taken-en")
    assert faults(page) == []
    assert DrugTest.objects.standing().count() == 20

    go(page.get_by_role("button", name="Undo"))
    page.get_by_label("Reason").fill("The day was wrong.")
    go(page.get_by_role("button", name="Undo the file"))
    expect(page.get_by_text("The file is undone.")).to_be_visible()
    assert not DrugTest.objects.standing().exists()


def test_the_progress_shows_how_many_rows_were_read(page, here):
    file = upload(here.administrator, here.unit, sheet_of_today())
    page.goto(reverse("import", args=[file.pk]))
    imports.progressed(file.pk, read=3)

    expect(page.get_by_role("status")).to_contain_text("Rows read: 3")


@pytest.mark.parametrize("language", ["km", "en"])
def test_the_pages_fit_a_phone_in_both_languages(page, here, language):
    page.set_viewport_size(PHONE)
    sign_in(page, here.registrar, language)
    province = here.unit.parent
    old = checked(here.registrar, province, ROSTER, kind="ROSTER", name="បញ្ជីឈ្មោះ.csv")
    assert old.status == Import.Status.CHECKED
    bad = checked(here.registrar, province, b"not,a\ntable,1\n", kind="ROSTER")
    waiting = upload(here.registrar, province, ROSTER, kind="ROSTER")
    done = taken(here.registrar, province, ROSTER.replace(b"1000", b"7000"), kind="ROSTER")
    addresses = {
        "list": reverse("imports"),
        "upload": reverse("import_upload"),
        "roster": reverse("import", args=[old.pk]),
        "unreadable": reverse("import", args=[bad.pk]),
        "waiting": reverse("import", args=[waiting.pk]),
        "taken": reverse("import", args=[done.pk]),
        "undo": reverse("import_undo", args=[done.pk]),
    }
    for name, address in addresses.items():
        page.goto(address)
        shoot(page, f"import-{name}-phone-{language}")
        assert faults(page) == [], name


def test_without_script_a_file_goes_all_the_way(here, chromium, live_server, monkeypatch, tmp_path):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    plain = context.new_page()
    sign_in(plain, here.registrar)
    path = tmp_path / "roster.csv"
    path.write_bytes(ROSTER)
    plain.goto(reverse("import_upload"))
    plain.get_by_label("Unit").fill("P-01")
    plain.get_by_label("File").set_input_files(path)
    go(plain.get_by_role("button", name="Upload and check"))
    work(plain)
    go(plain.get_by_role("link", name="Look again"))
    expect(plain.get_by_role("heading", name="What taking the file would do")).to_be_visible()
    context.close()
