"""Notices, how they come, and saved searches as somebody uses them, and each page looked at."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases import notices as of_cases
from cases.actions import searches
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event
from officers.actions import reminders
from officers.models import Notice
from officers.models.users import Role
from tests import make
from tests.looking import DESK, PHONE, faults, go, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def world():
    """A case officer who was told of two reports, one of them gone, and of a sheet; and who saved two searches."""
    place = make.Province()
    user = make.user(Role.CASE_OFFICER, place.district)
    for _ in range(2):
        make.complaint(at=place.commune, category="trafficking_place")
    for event in Event.objects.filter(verb="complaint.received").order_by("id"):
        of_cases.tell(event)
    sheet = make.sheet(make.user(unit=place.district))
    reminders.sheet(CLOCK, sheet.pk)
    event = Event.objects.get(verb="sheet.left_open")
    Notice.objects.create(
        user=user, event=event.pk, kind=event.verb, subject=sheet.pk, told_at=clock.now(), mail="none"
    )
    searches.save(user, name="ទីកន្លែងជួញដូរ", query={"category": "trafficking_place"}, in_digest=True)
    name = "Overdue and flagged in the district of Ta Khmau"
    row = searches.save(user, name=name, query={"overdue": True, "flagged": True, "unit": place.district.pk})
    return user, row


def test_a_case_officer_saves_a_search_opens_it_and_takes_its_removal_back(browser_page):
    page, place = browser_page, make.Province()
    user = make.user(Role.CASE_OFFICER, place.district)
    make.complaint(at=place.commune, category="trafficking_place")
    sign_in(page, user)
    page.set_viewport_size(PHONE)
    page.goto(f"{reverse('complaints')}?category=trafficking_place")
    go(page.get_by_role("link", name="Save this search"))
    page.get_by_label("Name").fill("Places")
    go(page.get_by_role("button", name="Save"))
    page.goto(reverse("complaints"))
    expect(page.get_by_role("navigation", name="Saved searches")).to_contain_text("Places (1)")
    go(page.get_by_role("link", name="Places"))
    expect(page).to_have_url(re.compile(r"\?category=trafficking_place$"))
    go(page.get_by_role("link", name="Manage saved searches"))
    expect(page.locator("h1")).to_have_text("Saved searches")
    go(page.get_by_role("link", name=re.compile("^Remove")))
    go(page.get_by_role("button", name="Remove"))
    go(page.get_by_role("button", name="Take this back"))
    expect(page.locator("main")).to_contain_text("The search is there again.")
    expect(page.get_by_role("link", name="Places", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_notices_and_saved_searches_is_accessible_and_fits(browser_page, window, language):
    page = browser_page
    user, row = world()
    sign_in(page, user, language)
    page.set_viewport_size(window)
    addresses = {
        "notices": reverse("notices"),
        "choice": reverse("notice_choice"),
        "queue": f"{reverse('complaints')}?category=trafficking_place",
        "searches": reverse("saved_searches"),
        "keep": f"{reverse('saved_search_keep')}?category=trafficking_place",
        "change": reverse("saved_search_change", args=[row.pk]),
        "remove": reverse("saved_search_remove", args=[row.pk]),
        "gone": reverse("saved_search_gone", args=[row.pk]),
    }
    found = {}
    for name, address in addresses.items():
        if name == "gone":
            searches.remove(user, row.pk)
        answer = page.goto(address)
        assert answer.status == 200, name
        page.wait_for_load_state("networkidle")
        shoot(page, f"h2-{name}-{language}-{window['width']}")
        if problems := faults(page):
            found[name] = problems
    assert found == {}
