"""The auditors' pages of the log: whether it is whole, who read what, and the patterns in that, each looked at."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from audits.actions import verifications
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.reading import note_read
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.audits.test_verifications import seen
from tests.looking import DESK, WINDOWS, faults_in_both, go, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "auditor"]),
]


def verified() -> None:
    event = Event.objects.latest("pk")
    findings = [
        {"kind": "row", "where": "officers_officer 1", "sentence": "the row is not its last image: status"},
        {
            "kind": "altered-event",
            "where": f"event {event.pk} at position 4711",
            "sentence": "not what was sealed",
        },
        {"kind": "foreign-grant", "where": "ledger_event", "sentence": "app may DELETE"},
    ]
    said = {
        "found": 73,
        "counts": {"row": 71, "altered-event": 1, "foreign-grant": 1},
        "findings": findings,
        "heads": 1000,
        "first_head": "12000:" + "a1" * 32,
        "last_head": "13000:" + "b2" * 32,
        "head_written_at": clock.now() - timedelta(hours=5),
        "late_jobs": [{"name": "officers.tasks.tell", "state": "late"}],
        "unsealed": 12,
        "unsealed_seconds": 420,
    }
    verifications.end(CLOCK, verifications.begin(CLOCK).pk, seen=seen(**said))


def looked() -> User:
    """An officer at whom somebody looked by day and at night; who did."""
    unit = make.unit()
    officer = make.officer(unit)
    reader = make.user(Role.ADMINISTRATOR, unit=unit)
    night = timezone.make_aware(datetime.combine(clock.today() - timedelta(days=1), time(23)))
    with clock.at(night):
        for _number in range(3):
            note_read(reader, "opened", "officers_officer", officer.pk, fields=["status", "rank"])
        note_read(reader, "searched", "officers_officer", q="Sok Thida", unit=unit.code)
    note_read(reader, "exported", "officers_drugtest", reason="For the commissioner")
    return reader


def test_the_log_is_asked_for_and_every_page_is_in_order(browser_page):
    page, bench, reader = browser_page, Bench(), looked()
    bench.running()
    verified()
    found = []
    days = f"?since={clock.today() - timedelta(days=2)}&until={clock.today()}"
    addresses = {
        "integrity": reverse("integrity"),
        "reads": reverse("audit_reads"),
        "reads-of-person": reverse("audit_reads_of_person", args=[reader.pk]),
        "read-patterns": reverse("read_patterns"),
        "read-pattern": reverse("read_pattern", args=["read_night", reader.pk]) + days,
        "read-explain": reverse("read_pattern_explain", args=["read_night", reader.pk]) + days,
        "read-finding": reverse("read_pattern_finding", args=["read_night", reader.pk]) + days,
    }
    for language, window in WINDOWS.items():
        page.set_viewport_size(window)
        sign_in(page, bench.lead, language)
        for name, address in addresses.items():
            page.goto(address)
            found += [f"{name}: {fault}" for fault in faults_in_both(page, f"{name}-{language}")]

    page.set_viewport_size(DESK)
    page.goto("/")
    expect(page.get_by_text("73 findings")).to_be_visible()
    go(page.get_by_role("link", name="Look at it"))
    go(page.get_by_role("button", name="Verify now"))
    expect(page.get_by_text("A verification was asked for by")).to_be_visible()
    page.goto(addresses["read-pattern"])
    go(page.get_by_role("button", name="Write down what explains it"))
    page.get_by_label("What explains these reads").fill("She was on duty that night.")
    go(page.get_by_role("button", name="Write it down"))
    expect(page.get_by_text("She was on duty that night.")).to_be_visible()
    assert found == []
