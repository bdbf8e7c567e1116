"""From a drawn sample to a closed finding by pages alone: review, finding, reply on a phone, closure."""

import pytest
from django.urls import reverse

from audits.actions import reviews
from audits.models import Finding, Review
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road
from tests.looking import DESK, PHONE, WINDOWS, faults, faults_in_both, go, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "auditor"]),
]
SUBMIT = "main form[method=post] button[type=submit]"


def submit(page, *checked: str, **fields: str) -> None:
    for what in checked:
        page.check(what)
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    go(page.locator(SUBMIT).last)


def follow(page, address: str) -> None:
    go(page.locator(f"main a[href='{address}']").first)


def step(page, finding: Finding, verb: str, **fields: str) -> None:
    """From the page of the finding to the page of a step, where something is written."""
    page.goto(reverse("finding", args=[finding.pk]))
    follow(page, reverse(f"finding_{verb}", args=[finding.pk]))
    submit(page, **fields)


def test_a_drawn_record_is_reviewed_found_wanting_answered_and_closed(browser_page):
    page, bench, road = browser_page, Bench(), Road()
    case = road.decided()
    supervisor = make.user(Role.SUPERVISOR, road.unit)
    sample = bench.drawn()
    reviews.assign_sample(bench.lead, sample.pk, reviewer_ids=[bench.second.pk])
    review = Review.objects.get()

    page.set_viewport_size(DESK)
    sign_in(page, bench.second)
    page.goto(reverse("home"))
    follow(page, reverse("audit_review", args=[review.pk]))
    follow(page, reverse("audit_review_start", args=[review.pk]))
    submit(page)
    follow(page, reverse("audit_review_answer", args=[review.pk, 1]))
    page.locator("main form details summary").click()
    page.locator("[name=events]").first.check()
    submit(page, "[value=no]", note="The notice came nine days late.")
    assert faults(page) == []
    while "/questions/" in page.url:
        submit(page, "[name=kind][value=yes]")
    assert page.url.endswith(reverse("audit_review", args=[review.pk]))
    follow(page, reverse("audit_review_complete", args=[review.pk]))
    submit(page, "[value=shortcomings]", summary="In order but for a delay.")
    follow(page, reverse("audit_review_find", args=[review.pk]))
    assert "nine days late" in page.input_value("[name=text]")
    submit(
        page,
        "[value=medium]",
        title="The notice came late",
        recommendation="Name who watches the days.",
        unit=road.unit.code,
    )
    finding = Finding.objects.get()
    follow(page, reverse("finding_issue", args=[finding.pk]))
    submit(page)

    sign_in(page, supervisor, "km")
    page.set_viewport_size(PHONE)
    page.goto(reverse("home"))
    follow(page, reverse("finding", args=[finding.pk]))
    assert faults(page) == []
    step(page, finding, "accept", text="យើងនឹងតាមដានកាលកំណត់។")
    step(page, finding, "act", text="ប្រធានផ្នែកតាមដានរាល់ថ្ងៃ។")

    sign_in(page, bench.lead)
    page.set_viewport_size(DESK)
    page.goto(reverse("home"))
    follow(page, reverse("finding", args=[finding.pk]))
    step(page, finding, "close", text="The list of days was read.")
    finding.refresh_from_db()
    assert finding.status == "CLOSED"
    assert "The list of days was read." in page.inner_text("main")
    assert Review.objects.get().status == "COMPLETED"
    assert case.reference not in page.inner_text("h1")


@pytest.mark.parametrize("language", WINDOWS)
def test_the_pages_of_auditors_are_in_order(browser_page, language):
    page, bench = browser_page, Bench()
    case = Road().decided()
    audit = bench.running()
    review = bench.answered(case, audit)
    finding = bench.issued(audit, review_id=review.pk)
    draft = bench.drafted(audit)
    sign_in(page, bench.second, language)
    page.set_viewport_size(WINDOWS[language])
    found = {}
    for name, address in {
        "reviews": reverse("audit_reviews"),
        "review": reverse("audit_review", args=[review.pk]),
        "answer": reverse("audit_review_answer", args=[review.pk, 1]),
        "complete": reverse("audit_review_complete", args=[review.pk]),
        "hand-over": reverse("audit_review_hand_over", args=[review.pk]),
        "open-review": reverse("audit_open_review", args=[audit.pk]),
        "findings": reverse("findings"),
        "finding": reverse("finding", args=[finding.pk]),
        "draft": reverse("finding_amend", args=[draft.pk]),
        "extend": reverse("finding_extend", args=[finding.pk]),
        "recusals": reverse("recusals"),
        "declare": reverse("recusal_declare"),
        "home": reverse("home"),
    }.items():
        page.goto(address)
        found[name] = faults_in_both(page, f"audit-{name}-{language}")
    assert {name: faults for name, faults in found.items() if faults} == {}
