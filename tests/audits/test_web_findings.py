"""Pages of findings: each step by its page, who sees which, and nothing of the review for who answers."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from audits.actions import findings, recusals
from audits.models import Finding
from cases.actions import cases
from ledger import clock
from ledger.models import Event, Read
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def enter(client):
    def enter(user):
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return enter


def text_of(answer) -> str:
    return str(answer.content.decode())


def version(row) -> int:
    return int(Finding.objects.get(pk=row.pk).version)


def do(client, finding, verb, **said):
    answer = client.post(reverse(f"finding_{verb}", args=[finding.pk]), {"version": version(finding)} | said)
    assert answer.status_code == 302, text_of(answer)


def test_each_step_of_a_finding_has_its_page(bench, enter):
    audit = bench.running()
    client, inspector = enter(bench.second), make.user(Role.INSPECTOR)
    said = {
        "title": "Late",
        "text": "Seven of ten came late.",
        "recommendation": "Watch the days.",
        "severity": "medium",
        "unit": bench.unit.code,
    }
    went = client.get(reverse("finding_draft"))
    assert went["Location"] == reverse("audit_find", args=[audit.pk])
    client.post(went["Location"], said)
    finding = Finding.objects.get()
    client.post(
        reverse("finding_amend", args=[finding.pk]), said | {"version": version(finding), "severity": "low"}
    )
    assert Finding.objects.get().severity == "low"
    do(client, finding, "issue")
    do(client, finding, "extend", due_on=f"{clock.today() + timedelta(days=90):%d/%m/%Y}", text="A flood.")
    do(enter(inspector), finding, "contest", text="They were in time.")
    do(enter(bench.lead), finding, "uphold", text="Three were not.")
    do(enter(inspector), finding, "accept", text="We watch the days.")
    do(client, finding, "act", text="Somebody watches.")
    do(enter(bench.lead), finding, "return_action", text="Who?")
    do(enter(inspector), finding, "act", text="The head.")
    do(enter(bench.lead), finding, "close", text="The order was read.")
    do(client, finding, "reopen", text="It happened again.")
    do(client, finding, "withdraw", text="It was another unit.")
    shown = text_of(client.get(reverse("finding", args=[finding.pk])))
    words = ("A flood.", "They were in time.", "Three were not.", "Who?", "The head.", "It was another unit.")
    assert [shown.index(one) for one in words] == sorted(shown.index(one) for one in words)
    assert "Draft changed" in shown


def test_what_was_typed_stays_when_somebody_was_faster(bench, enter):
    finding = bench.issued()
    client = enter(make.user(Role.INSPECTOR))
    findings.extend(bench.lead, finding.pk, due_on=clock.today() + timedelta(days=90), text="A flood.")
    answer = client.post(
        reverse("finding_accept", args=[finding.pk]),
        {"version": finding.version, "text": "We will do it all."},
    )
    assert answer.status_code == 409
    assert "We will do it all." in text_of(answer)
    findings.withdraw(bench.lead, finding.pk, text="A mistake.")
    answer = client.post(
        reverse("finding_accept", args=[finding.pk]),
        {"version": version(finding), "text": "We will do it all."},
    )
    assert answer.status_code == 409
    assert "We will do it all." in text_of(answer)


def test_who_answers_sees_his_findings_once_issued_and_nothing_of_the_review(bench, enter):
    case = Road().decided()
    review = bench.completed(case)
    unit = make.unit()
    event = Event.objects.about(case).first()
    mine = bench.drafted(review.audit, review_id=review.pk, unit_id=unit.pk, events=[event.pk], title="Ours")
    others = bench.issued(review.audit, unit_id=make.unit().pk, title="Theirs")
    dropped = findings.withdraw(
        bench.second, bench.drafted(review.audit, unit_id=unit.pk, title="Never sent").pk, text="No."
    )
    supervisor = make.user(Role.SUPERVISOR, unit)
    client = enter(supervisor)
    page = reverse("finding", args=[mine.pk])
    assert client.get(page).status_code == 404
    findings.issue(bench.second, mine.pk)
    shown = text_of(client.get(page))
    assert "Steps come late" not in shown
    assert "Ours" in shown
    assert "Accept the finding" in shown
    assert "Withdraw" not in shown
    for secret in (
        reverse("audit_review", args=[review.pk]),
        reverse("case", args=[case.pk]),
        f'href="{reverse("audits")}"',
        case.reference,
        "Three steps came late.",
        "Draft",
        "Events it points at",
    ):
        assert secret not in shown, secret
    listed = text_of(client.get(reverse("findings") + "?status=ISSUED&status=WITHDRAWN"))
    assert "Ours" in listed
    assert "Theirs" not in listed
    assert "Never sent" not in listed
    for row in (others, dropped):
        assert client.get(reverse("finding", args=[row.pk])).status_code == 404
    assert client.get(reverse("finding_withdraw", args=[mine.pk])).status_code == 403
    assert client.get(reverse("audit_find", args=[mine.audit_id])).status_code == 404


def test_who_may_not_know_of_the_record_has_no_finding_about_it(bench, enter):
    road = Road()
    case = road.decided()
    row = bench.issued(about="case", row_id=case.pk)
    page = reverse("finding", args=[row.pk])
    assert enter(make.user(Role.INSPECTOR)).get(page).status_code == 200
    himself = make.user(Role.INSPECTOR, officer=case.officer)
    beside = make.user(Role.INSPECTOR, officer=make.officer(road.unit))
    kin = make.user(Role.INSPECTOR)
    cases.declare_conflict(kin, case.pk, reason="My nephew.")
    cousin = make.user(Role.AUDITOR)
    recusals.declare(cousin, kind="relative", officer_id=case.officer_id, reason="My cousin.")
    for who in (himself, beside, kin, cousin, make.user(Role.CASE_OFFICER)):
        client = enter(who)
        assert client.get(page).status_code == 404
        assert client.post(reverse("finding_accept", args=[row.pk]), {"text": "x"}).status_code == 404
    assert row.title not in text_of(enter(himself).get(reverse("findings")))


def test_the_list_is_filtered_marks_what_is_late_and_is_saved_as_a_table(bench, enter):
    unit = make.unit()
    with clock.at(clock.now() - timedelta(days=90)):
        late = bench.issued(unit_id=unit.pk, title="=Late one", severity="high")
    bench.issued(unit_id=unit.pk, title="In time")
    bench.issued(title="Of another unit")
    client = enter(bench.lead)
    shown = text_of(client.get(reverse("findings") + f"?late=on&unit={unit.code}&severity=high"))
    assert "=Late one" in shown
    assert "Overdue by" in shown
    assert "In time" not in shown
    answer = client.get(reverse("findings_export") + f"?unit={unit.code}")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Title"] for row in table] == ["'=Late one", "In time"]
    assert int(table[0]["Days late"]) > 30
    assert table[0]["Reference"] == late.reference
    read = Read.objects.filter(what="exported", table_name="audits_finding").get()
    assert read.actor_id == bench.lead.pk
    assert read.detail["unit"] == str(unit)
    assert "No finding fits." in text_of(client.get(reverse("findings") + "?severity=critical"))
    assert "No unit has this code" in text_of(client.get(reverse("findings") + "?unit=nowhere"))


def test_a_finding_of_a_record_is_drafted_from_its_address(bench, enter):
    case = Road().decided()
    audit = bench.running()
    client = enter(bench.second)
    thread = text_of(client.get(reverse("audit_thread", args=["case", case.pk])))
    assert f"{reverse('finding_draft')}?about=case&amp;row={case.pk}" in thread
    opened = client.get(reverse("audit_review_open") + f"?about=case&row={case.pk}", follow=True)
    assert f'value="{case.reference}"' in text_of(opened)
    address = reverse("audit_find", args=[audit.pk]) + f"?about=case&row={case.pk}"
    assert case.reference in text_of(client.get(address))
    said = {"title": "T", "text": "x", "recommendation": "y", "severity": "low", "unit": case.unit.code}
    client.post(address, said)
    assert Finding.objects.get().row_id == case.pk
    assert client.get(reverse("audit_find", args=[audit.pk]) + "?about=case&row=999").status_code == 404


def test_the_home_tells_auditors_and_who_answers_what_waits(bench, enter):
    unit = make.unit()
    case = Road().decided()
    bench.assigned(case)
    with clock.at(clock.now() - timedelta(days=90)):
        bench.issued(unit_id=unit.pk, title="Very late")
    contested = bench.issued(unit_id=unit.pk, title="Not so")
    supervisor = make.user(Role.SUPERVISOR, unit)
    findings.contest(supervisor, contested.pk, text="No.")
    client = enter(bench.second)
    assert reverse("audits_waiting") in text_of(client.get(reverse("home")))
    shown = text_of(client.get(reverse("audits_waiting"), headers={"HX-Request": "true"}))
    assert case.reference in shown
    assert "Findings for an auditor to judge" in shown
    assert "Very late" in shown
    shown = text_of(enter(supervisor).get(reverse("audits_waiting")))
    assert "Findings of audits that you are late with" in shown
    assert "Very late" in shown
    assert "Not so" not in shown
    assert case.reference not in shown
    client = enter(make.user(Role.CASE_OFFICER))
    assert client.get(reverse("audits_waiting")).status_code == 404
    assert reverse("audits_waiting") not in text_of(client.get(reverse("home")))
