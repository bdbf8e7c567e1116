"""Verifications: asked for, done by a worker, kept as they ended, and shown in words."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

import ledger.verification
from audits import tasks
from audits.actions import verifications
from audits.models import Verification
from audits.models.verifications import LONGEST, STALE
from audits.queries import integrity, open_check
from audits.queries.kinds import KINDS
from foundation.jobs.models import JobRun
from foundation.jobs.runs import run
from foundation.web.keyset import Keyset
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Event, Read
from ledger.sealing import head, seal
from officers.models.users import Role
from tests import make
from tests.dismissals import Road
from tests.ledger.bending import unguarded

pytestmark = pytest.mark.django_db
COMMITS = pytest.mark.django_db(transaction=True, databases=["default", "sequencer", "auditor"])


@pytest.fixture
def auditor():
    return make.user(Role.AUDITOR)


@pytest.fixture
def _heads(settings, tmp_path):
    settings.HEADS_FILE = tmp_path / "heads.log"


def seen(**said):
    nothing = {
        "found": 0,
        "counts": {},
        "findings": [],
        "head": "1:" + "0" * 64,
        "heads": 0,
        "first_head": "",
        "last_head": "",
        "head_written_at": None,
        "late_jobs": [],
        "unsealed": 0,
        "unsealed_seconds": 0,
    }
    return integrity.Seen(**nothing | said)


def test_every_kind_that_the_verification_names_has_words():
    sources = [*Path(ledger.verification.__file__).parent.glob("*.py"), Path(open_check.__file__)]
    named = {kind for path in sources for kind in re.findall(r'Finding\(\s*"([a-z-]+)"', path.read_text())}

    assert len(named) > 15
    assert named == KINDS.keys()


def test_only_an_auditor_asks_and_only_the_clock_does(auditor):
    for role in (None, Role.INSPECTOR, Role.SYSTEM_ADMINISTRATOR):
        with pytest.raises(PermissionDenied):
            verifications.ask(make.user(role))
    row = verifications.ask(auditor)
    for do in (
        lambda: verifications.begin(auditor, row.pk),
        lambda: verifications.end(auditor, row.pk, seen=seen()),
        lambda: verifications.give_up(auditor, row.pk),
    ):
        with pytest.raises(PermissionDenied):
            do()
    assert [event.verb for event in Event.objects.about(row)] == ["verification.asked"]


def test_however_often_it_is_asked_for_it_is_one(auditor):
    first = verifications.ask(auditor)
    verifications.begin(CLOCK, first.pk)

    assert verifications.ask(make.user(Role.AUDITOR)) == first
    assert verifications.ask(auditor) == first
    assert Event.objects.filter(verb="verification.asked").count() == 1

    verifications.end(CLOCK, first.pk, seen=seen())
    assert verifications.ask(auditor) != first


@pytest.mark.django_db(transaction=True)
def test_asked_for_by_many_at_once_it_is_one():
    askers = [make.user(Role.AUDITOR) for _number in range(4)]
    together = threading.Barrier(len(askers))

    def ask(asker):
        together.wait()
        try:
            return verifications.ask(asker).pk
        except (Conflict, ValidationError):
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(askers)) as pool:
        asked = set(pool.map(ask, askers)) - {None}

    assert asked == set(Verification.objects.values_list("pk", flat=True))
    assert len(asked) == 1


def test_what_has_ended_is_never_changed(auditor):
    row = verifications.ask(auditor)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audits_verification SET asked_at = now(), version = version + 1")
    verifications.begin(CLOCK, row.pk)
    verifications.end(CLOCK, row.pk, seen=seen(found=1, counts={"gap": 1}))

    for again in (
        lambda: verifications.end(CLOCK, row.pk, seen=seen()),
        lambda: verifications.begin(CLOCK, row.pk),
        lambda: verifications.give_up(CLOCK, row.pk),
    ):
        with pytest.raises(Conflict, match="has ended"):
            again()
    for statement in (
        "UPDATE audits_verification SET found = 0, result = 'WHOLE', version = version + 1",
        "DELETE FROM audits_verification",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_ten_thousand_rows_do_not_hide_the_one_grant():
    findings = [integrity.Finding("row", f"t {number}", "x") for number in range(10_000)]

    kept = integrity._some_of_each([*findings, integrity.Finding("foreign-grant", "t", "y")])

    assert [one.kind for one in kept] == ["row"] * integrity.KEPT_OF_A_KIND + ["foreign-grant"]


def test_a_run_that_died_is_seen_as_not_run(auditor):
    row = verifications.begin(CLOCK)

    assert not row.has_died(clock.now())
    assert row.has_died(clock.now() + LONGEST + timedelta(minutes=1))
    assert integrity.state_of(integrity.last_result(), clock.now()) == (
        "The log has not been verified yet",
        "red",
    )


def test_a_result_is_red_when_it_is_old_or_something_was_found():
    row = verifications.begin(CLOCK)
    row = verifications.end(CLOCK, row.pk, seen=seen())
    now = clock.now()
    assert integrity.state_of(row, now) == ("The log is whole", "green")
    assert integrity.state_of(row, now + STALE + timedelta(minutes=1))[1] == "red"

    row = verifications.begin(CLOCK)
    row = verifications.end(CLOCK, row.pk, seen=seen(found=2, counts={"gap": 2}))
    assert integrity.state_of(row, now) == ("2 findings", "red")


def test_work_that_is_late_or_never_ran_stands_beside_the_log():
    assert integrity.late_jobs() == []  # what was just installed missed nothing
    at = clock.now() - timedelta(days=40)
    JobRun.objects.create(
        task="officers.tasks.tell", period="1", started_at=at, finished_at=at, succeeded=True
    )
    JobRun.objects.create(
        task=tasks.verify_log.name, period="1", started_at=at, finished_at=at, succeeded=False
    )

    states = {job.name: state for job, state in integrity.late_jobs()}

    assert states["officers.tasks.tell"] == "late"
    assert states[tasks.verify_log.name] == "failing"
    assert states["officers.tasks.mail_notices"] == "never"


@COMMITS
@pytest.mark.usefixtures("_heads")
def test_the_nightly_run_keeps_what_it_saw():
    seal()
    assert run(tasks.verify_log.job) is True

    row = Verification.objects.get()
    assert (row.result, row.found, row.findings, row.asked_by) == ("WHOLE", 0, [], None)
    assert row.heads == 1
    assert row.first_head == row.last_head != ""
    assert row.head == str(head())
    assert row.head_written_at is not None
    assert row.unsealed == 1  # that it began


@COMMITS
@pytest.mark.bends_the_log
@pytest.mark.usefixtures("_heads")
def test_an_edited_decision_is_named_on_the_page_after_verify_now_by_a_real_worker(
    client, auditor, superuser
):
    road = Road()
    decision = road.decided().decisions.get()
    seal()
    with unguarded(superuser, "cases_decision"):
        superuser.execute(
            "UPDATE cases_decision SET reasons = 'Nothing happened.' WHERE id = %s", [decision.pk]
        )
    client.force_login(auditor)
    client.cookies["language"] = "en"

    asked = client.post(reverse("verify_now"), follow=True)
    assert "is being verified" in asked.content.decode()
    work_until(lambda: Verification.objects.filter(ended_at__isnull=False).exists())

    page = client.get(reverse("integrity")).content.decode()
    assert f"cases_decision {decision.pk}" in page
    assert "the row is not its last image: reasons" in page
    assert "Record that is not its last version" in page
    assert "1 finding" in page
    assert tasks.log_is_bent() == "0 done, 1 failed (row 1)"


def work_until(done):
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "-l", "ERROR", "-c", "1"]
    # The heads of earlier tests, of another database, are not this one's.
    around = {**os.environ, "PROBITY_HEADS": str(settings.HEADS_FILE)}
    worker = subprocess.Popen(command, start_new_session=True, env=around)
    try:
        looked_until = time.monotonic() + 60
        while not done():
            assert time.monotonic() < looked_until, "the worker did nothing"
            tasks.verifications_nobody_does()  # as the sweeper does each minute: the worker may not hear the first hint
            time.sleep(0.2)  # between two looks; the loop ends by what it sees
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


@COMMITS
@pytest.mark.usefixtures("_heads")
def test_what_was_asked_for_is_done_once_and_given_up_when_it_cannot_be(auditor, settings):
    row = verifications.ask(auditor)
    tasks.verify_now(verification_id=row.pk)
    tasks.verify_now(verification_id=row.pk)
    row.refresh_from_db()
    assert row.result == "WHOLE"
    assert Event.objects.filter(verb="verification.begun").count() == 1

    settings.HEADS_FILE.write_text("not a head\n")
    row = verifications.ask(auditor)
    for _number in range(tasks.MOST_TRIES + 1):
        tasks.verify_now(verification_id=row.pk)
        JobRun.objects.filter(task=verifications.TASK).update(finished_at=clock.now() - timedelta(days=1))
    row.refresh_from_db()
    assert row.result == "FAILED"


@COMMITS
def test_the_pages_are_for_auditors_and_the_result_is_a_file(client, auditor):
    row = verifications.begin(CLOCK)
    findings = [
        {"kind": "missing-event", "where": "position 4711", "sentence": "the sealed event is gone"},
        {
            "kind": "altered-event",
            "where": f"event {Event.objects.latest('pk').pk} at position 1",
            "sentence": "x",
        },
    ]
    counts = {"missing-event": 70, "altered-event": 1}
    row = verifications.end(CLOCK, row.pk, seen=seen(found=71, counts=counts, findings=findings))
    addresses = [
        reverse("integrity"),
        reverse("integrity_last"),
        reverse("verification", args=[row.pk]),
        reverse("verification_json", args=[row.pk]),
    ]
    for role in (None, Role.INSPECTOR, Role.SYSTEM_ADMINISTRATOR):
        client.force_login(make.user(role))
        assert {client.get(address).status_code for address in addresses} == {404}
        assert client.post(reverse("verify_now")).status_code == 404

    client.force_login(auditor)
    client.cookies["language"] = "en"
    pages = [client.get(address) for address in addresses]

    assert {page.status_code for page in pages} == {200}
    shown = pages[2].content.decode()
    assert "Missing event" in shown
    assert "And 69 more of this kind" in shown
    assert "71 findings" in pages[1].content.decode()
    said = pages[3].json()
    assert (said["found"], said["counts"], said["findings_are_all"]) == (71, counts, False)
    assert Read.objects.filter(what="exported", table_name="audits_verification", row_id=row.pk).exists()
    assert reverse("integrity_last") in client.get("/").content.decode()


def test_a_place_leads_to_its_record_at_its_moment():
    officer = make.officer()
    event = Event.objects.about(officer).latest("pk")
    change = event.changes.get(table_name="officers_officer")
    wheres = [
        f"officers_officer {officer.pk}",
        f"officers_officer {officer.pk} version 1",
        f"event {event.pk} at position 3",
        f"image {change.pk}",
        "position 99999",
        "ledger_event",
    ]

    found = integrity.places(wheres)

    assert {(place.table, place.row) for place in found.values()} == {("officers_officer", officer.pk)}
    assert {where: place.at for where, place in found.items()} == {
        wheres[0]: None,
        wheres[1]: event.recorded_at,
        wheres[2]: event.recorded_at,
        wheres[3]: event.recorded_at,
    }


def test_runs_stand_in_pages():
    for _number in range(3):
        verifications.begin(CLOCK)
    page = Keyset(Verification.objects.all(), order=("-asked_at", "-id"), limit=2).page()
    assert len(page.rows) == 2
    assert page.next
