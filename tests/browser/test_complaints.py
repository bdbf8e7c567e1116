"""Complaints as a case officer works on them, and every page of theirs looked at."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.actions import closing, complaints, escalations, flags, intake, pauses, referrals
from cases.actions.files import hold
from cases.models import Complaint, Miss
from cases.queries.rules import authorities
from ledger import clock
from ledger.actors import CLOCK
from officers.models.users import Role
from tests import make
from tests.files.hostile import EICAR, telling_picture
from tests.looking import DESK, PHONE, WINDOWS, faults, faults_in_both, go, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page):
    go(page.locator("main form button[type=submit]").last)


def test_a_case_officer_acknowledges_acts_and_closes_on_a_phone(browser_page):
    page, place = browser_page, make.Province()
    officer = make.user(Role.CASE_OFFICER, place.district)
    row = make.complaint(at=place.commune, category="trafficking_place")
    sign_in(page, officer)
    page.set_viewport_size(PHONE)
    page.goto(reverse("home"))
    go(
        page.get_by_role("link", name="Look at the complaints").or_(
            page.get_by_role("button", name="Look at the complaints")
        )
    )
    go(page.get_by_role("link", name=row.reference))
    expect(page.locator("h1")).to_contain_text("Received")

    go(page.get_by_role("button", name="Acknowledge"))
    submit(page)
    expect(page.locator("h1")).to_contain_text("Acknowledged")
    go(page.get_by_role("button", name="Record an action"))
    page.get_by_label("Visited the place").check()
    page.get_by_label("What was done, in words").fill("Went there with two officers.")
    submit(page)
    expect(page.locator("h1")).to_contain_text("Being acted on")
    go(page.get_by_role("button", name="Close"))
    page.get_by_label("Finding").select_option("substantiated")
    page.get_by_label("Reason for closing").select_option("resolved_action_taken")
    page.get_by_label("Summary").fill("They sold, and were taken away.")
    assert faults(page) == []
    submit(page)
    assert "Write the answer to the reporter" in page.inner_text("main")
    expect(page.get_by_label("Summary")).to_have_value("They sold, and were taken away.")
    page.get_by_label("Answer to the reporter").fill("Thank you. It is over.")
    submit(page)
    expect(page.locator("h1")).to_contain_text("Closed")
    assert faults(page) == []
    assert Complaint.objects.get(pk=row.pk).closed_by == officer


def test_a_report_is_typed_in_at_the_desk_by_place_and_unit_as_they_are_suggested(browser_page):
    page, place = browser_page, make.Province()
    sign_in(page, make.user(Role.CASE_OFFICER, place.commune))
    page.set_viewport_size(DESK)
    page.goto(reverse("complaints_desk"))
    page.get_by_label("Telephone").check()
    page.locator("[name=category]").select_option("extortion")
    page.locator("[name=place_code]").press_sequentially("070101")
    suggested = page.locator("#id_place_code_suggestions option")
    expect(suggested).to_have_attribute("value", re.compile("070101"))
    page.fill("[name=place_code]", suggested.get_attribute("value"))
    page.fill("[name=narrative]", "They asked for money.")
    page.locator("[name=named0-kind]").select_option("unit")
    page.fill("[name=named0-unit]", place.commune.code)
    assert faults(page) == []
    submit(page)
    receipt = page.inner_text("#receipt").replace(" ", "")
    assert len(receipt) == 16
    assert "You do not see it from now on." in page.inner_text("main")
    assert faults(page) == []
    row = Complaint.objects.get()
    assert (row.place_code, row.accused.get().unit, row.unit) == ("070101", place.commune, place.district)


def _world(place, officer, supervisor) -> dict[str, str]:
    """Addresses of every page, each with something on it."""
    at, category = place.commune, "trafficking_place"
    with clock.at(clock.now() - timedelta(days=40)):
        late = make.complaint(
            at=at,
            category=category,
            place_text="The blue house behind the market",
            files=[hold(io.BytesIO(telling_picture())), hold(io.BytesIO(EICAR))],
            named=[intake.Named("officer", "A tall sergeant"), intake.Named("person", "The owner")],
        )
        moved = make.complaint(at=at, category="drug_dealing")
    complaints.acknowledge(officer, late.pk, text="Your report has come to us.")
    complaints.note(officer, late.pk, text="The house is known since last year.")
    document = hold(io.BytesIO(telling_picture("PNG")))
    complaints.take_action(
        officer, late.pk, kind="visited", text="Went there.\nNobody opened.", files=[document]
    )
    referrals.refer(
        officer, late.pk, authority=next(iter(authorities())), text="Who sells acid here?", letter="12/26"
    )
    escalations.escalate(CLOCK, moved.pk)
    complaints.instruct(officer, moved.pk, text="Look at the blue house at night.")
    asked = make.complaint(at=at, category=category, narrative="A pause.")
    pauses.ask(
        officer, asked.pk, reason="court", text="They have it.", until=clock.today() + timedelta(days=9)
    )
    ending = make.complaint(at=at, category=category, narrative="To be closed.")
    closing.close(
        officer,
        ending.pk,
        finding="unfounded",
        closure_reason="no_evidence",
        summary="Nothing.",
        answer="No.",
    )
    offered = make.complaint(at=at, category=category, narrative="Offered.")
    complaints.offer(officer, offered.pk, unit_id=place.province.pk, reason="Theirs.")
    task = make.complaint(at=at, category="drug_dealing", narrative="For the post.")
    complaints.instruct(officer, task.pk, text="Look at the blue house at night.")
    flags.sweep()
    return {
        "home": reverse("home"),
        "queue": reverse("complaints"),
        "queue-none": f"{reverse('complaints')}?overdue=on&category=extortion",
        "queue-wrong": f"{reverse('complaints')}?q=C-1",
        "case": reverse("complaint", args=[late.pk]),
        "case-moved": reverse("complaint", args=[moved.pk]),
        "case-pause": reverse("complaint", args=[asked.pk]),
        "case-closing": reverse("complaint", args=[ending.pk]),
        "case-offered": reverse("complaint", args=[offered.pk]),
        "history": reverse("complaint_history", args=[late.pk]),
        "acknowledge": reverse("complaint_acknowledge", args=[task.pk]),
        "action": reverse("complaint_take_action", args=[late.pk]),
        "assign": reverse("complaint_assign", args=[late.pk]),
        "offer": reverse("complaint_offer", args=[late.pk]),
        "match": reverse("complaint_match", args=[late.pk]),
        "link": reverse("complaint_link", args=[late.pk]),
        "refer": reverse("complaint_refer", args=[late.pk]),
        "hear-from": reverse("complaint_hear_from", args=[late.pk, late.referrals.get().pk]),
        "pause": reverse("complaint_pause", args=[late.pk]),
        "close": reverse("complaint_close", args=[late.pk]),
        "agree": reverse("complaint_agree", args=[ending.pk]),
        "decide-pause": reverse("complaint_decide_pause", args=[asked.pk]),
        "forward": f"{reverse('complaints_forward')}?row={late.pk}&row={asked.pk}",
        "desk": reverse("complaints_desk"),
        "misses": reverse("misses"),
        "explain": reverse("miss_explain", args=[Miss.objects.get().pk]),
        "task": reverse("complaint", args=[task.pk]),
    }


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_of_complaints_is_accessible_and_fits(browser_page, language):
    page, place = browser_page, make.Province()
    officer, supervisor = (make.user(role, place.district) for role in (Role.CASE_OFFICER, Role.SUPERVISOR))
    post = make.user(Role.CASE_OFFICER, place.commune)
    addresses = _world(place, officer, supervisor)
    page.set_viewport_size(WINDOWS[language])

    found = {}
    for name, address in addresses.items():
        sign_in(page, post if name == "task" else supervisor, language)
        answer = page.goto(address)
        assert answer.status == 200, name
        if problems := faults_in_both(page, f"{name}-{language}"):
            found[name] = problems

    assert found == {}
