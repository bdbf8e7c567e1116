"""Files with a report: held, entered with it, kept away until they are cleared, and given to who reads the report."""

import io
import os
import time
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import override_settings

from cases import notices, tasks
from cases.actions import complaints, files, intake
from cases.actions.files import Held, content_of, hold
from cases.actions.intake import Report
from cases.actions.resealing import reseal_files
from cases.models import Complaint, ComplaintFile, IntakeItem
from cases.queries.histories import history
from foundation.files import kept_names, kept_path
from foundation.files.antivirus import Unanswered, ask
from foundation.jobs.models import JobRun
from ledger import clock
from ledger.conflict import Conflict
from ledger.models import Event
from officers.models import Notice
from officers.models.users import Role
from tests import make
from tests.cases.antivirus import absent, antivirus
from tests.files.hostile import CANARY, EICAR, telling_picture

pytestmark = pytest.mark.django_db
S = ComplaintFile.Status


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture() -> Held:
    return hold(io.BytesIO(telling_picture()))


def text(said: bytes = b"What was seen.") -> Held:
    return hold(io.BytesIO(said))


def sent(*held: Held, token: str = "a form") -> Complaint:
    """A report from the public page with these files, entered."""
    report = Report("drug_dealing", "See the picture.", place_code="070101", files=list(held))
    intake.drop(report, token=token)
    intake.enter_waiting()
    return Complaint.objects.get()


def on_the_disk(folder: str) -> list[str]:
    root = kept_path(folder, "")
    return [path.name for path in root.iterdir()] if root.is_dir() else []


def check(row: ComplaintFile) -> ComplaintFile:
    tasks.check_file(file_id=row.pk)
    row.refresh_from_db()
    return row


@pytest.mark.django_db(transaction=True)
def test_a_file_enters_the_record_with_its_report_and_without_an_antivirus_its_content_alone_clears_it(place):
    row = sent(picture())

    file = row.files.get()
    assert (file.status, file.checked_by, file.kind, file.by) == (S.CLEARED, "content", "jpeg", None)
    content = content_of(file)
    assert content.startswith(b"\xff\xd8")
    assert len(content) == file.size
    assert CANARY.encode() not in content
    assert on_the_disk(files.HELD) == []
    assert [event.verb for event in Event.objects.about(row)] == ["complaint.received"]


def test_on_the_disk_a_file_is_encrypted_and_tells_the_day_and_no_name(place):
    held = text(b"canary-text-4715")
    at = kept_path(files.HELD, held.name)
    assert b"canary" not in at.read_bytes()
    for path in (at, at.parent):
        assert time.localtime(path.stat().st_mtime)[3:6] == (0, 0, 0)

    file = sent(held).files.get()

    stored = kept_path(files.ENTERED, file.stored_as)
    assert b"canary" not in stored.read_bytes()
    assert file.stored_as != held.name
    assert time.localtime(stored.stat().st_mtime)[3:6] == (0, 0, 0)
    assert os.stat(stored).st_mode & 0o777 == 0o600


def test_with_an_antivirus_a_file_is_given_to_nobody_before_it_has_answered(place):
    with antivirus() as clamd:
        file = sent(picture()).files.get()
        assert file.status == S.WAITING
        with pytest.raises(PermissionDenied):
            content_of(file)

        check(file)

        assert (file.status, file.checked_by) == (S.CLEARED, "antivirus")
        assert clamd.asked == [content_of(file)]
    assert [event.verb for event in Event.objects.about(file)] == ["complaint.received", "file.cleared"]


def test_what_is_infected_is_kept_away_for_good_and_its_handler_told(place):
    handler = make.user(Role.CASE_OFFICER, place.district, email="handler@example.org")
    with antivirus():
        row = sent(text(EICAR))
        complaints.acknowledge(handler, row.pk)
        file = check(row.files.get())

    assert (file.status, file.finding) == (S.INFECTED, "Eicar-Test-Signature")
    with pytest.raises(PermissionDenied, match="infected"):
        content_of(file)
    with pytest.raises(Conflict):
        files.judge(tasks.CLOCK, file.pk, found="")
    event = Event.objects.about(file).get(verb="file.found_infected")
    notices.tell(event)
    assert Notice.objects.get(event=event.pk).user == handler
    titles = [str(item["title"]) for item in history(row, handler)]
    assert titles == ["A file is infected and kept away", "Acknowledged", "Received"]
    post = make.user(Role.CASE_OFFICER, place.commune)
    assert not any("infected" in str(item["title"]) for item in history(row, post))


def test_while_no_antivirus_answers_files_wait_an_alarm_sounds_and_then_the_sweeper_finds_them(place):
    with absent():
        file = check(sent(picture()).files.get())
        assert file.status == S.WAITING
        assert JobRun.objects.get(task=files.TASK).detail == "Unanswered"
        assert tasks.files_unchecked() == ""
        with clock.at(clock.now() + timedelta(hours=1)):
            assert tasks.files_unchecked() == "1"
    with override_settings(CLAMD=""):
        assert check(file).status == S.WAITING, "taken out of the settings, it clears nothing"
    assert tasks.files_nobody_checks() == 1

    JobRun.objects.update(finished_at=clock.now() - timedelta(hours=2))
    with antivirus():
        assert check(file).status == S.CLEARED
    assert tasks.files_nobody_checks() == 0


def test_what_a_worker_left_when_it_was_killed_is_checked_by_the_next(place):
    with antivirus() as clamd:
        file = sent(picture()).files.get()
        JobRun.objects.claim(
            files.TASK,
            f"complaintfile/{file.pk}/1",
            claimant="elsewhere/1",
            lost_after=tasks.CHECK_LIMIT,
            dead=None,
        )
        assert check(file).status == S.WAITING, "another has it"
        assert clamd.asked == []

        JobRun.objects.update(started_at=clock.now() - tasks.CHECK_LIMIT - timedelta(minutes=1))
        assert check(file).status == S.CLEARED


def test_an_antivirus_that_refuses_to_look_has_not_cleared_anything():
    with antivirus() as clamd:
        assert ask(clamd.url, b"nothing") == ""
        clamd.refuses = True
        with pytest.raises(Unanswered, match="size limit"):
            ask(clamd.url, b"x" * 200_000)
    for address in ("unix:///nowhere/clamd.ctl", "http://127.0.0.1:3310", "tcp://127.0.0.1:1"):
        with pytest.raises(Unanswered):
            ask(address, b"x")


def test_a_report_that_was_sent_twice_has_its_files_once(place):
    held = text()
    report = Report("drug_dealing", "See.", files=[held])
    receipts = {intake.drop(report, token="once") for _ in range(2)}
    intake.enter_waiting()
    receipts.add(intake.drop(report, token="once"))

    assert len(receipts) == 1
    assert ComplaintFile.objects.count() == 1
    assert not IntakeItem.objects.exists()


def test_a_file_that_is_there_no_more_is_said_before_sending_and_keeps_no_report_from_being_entered(place):
    gone, other = text(), text(b"Other.")
    kept_path(files.HELD, gone.name).unlink()
    with pytest.raises(ValidationError) as refused:
        intake.drop(Report("drug_dealing", "See.", files=[gone]), token="gone")
    assert list(refused.value.message_dict) == ["files"]

    intake.drop(Report("drug_dealing", "See.", files=[other]), token="other")
    kept_path(files.HELD, other.name).unlink()
    intake.enter_waiting()

    file = Complaint.objects.get().files.get()
    assert file.status == S.LOST
    with pytest.raises(PermissionDenied):
        content_of(file)


def test_tokens_are_ours_alone_and_at_most_so_many():
    with pytest.raises(ValidationError):
        files.held(["gAAAAAfalse"])
    other = intake.seal({"for": "report", "token": "x"}).decode()
    with pytest.raises(ValidationError):
        files.held([other])
    many = [text(b"%d" % number) for number in range(files.MOST + 1)]
    assert files.held([many[0].token] * 2) == [many[0]]
    with pytest.raises(ValidationError, match="At most"):
        files.check_held(many)


def test_what_strangers_send_and_never_use_fills_no_disk_and_goes(place, monkeypatch):
    kept, waiting = text(b"In the box."), text(b"Never sent.")
    intake.drop(Report("drug_dealing", "See.", files=[kept]), token="in the box")
    monkeypatch.setattr(files, "ROOM", 300)
    with pytest.raises(ValidationError, match="no room"):
        text(b"x" * 300)

    period = tasks.files_nobody_sent.job.period_at(clock.now())
    assert tasks.files_nobody_sent.job.function(period=period) == 0, "a form is good for half a day"
    assert tasks.files_nobody_sent.job.function(period=period + timedelta(days=3)) == 1
    assert kept_names(files.HELD, before=clock.now()) == [kept.name]
    assert waiting.name not in on_the_disk(files.HELD)


def test_what_an_act_that_was_cut_off_left_behind_goes(place):
    row = sent(text())
    orphan = kept_path(files.ENTERED, "0" * 32)
    orphan.write_bytes(b"x")
    os.utime(orphan, (0, 0))

    tasks.files_nobody_sent.job.function(period=tasks.files_nobody_sent.job.period_at(clock.now()))

    assert on_the_disk(files.ENTERED) == [row.files.get().stored_as]


def test_a_file_that_was_altered_on_the_disk_is_not_given_out(place):
    first = sent(text()).files.get()
    path = kept_path(files.ENTERED, first.stored_as)
    path.write_bytes(files.seal_bytes(b"Something else."))
    with pytest.raises(Http404):
        content_of(first)
    path.write_bytes(b"no token at all")
    with pytest.raises(Http404):
        content_of(first)


def test_files_are_sealed_under_a_new_key_in_their_place(place, settings):
    file, waiting = sent(text()).files.get(), text(b"Held.")
    old = settings.SEALING_KEYS
    settings.SEALING_KEYS = [Fernet.generate_key().decode(), *old]

    assert [reseal_files(), reseal_files()] == [len(on_the_disk(files.HELD)) + 1, 0]

    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
    assert content_of(file) == b"What was seen."
    assert waiting.name in on_the_disk(files.HELD)


def test_a_document_of_an_action_is_seen_by_readers_and_not_by_the_reporter(place):
    row = make.complaint(at=place.commune, category="drug_dealing")
    post = make.user(Role.CASE_OFFICER, place.commune)
    district = make.user(Role.CASE_OFFICER, place.district)

    complaints.take_action(post, row.pk, kind="visited", text="Went there.", files=[picture()])

    file = ComplaintFile.objects.visible_to(district).get()
    assert (file.deed.by, file.by, file.message) == (post, post, None)
    assert not ComplaintFile.objects.visible_to(post).exists()
