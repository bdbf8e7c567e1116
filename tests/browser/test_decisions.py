"""Decision, order, verification and appeal as people look at them: at both widths, in Khmer and in English."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases.models import Case, Order
from ledger import clock
from tests import make
from tests.dismissals import Road, again
from tests.looking import PHONE, faults_in_both, go, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page):
    go(page.locator("main form button[type=submit]:not(.govuk-password-input__toggle)").last)


def test_a_case_is_decided_its_order_entered_and_verified_on_a_phone_in_khmer(browser_page, tmp_path):
    page, road = browser_page, Road()
    case = road.checked()
    page.set_viewport_size(PHONE)
    sign_in(page, road.authority, "km")
    page.goto(reverse("case-decide", args=[case.pk]))
    assert faults_in_both(page, "decide-km") == []
    page.check("[name=outcome][value=accepted]")
    page.fill("[name=reasons]", "អង្គហេតុមានភស្តុតាងគ្រប់គ្រាន់។")
    page.check("[name=no_conflict]")
    page.fill("[name=password]", "not this one")
    submit(page)
    expect(page.locator("[name=reasons]")).to_have_value("អង្គហេតុមានភស្តុតាងគ្រប់គ្រាន់។")
    expect(page.locator("[name=password]")).to_have_value("")
    assert faults_in_both(page, "decide-error-km") == []
    page.fill("[name=password]", make.PASSWORD)
    submit(page)
    assert again(case).status == Case.Status.AWAITING_INSTRUMENT

    sign_in(page, road.registrar, "km")
    page.goto(reverse("order-draft") + f"?case={case.pk}")
    assert faults_in_both(page, "draft-km") == []
    page.goto(reverse("case-register", args=[case.pk]))
    assert faults_in_both(page, "register-order-km") == []
    today = f"{clock.today():%d/%m/%Y}"
    page.select_option("[name=instrument]", "ministerial_decision")
    for name, text in (("number", "១២៣ សសរ"), ("signed_by", "រដ្ឋមន្ត្រី")):
        page.fill(f"[name={name}]", text)
    for name in ("signed_on", "effective_on"):
        page.fill(f"[name={name}]", today)
    scan = tmp_path / "order.txt"
    scan.write_text("សេចក្តីសម្រេច លេខ ១២៣ សសរ")
    page.set_input_files("[name=files]", scan)
    submit(page)
    order = Order.objects.get()
    assert faults_in_both(page, "order-km") == []

    sign_in(page, road.verifier, "km")
    page.goto(reverse("order-verify", args=[order.pk]))
    page.fill("[name=number]", "១២៣ សសរ")
    for name in ("signed_on", "effective_on"):
        page.fill(f"[name={name}]", today)
    assert faults_in_both(page, "verify-km") == []
    submit(page)
    assert again(case).status == Case.Status.IN_FORCE
