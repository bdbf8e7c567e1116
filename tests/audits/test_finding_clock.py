"""Late findings go up level by level, units are reminded once, and who is told of what."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, connections, transaction
from django.utils import translation

from audits import tasks
from audits.actions import findings, recusals, reviews
from audits.models import Finding, FindingEntry
from audits.queries.lateness import late
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.sealing import seal
from officers.actions import users
from officers.actions.notices import choose
from officers.models import Notice
from officers.models.users import Role
from officers.queries.notices import figures_for, notices_of, shown
from officers.tasks import mail_notices
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def district():
    return make.unit(make.unit(kind="PROVINCIAL_COMMISSARIAT"), kind="DISTRICT_INSPECTORATE")


def told() -> dict[str, set[str]]:
    """Who was told of what since the last time."""
    seen = set(Notice.objects.values_list("pk", flat=True))
    seal()
    tasks.tell_of_audits.job.function(period=clock.now())
    found: dict[str, set[str]] = {}
    for row in Notice.objects.exclude(pk__in=seen).select_related("user"):
        found.setdefault(row.kind, set()).add(row.user.username)
    return found


def names(*users) -> set[str]:
    return {user.username for user in users}


def levels(finding) -> list[int]:
    """Before which units it was put, in order."""
    kind = FindingEntry.Kind.ESCALATED
    return list(finding.entries.filter(kind=kind).order_by("number").values_list("unit", flat=True))


def run():
    return tasks.escalate_findings.job.function(period=clock.now())


def test_a_late_finding_goes_up_a_level_each_time_its_time_has_passed_again(bench, district):
    finding = bench.issued(unit_id=district.pk)
    province = district.parent
    assert run().done == 0
    due = clock.now() + timedelta(days=(finding.due_on - clock.today()).days)
    with clock.at(due):
        run()
        assert levels(finding) == []
    with clock.at(due + timedelta(days=1)):
        run()
        assert levels(finding) == [province.pk]
        assert run().failed == 0  # two beats
        assert levels(finding) == [province.pk]
    with clock.at(due + timedelta(days=60)):  # nights were missed
        run()
        assert levels(finding) == [province.pk, province.parent_id]
        run()
        assert levels(finding) == [province.pk, province.parent_id]
        finding = findings.extend(
            bench.lead, finding.pk, due_on=clock.today() + timedelta(days=7), text="Floods."
        )
        assert finding.escalated_to is None
        assert not late().filter(pk=finding.pk).exists()


def test_one_finding_that_fails_does_not_stop_the_others(bench, district):
    first, second = late_one(bench, district), late_one(bench, district)
    with held(first):
        batch = run()
    assert (batch.done, batch.failed) == (1, 1)
    assert (levels(first), levels(second)) == ([], [district.parent_id])


@contextmanager
def held(finding):
    """Somebody else holds a finding for longer than an act waits for it."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    begun, over = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                Finding.objects.lock(finding.pk)
                begun.set()
                over.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(20)
    try:
        yield
    finally:
        over.set()
        thread.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def late_one(bench, unit):
    """A finding that is late today, by a clock that nobody set: of events of another time nobody is told."""
    with clock.at(clock.now() - timedelta(days=90)):
        return bench.issued(unit_id=unit.pk)


def test_a_unit_is_reminded_once_for_each_day(bench, district):
    supervisor = make.user(Role.SUPERVISOR, district)
    finding = bench.issued(unit_id=district.pk)
    told()
    assert tasks.remind_of_findings.job.function(period=clock.now()).done == 0
    near = late_one(bench, district)
    findings.extend(bench.lead, near.pk, due_on=clock.today() + timedelta(days=1), text="Until tomorrow.")
    for _beat in range(2):
        tasks.remind_of_findings.job.function(period=clock.now())
    assert Event.objects.filter(verb="finding.due_soon").count() == 1
    assert told() == {kind: names(supervisor) for kind in ("finding.due_soon", "finding.extended")}
    with translation.override("en"):
        (figure,) = figures_for(supervisor)
    assert (figure.words, figure.count) == ("Findings of audits to answer", "2")
    findings.extend(bench.lead, near.pk, due_on=clock.today() + timedelta(days=2), text="One more.")
    tasks.remind_of_findings.job.function(period=clock.now())
    said = Event.objects.filter(verb="finding.due_soon").values_list("subject_id", flat=True)
    assert list(said) == [near.pk, near.pk]
    assert finding.pk not in said


def test_each_turn_is_told_to_whom_it_concerns(bench, district):
    supervisor, inspector = make.user(Role.SUPERVISOR, district), make.user(Role.INSPECTOR)
    above = make.user(Role.SUPERVISOR, district.parent)
    make.user(Role.SUPERVISOR, make.unit())
    finding = bench.issued(unit_id=district.pk)
    assert told() == {"finding.issued": names(supervisor)}
    findings.contest(supervisor, finding.pk, text="No.")
    assert told() == {"finding.contested": names(bench.second, bench.lead)}
    findings.uphold(bench.second, finding.pk, text="Yes.")
    assert told() == {"finding.upheld": names(supervisor)}
    findings.accept(supervisor, finding.pk, text="Well.")
    findings.report_action(supervisor, finding.pk, text="Done.")
    findings.return_action(bench.lead, finding.pk, text="By whom?")
    assert told() == {
        "finding.accepted": names(bench.second, bench.lead),
        "finding.acted": names(bench.second, bench.lead),
        "finding.returned": names(supervisor),
    }
    findings.escalate(CLOCK, late_one(bench, district).pk)
    assert told() == {"finding.escalated": names(supervisor, above, inspector)}
    withdrawn = bench.drafted()
    findings.withdraw(bench.second, withdrawn.pk, text="A mistake.")
    assert told() == {}


def test_reviews_are_told_to_the_reviewer_and_a_recusal_with_open_reviews_to_the_lead(bench):
    case = Road().decided()
    review = bench.assigned(case)
    assert told() == {"review.assigned": names(bench.second)}
    recusals.declare(bench.second, kind="other", unit_id=make.unit().pk, reason="I taught there.")
    assert told() == {}
    recusals.declare(bench.second, kind="relative", officer_id=case.officer_id, reason="My cousin.")
    assert told() == {"recusal.declared": names(bench.lead)}
    third = make.user(Role.AUDITOR)
    reviews.hand_over(bench.second, review.pk, reviewer_id=third.pk, reason="My cousin.")
    assert told() == {"review.handed_over": names(third)}


def test_a_mail_says_only_that_something_waits(bench, district):
    supervisor = make.user(Role.SUPERVISOR, district, email="s@example.org")
    supervisor = users.speak(supervisor, language="en")
    choose(supervisor, by_mail="at_once", hour=7)
    finding = bench.issued(unit_id=district.pk)
    told()
    mail.outbox.clear()
    mail_notices.job.function(period=clock.now())
    (letter,) = mail.outbox
    assert letter.subject == "A finding of an audit is to be answered."
    assert f"/audits/findings/{finding.pk}/" in letter.body
    for secret in (finding.title, finding.text, finding.reference, district.name_km):
        assert secret not in letter.body
    with translation.override("en"):
        (row,) = shown(supervisor, notices_of(supervisor))
    assert row.path == f"/audits/findings/{finding.pk}/"
