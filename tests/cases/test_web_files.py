"""Files on the pages: added without script, shown, taken out, sent; opened by who reads the report and nobody else."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.actions import complaints, files, intake
from cases.actions.files import hold
from cases.models import Complaint, ComplaintFile
from cases.web.views import reporting
from foundation.files import kept_path
from foundation.limits.counting import Limit
from ledger.models import Read
from officers.models.users import Role
from tests import make
from tests.cases.walking import Walker
from tests.files.hostile import telling_picture
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def walker(place):
    return Walker()


def upload(content: bytes = b"", name: str = "canary-name-4716.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or telling_picture(), content_type="text/html")


def with_files(place, number: int = 1, **about) -> Complaint:
    held = [hold(io.BytesIO(b"Seen, %d." % n)) for n in range(number)]
    return make.complaint(at=place.commune, category="trafficking_place", files=held, **about)


def at_files(walker: Walker) -> Walker:
    """Somebody who comes to the page for the first time."""
    walker.to_check().press("to:files")
    assert walker.hidden["step"] == "files"
    return walker


def test_files_are_added_one_by_one_taken_out_and_sent_with_the_report(walker):
    at_files(walker).press("add", file=upload()).press("add", file=upload(b"Seen by the river.", "a.txt"))
    assert walker.hidden["step"] == "files"
    assert walker.text.count('value="drop:') == 2
    assert "canary-name" not in walker.text
    walker.press("drop:0")
    assert "Picture (JPEG)" not in walker.text
    walker.press("language:km").press("language:en").press("back").press("to:files")
    walker.press("go", file=upload())
    assert walker.hidden["step"] == "check"
    assert "Text, 1 KB\nPicture (JPEG), 1 KB" in walker.text.replace("<br>", "\n")

    walker.press("send")
    intake.enter_waiting()

    kinds = Complaint.objects.get().files.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["text", "jpeg"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg onload='alert(1)'/>", "Files of this kind are not taken"),
        (telling_picture()[:-300], "damaged or was cut off"),
        (b"\xff\xd8\xff" + bytes(files.MIB * 11), "larger than 10 MB"),
    ],
    ids=["a script", "cut off", "too large"],
)
def test_a_file_that_is_not_taken_is_said_beside_the_field_and_nothing_is_lost(walker, content, said):
    at_files(walker).press("add", file=upload(b"Seen.", "a.txt")).press("go", file=upload(content))

    assert walker.hidden["step"] == "files"
    assert said in walker.text
    assert 'aria-describedby="file_error"' in walker.text
    assert walker.text.count('value="drop:') == 1
    assert walker.press("go").hidden["step"] == "check"
    assert "He sells small bags to boys." in walker.text


def test_no_file_an_empty_one_and_one_too_many_are_told(walker):
    assert "Choose a file first." in at_files(walker).press("add").text
    assert "The file is empty." in walker.press("add", file=SimpleUploadedFile("a.txt", b"")).text
    for number in range(files.MOST):
        walker.press("add", file=upload(b"Seen %d" % number, "a.txt"))
    assert "At most 5 files" in walker.press("add", file=upload(b"Once more.", "a.txt")).text


def test_too_many_files_from_one_network_are_asked_to_wait(walker, monkeypatch):
    at_files(walker)
    monkeypatch.setattr(reporting, "FILES", Limit("report-file-test", 1, reporting.FILES.window))
    walker.press("add", file=upload(b"Seen.", "a.txt")).press("add", file=upload(b"More.", "a.txt"))

    assert walker.response.status_code == 429
    assert int(walker.response["Retry-After"]) > 0
    assert walker.text.count('value="drop:') == 1
    assert walker.press("go").hidden["step"] == "check"


def test_a_file_that_was_removed_meanwhile_is_asked_for_again_and_the_rest_stays(walker):
    at_files(walker).press("add", file=upload(b"Seen.", "a.txt")).press("go")
    for path in kept_path(files.HELD, "").iterdir():
        path.unlink()
    walker.press("send")

    assert walker.hidden["step"] == "files"
    assert "Add it again." in walker.text
    assert 'value="drop:' not in walker.text
    assert re_sent(walker)


def re_sent(walker: Walker) -> str:
    walker.press("go").press("send")
    return walker.receipt


def test_a_form_too_large_for_any_file_is_refused_and_leaves_no_trace(walker):
    at_files(walker)
    answer = Client().post(
        reverse("report"), {"state": "x", "file": upload(bytes(101 * files.MIB))}, **walker.about
    )
    assert answer.status_code == 413 or answer.status_code == 400
    assert "X-Request-Id" not in answer


def test_a_file_is_added_to_a_message_by_receipt(walker, place):
    walker.to_check().press("send")
    receipt = walker.receipt
    intake.enter_waiting()
    walker.open("receipt").press(receipt=receipt)
    walker.press("add", file=upload(), word="Here it is.")
    assert "Here it is." in walker.text
    assert walker.text.count('value="drop:') == 1
    assert "Write something." in walker.press("word", word="").text
    walker.press("word", word="Here it is.", file=upload(b"And this.", "a.txt"))
    assert "Your message was received" in walker.text
    assert 'value="drop:' not in walker.text

    intake.enter_waiting()

    message = Complaint.objects.get().messages.get()
    assert sorted(message.files.values_list("kind", flat=True)) == ["jpeg", "text"]
    walker.open("receipt").press(receipt=receipt)
    assert "With 2 files" in walker.text


def test_the_same_words_with_another_file_are_another_message(walker):
    walker.to_check().press("send")
    receipt = walker.receipt
    walker.open("receipt").press(receipt=receipt)
    for said in (b"One.", b"Two."):
        walker.press("word", word="See.", file=upload(said, "a.txt"))
    intake.enter_waiting()
    assert ComplaintFile.objects.count() == 2


def test_a_file_that_is_refused_with_a_message_sends_nothing(walker):
    walker.to_check().press("send")
    receipt = walker.receipt
    intake.enter_waiting()
    walker.open("receipt").press(receipt=receipt)
    walker.press("word", word="See.", file=upload(b"<html></html>"))
    assert "Files of this kind are not taken" in walker.text
    assert "See." in walker.text
    intake.enter_waiting()
    assert not Complaint.objects.get().messages.exists()


def test_who_reads_the_report_saves_a_file_and_the_look_is_noted(client, sign_in, place):
    row = with_files(place)
    file = row.files.get()
    user = sign_in(make.user(Role.CASE_OFFICER, place.district))
    address = reverse("complaint_file", args=[row.pk, file.pk])
    page = client.get(reverse("complaint", args=[row.pk])).content.decode()
    assert address in page
    assert "no antivirus has seen it" in page

    answer = client.get(address)

    assert answer.content == b"Seen, 0."
    assert answer["Content-Disposition"] == f'attachment; filename="file-{file.pk}.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store"
    look = Read.objects.get(table_name="cases_complaintfile")
    assert (look.actor_id, look.what, look.row_id) == (user.pk, "exported", file.pk)


def test_for_whom_the_report_is_not_there_its_files_are_not_either(client, sign_in, place):
    row, other = with_files(place), with_files(place, token="another")
    mine, theirs = row.files.get(), other.files.get()
    district = make.user(Role.CASE_OFFICER, place.district)
    for user in (
        make.user(Role.CASE_OFFICER, place.commune),
        make.user(Role.SUPERVISOR, place.other_commune),
        make.user(Role.SYSTEM_ADMINISTRATOR, place.district),
        make.user(Role.ADMINISTRATOR, place.district),
    ):
        sign_in(user)
        assert client.get(reverse("complaint_file", args=[row.pk, mine.pk])).status_code == 404
        assert Caller(user).get(f"complaints/{row.pk}/files/{mine.pk}/").status_code == 404
    sign_in(district)
    assert client.get(reverse("complaint_file", args=[row.pk, theirs.pk])).status_code == 404
    assert Caller(district).get(f"complaints/{row.pk}/files/{theirs.pk}/").status_code == 404
    assert client.get(reverse("complaint_file", args=[row.pk, mine.pk])).status_code == 200
    client.logout()
    assert client.get(reverse("complaint_file", args=[row.pk, mine.pk])).status_code == 302


def test_a_file_that_is_not_cleared_is_shown_as_such_and_not_given_out(client, sign_in, place, settings):
    settings.CLAMD = "tcp://127.0.0.1:1"
    row = with_files(place)
    sign_in(make.user(Role.CASE_OFFICER, place.district))
    assert "Waits to be checked" in client.get(reverse("complaint", args=[row.pk])).content.decode()
    answer = client.get(reverse("complaint_file", args=[row.pk, row.files.get().pk]))
    assert answer.status_code == 403
    assert b"Seen" not in answer.content


def test_a_document_is_put_to_an_action_and_stays_when_the_form_is_asked_again(client, sign_in, place):
    row = make.complaint(at=place.commune, category="trafficking_place")
    sign_in(make.user(Role.CASE_OFFICER, place.district))
    address = reverse("complaint_take_action", args=[row.pk])
    said = {"kind": "visited", "done_on": "", "version": row.version}
    page = client.post(address, said | {"text": "", "files": ["", upload(), upload(b"<html>")]})
    assert "Files of this kind are not taken" in page.content.decode()
    (token,) = [one.token for one in page.context["form"].fields["files"].widget.held]

    day = str(row.received_on)
    done = client.post(address, said | {"text": "Went there.", "done_on": day, "files": [token]})

    assert done.status_code == 302, done.content.decode()
    row.refresh_from_db()
    assert row.deeds.get().files.get().kind == "jpeg"
    assert "Visited the place" in client.get(reverse("complaint", args=[row.pk])).content.decode()


def test_a_letter_is_put_to_what_is_written_down_at_a_desk(client, sign_in, place):
    clerk = sign_in(make.user(Role.CASE_OFFICER, place.commune))
    page = client.get(reverse("complaints_desk"))
    said = {
        name: value or ""
        for name, value in page.context["form"].initial.items()
        if isinstance(value, str | type(None))
    }
    said |= {
        "channel": "letter",
        "category": "extortion",
        "narrative": "As the letter says.",
        "received_on": str(page.context["form"].initial["received_on"]),
        "files": [upload()],
    }
    done = client.post(reverse("complaints_desk"), said)
    assert "Receipt of a report" in done.content.decode()
    assert Complaint.objects.get().files.get().by == clerk


@pytest.mark.django_db(transaction=True)
def test_the_api_takes_files_by_token_lists_them_and_gives_them_out(place):
    district = make.user(Role.CASE_OFFICER, place.district)
    caller = Caller(district)
    sent = caller.client.post("/api/v1/complaints/files/", {"file": upload()}, format="multipart")
    assert sent.status_code == 201, sent.content
    refused = caller.client.post("/api/v1/complaints/files/", {"file": upload(b"<html>")}, format="multipart")
    assert refused.status_code == 400
    report = {"category": "trafficking_place", "narrative": "See.", "place_code": place.commune.admin_code}
    token = sent.json()["token"]
    handed_in = caller.post("complaints/", report | {"files": [token]}, {"Idempotency-Key": "one"})
    assert handed_in.status_code == 201, handed_in.content
    again = caller.post("complaints/", report | {"files": [token]}, {"Idempotency-Key": "one"})
    assert again.json() == handed_in.json()
    used = caller.post("complaints/", report | {"files": [token]})
    assert (used.status_code, used.json()["errors"][0]["field"]) == (400, "files")
    false = caller.post("complaints/", report | {"files": ["gAAAAAB"]})
    assert false.json()["errors"][0]["field"] == "files"

    row = Complaint.objects.get()
    (listed,) = caller.get(f"complaints/{row.pk}/files/").json()["results"]
    opened = caller.get(f"complaints/{row.pk}/files/{listed['id']}/").json()

    assert "content" not in listed
    assert opened["content"].startswith("/9j/")
    assert Read.objects.filter(table_name="cases_complaintfile", what="exported").exists()
    acted = caller.client.post("/api/v1/complaints/files/", {"file": upload(b"Done.")}, format="multipart")
    step = {"kind": "visited", "text": "Went there.", "files": [acted.json()["token"]]}
    assert caller.post(f"complaints/{row.pk}/take_action/", step).status_code == 200
    assert row.files.get(deed__isnull=False).by == district
    complaints.note(district, row.pk, text="Done.")
