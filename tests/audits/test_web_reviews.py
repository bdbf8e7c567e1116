"""Pages of reviews: nothing typed is lost, and who is kept from a record sees nothing of it."""

import pytest
from django.urls import reverse

from audits.actions import findings, recusals
from audits.models import Review
from ledger.models import Event, Read
from officers.actions import settings
from officers.models.users import Role
from officers.reckoning.auditing import CHECKLIST
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


def version(row: Review) -> int:
    return int(Review.objects.get(pk=row.pk).version)


def test_a_review_is_begun_answered_completed_and_opened_anew_by_pages(bench, enter):
    case = Road().decided()
    review = bench.assigned(case)
    client = enter(bench.second)
    listed = text_of(client.get(reverse("audit_reviews")))
    assert case.reference in listed
    assert "0 of 16 questions" in listed
    page = reverse("audit_review", args=[review.pk])
    assert "Not answered yet" in text_of(client.get(page))

    client.post(reverse("audit_review_start", args=[review.pk]), {"version": version(review)})
    event = Event.objects.about(case).order_by("pk").first()
    first = reverse("audit_review_answer", args=[review.pk, 1])
    shown = text_of(client.get(first))
    assert case.officer.name in shown
    assert f'value="{event.pk}"' in shown
    refused = client.post(first, {"version": version(review), "kind": "no", "note": ""})
    assert "Say why, unless the answer is yes" in text_of(refused)
    went = client.post(
        first, {"version": version(review), "kind": "no", "note": "Three came late.", "events": [event.pk]}
    )
    assert went["Location"] == reverse("audit_review_answer", args=[review.pk, 2])
    stale = client.post(
        reverse("audit_review_answer", args=[review.pk, 2]),
        {"version": version(review) - 1, "kind": "partly", "note": "What I typed for long."},
    )
    assert stale.status_code == 409
    assert "What I typed for long." in text_of(stale)
    assert f'value="{version(review)}"' in text_of(stale)
    assert client.get(reverse("audit_review_answer", args=[review.pk, 99])).status_code == 404

    for number in range(2, 17):
        went = client.post(
            reverse("audit_review_answer", args=[review.pk, number]),
            {"version": version(review), "kind": "yes", "note": ""},
        )
    assert went["Location"] == page
    shown = text_of(client.get(page))
    assert "Three came late." in shown
    assert "Points at:" in shown
    assert "Complete the review" in shown
    client.post(
        reverse("audit_review_complete", args=[review.pk]),
        {"version": version(review), "result": "shortcomings", "summary": "In order but for its delays."},
    )
    assert Review.objects.get(pk=review.pk).status == "COMPLETED"
    client.post(
        reverse("audit_review_reopen", args=[review.pk]), {"version": version(review), "reason": "Again."}
    )
    assert Review.objects.get(pk=review.pk).status == "STARTED"
    assert Read.objects.filter(table_name="audits_review", row_id=review.pk, what="opened").exists()


def test_who_is_kept_from_the_record_sees_only_that_it_is_to_be_handed_over(bench, enter):
    case = Road().decided()
    review = bench.started(case)
    recusals.declare(bench.second, kind="relative", officer_id=case.officer_id, reason="My cousin.")
    client = enter(bench.second)
    page = reverse("audit_review", args=[review.pk])
    for address in (page, reverse("audit_reviews"), reverse("audit_review_hand_over", args=[review.pk])):
        shown = text_of(client.get(address))
        assert case.reference not in shown, address
        assert case.officer.name not in shown, address
    assert "to be handed over" in text_of(client.get(page))
    third = make.user(Role.AUDITOR)
    assert client.get(reverse("audit_review_answer", args=[review.pk, 1])).status_code == 403

    enter(bench.lead)
    assert "give the review to another auditor" in text_of(client.get(page))
    assert "To be handed over" in text_of(client.get(reverse("audit_reviews") + "?whose=all"))
    enter(bench.second)
    went = client.post(
        reverse("audit_review_hand_over", args=[review.pk]),
        {"version": version(review), "reviewer": third.pk, "reason": "My cousin."},
    )
    assert went.status_code == 302
    assert Review.objects.get(pk=review.pk).reviewer == third
    assert client.get(page).status_code == 404
    assert case.reference in text_of(enter(third).get(page))


def test_a_record_that_no_sample_drew_is_named_by_its_reference(bench, enter):
    case = Road().decided()
    audit = bench.running()
    client = enter(bench.lead)
    address = reverse("audit_open_review", args=[audit.pk])
    assert "Have a record reviewed" in text_of(client.get(reverse("audit_reviews")))
    assert client.get(reverse("audit_review_open"))["Location"] == address
    said = {"about": "case", "reviewer": bench.second.pk}
    unknown = client.post(address, said | {"reference": "DC-000999-00"})
    assert "No such record has this reference" in text_of(unknown)
    client.post(address, said | {"reference": case.reference.lower()})
    assert Review.objects.get(audit=audit).row_id == case.pk
    again = client.post(address, said | {"reference": case.reference})
    assert "reviewed in this audit already" in text_of(again)
    for outsider in (make.user(Role.INSPECTOR), make.user(Role.AUDITOR, make.unit())):
        assert enter(outsider).get(address).status_code == 404


def test_a_review_tells_what_the_checklist_asks_otherwise_since_it_began(bench, enter):
    review = bench.started(Road().decided())
    rows = [dict(row) for row in CHECKLIST if row["code"] != "case_appeal"]
    rows[0]["name_en"] = "Was every step taken in time?"
    settings.put(
        make.user(Role.SYSTEM_ADMINISTRATOR),
        kind="checklist",
        effective_from=bench.running().starts_on,
        content={"checklist": rows},
        reason="Clearer.",
    )
    shown = text_of(enter(bench.second).get(reverse("audit_review", args=[review.pk])))
    assert "The checklist was changed since: 2 questions" in shown
    assert "In other words now: Was every step taken in time?" in shown
    assert "Asked no more" in shown


def test_a_finding_is_drafted_from_what_a_review_says_is_wrong(bench, enter):
    review = bench.completed(Road().decided())
    client = enter(bench.second)
    address = reverse("audit_review_find", args=[review.pk])
    assert "Three steps came late." in text_of(client.get(address))
    went = client.post(
        address,
        {
            "title": "Late",
            "text": "Three steps came late.",
            "recommendation": "Watch the days.",
            "severity": "high",
            "unit": review.by_unit.code,
        },
    )
    finding = review.findings.get()
    assert went["Location"] == reverse("finding", args=[finding.pk])
    assert finding.reference in text_of(client.get(reverse("audit_review", args=[review.pk])))
    findings.issue(bench.second, finding.pk)
    assert "The review it comes from" in text_of(client.get(went["Location"]))


def test_only_auditors_reach_the_pages_of_reviews(bench, enter):
    review = bench.started(Road().decided())
    for role in (Role.INSPECTOR, Role.SUPERVISOR, Role.SYSTEM_ADMINISTRATOR):
        client = enter(make.user(role))
        for name, args in (
            ("audit_reviews", []),
            ("audit_review", [review.pk]),
            ("audit_review_answer", [review.pk, 1]),
            ("audit_review_hand_over", [review.pk]),
            ("recusals", []),
        ):
            assert client.get(reverse(name, args=args)).status_code == 404, (role, name)
