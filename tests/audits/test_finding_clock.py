"""Late findings go up level by level, units are reminded once, and who is told of what."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from audits import tasks
from audits.actions import findings, recusals, reviews
from audits.models import FindingEntry
from audits.queries.lateness import late
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.sealing import seal
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


def test_one_finding_that_fails_does_not_stop_the_others(bench, district, monkeypatch):
    first, second = bench.issued(unit_id=district.pk), bench.issued(unit_id=district.pk)
    escalate = findings.escalate

    def fails(actor, pk):
        return 1 / 0 if pk == first.pk else escalate(actor, pk)

    with clock.at(clock.now() + timedelta(days=60)):
        monkeypatch.setattr(findings, "escalate", fails)
        batch = run()
    assert (batch.failed, levels(first), levels(second)) == (1, [], [district.parent_id])


def test_a_unit_is_reminded_once_for_each_day(bench, district):
    supervisor = make.user(Role.SUPERVISOR, district)
    finding = bench.issued(unit_id=district.pk)
    told()
    days = (finding.due_on - clock.today()).days
    with clock.at(clock.now() + timedelta(days=days - 10)):
        assert tasks.remind_of_findings.job.function(period=clock.now()).done == 0
    with clock.at(clock.now() + timedelta(days=days - 1)):
        for _beat in range(2):
            tasks.remind_of_findings.job.function(period=clock.now())
        assert Event.objects.filter(verb="finding.due_soon").count() == 1
        assert told() == {"finding.due_soon": names(supervisor)}
        with translation.override("en"):
            (figure,) = figures_for(supervisor)
        assert (figure.words, figure.count) == ("Findings of audits to answer", "1")
    with clock.at(clock.now() + timedelta(days=days + 1)):
        tasks.remind_of_findings.job.function(period=clock.now())
        findings.escalate(CLOCK, finding.pk)
    assert Event.objects.filter(verb="finding.due_soon").count() == 1


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
    with clock.at(clock.now() + timedelta(days=120)):
        findings.escalate(CLOCK, finding.pk)
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
    supervisor = make.user(Role.SUPERVISOR, district, email="s@example.org", language="en")
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
