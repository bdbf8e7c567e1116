"""A sample as auditors take it on a phone, from the plan to the records given away; every page of it looked at."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from audits.models import Audit, Sample
from ledger import clock
from tests.auditing import Bench
from tests.dismissals import Road
from tests.looking import PHONE, WINDOWS, faults, faults_in_both, go, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "auditor"])]


def submit(page):
    go(page.locator("main form[method=post] button[type=submit]").last)


def test_an_audit_is_planned_begun_and_its_population_frozen_on_a_phone_in_khmer(browser_page):
    page, bench = browser_page, Bench()
    Road().decided()
    today = clock.today()
    sign_in(page, bench.lead, "km")
    page.set_viewport_size(PHONE)
    page.goto(reverse("audits"))
    assert faults(page) == []
    go(page.locator(f"main a[href='{reverse('audit_plan')}']").first)
    submit(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert faults(page) == []
    page.fill("[name=title]", "សវនកម្មលើការបញ្ឈប់ពីតំណែង")
    page.fill("[name=due_on]", f"{today + timedelta(days=14):%d/%m/%Y}")
    page.fill("[name=planned]", "1")
    submit(page)
    row = Audit.objects.get()
    assert faults(page) == []
    go(page.locator(f"main a[href='{reverse('audit_start', args=[row.pk])}']"))
    submit(page)
    go(page.locator(f"main a[href='{reverse('audit_choose_random', args=[row.pk])}']"))
    page.check("[value=case]")
    go(page.locator("main form button[type=submit]").last)
    assert faults(page) == []
    page.check("[value=ground]")
    page.fill("[name=number_source]", "ឆ្នោតនៃថ្ងៃស្អែក")
    submit(page)
    sample = Sample.objects.get()
    expect(page.locator("main")).to_contain_text(sample.digest)
    assert faults(page) == []


@pytest.mark.parametrize("language", ["km", "en"])
def test_pages_of_samples_are_in_order(browser_page, language):
    page, bench = browser_page, Bench()
    road = Road()
    cases = [road.decided() for _ in range(3)]
    audit = bench.running()
    bench.completed(cases[0], audit)
    bench.issued(audit)
    frozen = bench.frozen(audit, size=2)
    drawn = bench.drawn(audit, size=2)
    road.decided()
    sign_in(page, bench.second, language)
    page.set_viewport_size(WINDOWS[language])
    for name, address in (
        ("plan", reverse("audits")),
        ("audit", reverse("audit", args=[audit.pk])),
        ("risks", reverse("audit_risks", args=[audit.pk])),
        ("direct", reverse("audit_direct", args=[audit.pk, "case"])),
        ("freeze", reverse("audit_freeze", args=[audit.pk, "complaint"])),
        ("frozen", reverse("sample", args=[frozen.pk])),
        ("draw", reverse("sample_draw", args=[frozen.pk])),
        ("drawn", reverse("sample", args=[drawn.pk])),
        ("assign", reverse("sample_assign", args=[drawn.pk])),
        ("void", reverse("sample_void", args=[drawn.pk])),
    ):
        page.goto(address)
        assert faults_in_both(page, f"audits-{name}-{language}") == [], name
