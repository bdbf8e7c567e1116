"""The exchange about a finding, from draft to closure and anew."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.actions import audits, findings, reviews, samples
from audits.models import Finding, Review
from ledger import clock
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from officers.actions import users
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db
F = Finding.Status


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def inspector():
    return make.user(Role.INSPECTOR)


def test_a_finding_is_answered_acted_on_and_closed(bench, inspector):
    finding = bench.issued()
    assert finding.due_on > clock.today()
    finding = findings.accept(inspector, finding.pk, text="We name somebody.")
    finding = findings.report_action(inspector, finding.pk, text="Somebody was named.")
    finding = findings.return_action(bench.second, finding.pk, text="By whom?")
    finding = findings.report_action(inspector, finding.pk, text="By the head of the unit.")
    finding = findings.close(bench.lead, finding.pk, text="The order was read.")
    assert (finding.status, finding.due_on) == (F.CLOSED, None)
    finding = findings.reopen(bench.lead, finding.pk, text="It happened again.")
    assert finding.status == F.ISSUED
    assert [entry.kind for entry in finding.entries.order_by("number")] == [
        "issued",
        "accepted",
        "acted",
        "returned",
        "acted",
        "closed",
        "reopened",
    ]


def test_a_finding_is_contested_and_upheld(bench, inspector):
    finding = findings.contest(inspector, bench.issued().pk, text="The days were kept.")
    assert finding.status == F.CONTESTED
    assert findings.uphold(bench.second, finding.pk, text="Three were not.").status == F.ISSUED


def test_who_answered_a_finding_does_not_close_it(bench):
    both = make.user(Role.AUDITOR)
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), both.pk, role=Role.INSPECTOR, unit_id=make.root().pk)
    both = type(both).objects.get(pk=both.pk)
    finding = findings.accept(both, bench.issued().pk, text="Yes.")
    finding = findings.report_action(both, finding.pk, text="Done.")

    with pytest.raises(PermissionDenied):
        findings.close(both, finding.pk, text="Well done.")


def test_a_late_finding_goes_to_the_unit_above_once_for_each_day(bench):
    unit = make.unit(make.unit(kind="PROVINCIAL_COMMISSARIAT"), kind="DISTRICT_INSPECTORATE")
    finding = bench.issued(unit_id=unit.pk)
    assert findings.escalate(CLOCK, finding.pk) is None
    with clock.at(clock.now() + timedelta(days=90)):
        assert findings.escalate(CLOCK, finding.pk).escalated_to == unit.parent
        assert findings.escalate(CLOCK, finding.pk) is None


def test_a_review_answers_every_question_and_is_opened_anew(bench):
    case = Road().decided()
    started = bench.started(case)
    with pytest.raises(Conflict, match="have no answer"):
        reviews.complete(bench.second, started.pk, result="in_order", summary="x")
    with pytest.raises(ValidationError, match="Say why"):
        reviews.answer(bench.second, started.pk, "case_on_time", kind="no")
    with pytest.raises(ValidationError, match="no such event"):
        reviews.answer(bench.second, started.pk, "case_on_time", kind="yes", events=[10**12])


def test_an_audit_is_reported_once_its_work_is_done(bench):
    audit = bench.running()
    review = bench.completed(Road().decided(), audit)
    draft = bench.drafted(audit, review_id=review.pk)
    with pytest.raises(Conflict, match="drafts"):
        audits.report(bench.lead, audit.pk, conclusion="Done.")
    findings.issue(bench.second, draft.pk)
    assert audits.report(bench.lead, audit.pk, conclusion="Done.").status == "REPORTED"
    with pytest.raises(Conflict):
        reviews.reopen(bench.second, review.pk, reason="x")
    assert Review.objects.get(pk=review.pk).status == "COMPLETED"


def test_an_audit_is_not_reported_while_a_drawn_record_has_no_review(bench):
    Road().decided()
    audit = bench.running()
    sample = bench.drawn(audit)

    with pytest.raises(Conflict, match="have no review"):
        audits.report(bench.lead, audit.pk, conclusion="Done.")
    samples.void(bench.lead, sample.pk, reason="Drawn from the wrong days.")
    assert audits.report(bench.lead, audit.pk, conclusion="Nothing was reviewed.").status == "REPORTED"
