"""The pages of files, each door once; what they lead to is tested at the actions."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from foundation.files import Limits
from ledger.models import Event, Read
from officers.actions import users
from officers.imports import templates
from officers.models import Import, Sheet
from officers.models.users import Role
from tests import make
from tests.officers.importing import (
    FILES,
    HEADER,
    World,
    at_the_time_of_the_files,
    checked,
    taken,
    upload,
    work,
    world,
)

pytestmark = pytest.mark.django_db
S = Import.Status


@pytest.fixture(autouse=True)
def _then() -> Any:
    with at_the_time_of_the_files():
        yield


@pytest.fixture
def here() -> World:
    return world()


def signed_in(user: Any, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def sent(client: Client, here: World, name: str, **more: Any) -> Any:
    with (FILES / name).open("rb") as file:
        body = {"kind": "SHEET", "unit": here.unit.code, "file": file, **more}
        return client.post(reverse("import_upload"), body)


def test_an_upload_leads_to_its_page_and_the_page_to_the_sheet(here):
    client = signed_in(here.administrator)
    answer = sent(client, here, "sheet_bad_rows.csv")
    file = Import.objects.get()
    assert answer.headers["Location"] == reverse("import", args=[file.pk])
    assert "Waiting to be read" in client.get(answer.headers["Location"]).text

    work(file)
    page = client.get(reverse("import", args=[file.pk]))
    assert "No officer has the number “199999”." in page.text
    assert "complete the header below" in page.text
    header = HEADER | {"tested_on": "16/11/2026", "administrator": here.administrator.pk}
    header["kit_expires_on"] = "30/06/2027"
    client.post(reverse("import_describe", args=[file.pk]), header)
    file = work(file)
    assert file.given["reason"] == "random"

    client.post(reverse("import_take", args=[file.pk]), {"rows": "good", "version": file.version})
    file = work(file)
    assert file.status == S.TAKEN
    page = client.get(reverse("import", args=[file.pk]))
    assert reverse("sheet", args=[file.sheet_id]) in page.text
    assert "The sheet stays open" in page.text

    answer = client.post(
        reverse("import_undo", args=[file.pk]), {"reason": "Wrong day.", "version": file.version}
    )
    assert answer.status_code == 302
    assert Sheet.objects.get().status == Sheet.Status.VOID


def test_an_incomplete_header_is_shown_beside_its_fields(here):
    client = signed_in(here.administrator)
    file = checked(here.administrator, here.unit, "sheet_utf8.csv")

    answer = client.post(reverse("import_describe", args=[file.pk]), {"site": "Yard"})

    assert answer.status_code == 200
    assert "This field is required" in answer.text
    file.refresh_from_db()
    assert file.given == {}


def test_the_same_file_is_refused_with_a_link_to_the_first(here):
    first = taken(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    client = signed_in(here.administrator)

    page = sent(client, here, "sheet_plain.xlsx")

    assert reverse("import", args=[first.pk]) in page.text
    assert f"as import No. {first.pk}" in page.text


def test_rows_that_cannot_be_taken_are_downloaded_with_reasons_in_both_languages(here):
    file = checked(here.administrator, here.unit, "sheet_bad_rows.csv")
    client = signed_in(here.administrator)

    answer = client.get(reverse("import_problems", args=[file.pk]))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 11
    assert lines[3].startswith('"10","F","Methamphetamine","maybe",')
    assert "No officer has the number “199999”." in lines[1]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert Read.objects.filter(what="exported", row_id=file.pk).exists()


def test_a_formula_in_a_bad_row_is_only_text_in_the_download(here):
    rows = b"Officer number,MDMA\n=HYPERLINK(1),-\n"
    file = checked(here.administrator, here.unit, rows)
    client = signed_in(here.administrator)

    answer = client.get(reverse("import_problems", args=[file.pk]))

    assert b'"\'=HYPERLINK(1)"' in b"".join(answer.streaming_content)


def test_progress_is_told_until_the_page_has_news(here):
    file = upload(here.administrator, here.unit, "sheet_plain.xlsx")
    client = signed_in(here.administrator)
    address = reverse("import_progress", args=[file.pk])

    assert "Waiting to be read" in client.get(address).text
    work(file)
    assert client.get(address).headers["HX-Refresh"] == "true"


def test_hidden_files_are_not_found_and_others_steps_forbidden(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    colleague = signed_in(make.user(Role.ADMINISTRATOR, here.unit))
    auditor = signed_in(make.user(Role.AUDITOR, here.unit))
    steps = ["import_take", "import_cancel", "import_describe", "import_undo"]

    assert colleague.get(reverse("import", args=[file.pk])).status_code == 404
    assert auditor.get(reverse("import", args=[file.pk])).status_code == 200
    for step in steps:
        assert colleague.post(reverse(step, args=[file.pk])).status_code == 404
    assert auditor.post(reverse("import_cancel", args=[file.pk])).status_code == 403
    assert auditor.get(reverse("import_undo", args=[file.pk])).status_code == 403
    assert signed_in(make.user(Role.SUPERVISOR)).get(reverse("import_upload")).status_code == 403


def test_a_file_taken_twice_is_a_conflict(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx", **HEADER)
    client = signed_in(here.administrator)
    body = {"rows": "all", "version": file.version}

    assert client.post(reverse("import_take", args=[file.pk]), body).status_code == 302
    assert client.post(reverse("import_take", args=[file.pk]), body).status_code == 409


def test_a_request_larger_than_any_file_is_turned_away_before_it_is_kept(here, monkeypatch):
    monkeypatch.setattr("foundation.files.uploads.Limits", lambda: Limits(size=1000))
    monkeypatch.setattr("foundation.files.uploads._BESIDES", 0)
    client = signed_in(here.administrator)

    assert sent(client, here, "sheet_plain.xlsx").status_code in (400, 413)
    assert not Import.objects.exists()


@pytest.mark.parametrize("kind", ["SHEET", "CAMPAIGN", "ROSTER"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_empty_file_that_was_filled_in_is_read(here, kind, form):
    client = signed_in(here.administrator)
    answer = client.get(reverse("import_template", args=[kind.lower(), form]))
    content = b"".join(answer.streaming_content)
    row = {
        "SHEET": {"number": "100001", "name": "Sok Dara", "specimen_number": "SP-1", "not_taken": "taken"},
        "CAMPAIGN": {
            "unit": "0102",
            "site": "Gate",
            "tested_on": "16/11/2026",
            "witness": "Chea Manet",
            "reason": "random",
            "kit_lot": "KL-1",
            "kit_expires_on": "30/06/2027",
            "number": "100001",
            "name": "Sok Dara",
            "specimen_number": "SP-1",
            "not_taken": "taken",
        },
        "ROSTER": {
            "service_number": "600001",
            "name_km": "សុខ ដារ៉ា",
            "sex": "M",
            "birth_year": "1988",
            "rank": "R01",
        },
    }[kind]
    _above, columns = templates.lines(kind)
    cells = [row.get(name, "-" if name in templates.words.DRUGS else "") for name in columns]
    if form == "csv":
        content += (",".join(cells) + "\n").encode()
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        book.active.append(cells)
        kept = io.BytesIO()
        book.save(kept)
        content = kept.getvalue()
    by = here.registrar if kind == "ROSTER" else here.administrator

    file = checked(by, here.unit, content, kind=kind)

    assert (file.status, file.rows, file.bad_rows) == (S.CHECKED, 1, 0)


def test_looking_at_a_file_leaves_a_trace(here):
    file = upload(here.administrator, here.unit, "sheet_plain.xlsx")

    signed_in(here.administrator).get(reverse("import", args=[file.pk]))

    assert Read.objects.filter(table_name="officers_import", row_id=file.pk, what="opened").exists()


def test_the_reasons_come_in_khmer_to_who_reads_khmer(here):
    file = checked(here.administrator, here.unit, "sheet_bad_rows.csv")
    with translation.override("km"):
        sentence = translation.gettext("Name the officer by number.")

    users.speak(here.administrator, language="km")
    page = signed_in(here.administrator, "km").get(reverse("import", args=[file.pk]))

    assert sentence in page.text


def test_a_cancelled_file_says_so(here):
    file = checked(here.administrator, here.unit, "sheet_plain.xlsx")
    client = signed_in(here.administrator)

    page = client.post(reverse("import_cancel", args=[file.pk]), follow=True)

    assert "Nothing of it was taken" in page.text
    assert Event.objects.filter(verb="import.cancelled", subject_id=file.pk).exists()
