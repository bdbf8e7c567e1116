"""The pages: anybody says that something is wrong, comes back with the receipt; inspectors answer; all read it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from audits.actions import corrections
from audits.actions.publishing.corrections import publish_corrections
from audits.models import CorrectionDrop, CorrectionRequest
from audits.web.views.open import wrong
from foundation.limits.counting import Limit
from ledger.actors import CLOCK
from ledger.models import Event, Read
from officers.models.users import Role
from tests import make
from tests.cases.test_canary import ADDRESS, NOWHERE, Canary, in_valkey, output, tables  # noqa: F401
from tests.cases.walking import Walker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data", "auditor"])

SAID = {"about": "tests", "which": "2026-03, 12", "wrong": "The sum is wrong.", "contact": "012 345 678"}


def test_the_link_of_a_row_fills_in_what_it_is_about():
    page = Client().get(reverse("open_wrong"), {"about": "units:C-000123", "lang": "en"}).content.decode()
    assert re.search(r'<option value="units" selected>', page)
    assert 'value="C-000123"' in page
    unit = Client().get(reverse("open_wrong"), {"about": "/open/units/P-07/"}).content.decode()
    assert re.search(r'<option value="units" selected>', unit)
    assert 'value="P-07"' in unit
    other = Client().get(reverse("open_wrong"), {"about": "/open/method/"}).content.decode()
    assert re.search(r'<option value="other" selected>', other)
    assert 'value="/open/method/"' in other


def test_from_the_form_to_the_receipt_and_back_to_the_answer():
    walker = Walker().open("open_wrong")
    assert 'name="do" value="language:km"' in walker.text
    assert not walker.response.cookies
    assert "X-Request-Id" not in walker.response
    assert walker.response["Cache-Control"] == "no-store"
    walker.press(about="tests", wrong=" ")
    assert "Say what is wrong." in walker.text
    walker.press(**SAID)
    receipt = walker.receipt
    assert 'lang="km"' in walker.press("language:km").text
    assert walker.receipt == receipt

    walker = Walker().open("open_wrong_receipt").press(receipt="1234 5678 9012 3456")
    assert "There is no request with this receipt." in walker.text
    walker.press(receipt=" ".join(receipt[n : n + 4] for n in range(0, 16, 4)))
    assert "within the hour" in walker.text
    corrections.enter_waiting()
    row, inspector = CorrectionRequest.objects.get(), make.user(Role.INSPECTOR)
    assert "Nobody has it in hand yet." in Walker().open("open_wrong_receipt").press(receipt=receipt).text
    corrections.take(inspector, row.pk)
    answer = {"answer_km": "បានកែហើយ", "answer_en": "Corrected."}
    corrections.decline(inspector, row.pk, outcome="not_changed", **answer)
    told = Walker().open("open_wrong_receipt").press(receipt=receipt)
    assert "An inspector has it in hand." in told.text
    assert "Corrected." not in told.text
    corrections.confirm(make.user(Role.INSPECTOR), row.pk)
    told = Walker().open("open_wrong_receipt").press(receipt=receipt)
    assert "Corrected." in told.text
    assert "It stays as it is published" in told.text
    assert "បានកែហើយ" in told.press("language:km").text


def test_a_receipt_of_a_report_opens_no_request_and_what_is_altered_loses_nothing():
    walker = Walker().open("open_wrong").press(state="x", **SAID)
    assert walker.response.status_code == 400
    assert "The sum is wrong." in walker.text
    assert "sixteen" not in walker.press(**SAID).text
    assert "Half written" in Walker().open("open_wrong").press("language:km", wrong="Half written").text
    assert CorrectionDrop.objects.count() == 1


def test_requests_and_receipts_are_counted_by_network(monkeypatch):
    for name in ("REQUESTS", "LOOK_UPS"):
        monkeypatch.setattr(wrong, name, Limit(f"test-{name}", 1, timedelta(hours=1), fallback="database"))
    walker = Walker()
    walker.about["REMOTE_ADDR"] = ADDRESS
    walker.open("open_wrong").press(**SAID)
    walker.open("open_wrong").press(**SAID)
    assert walker.response.status_code == 429
    assert "The sum is wrong." in walker.text
    walker.open("open_wrong_receipt").press(receipt="1").press(receipt="1")
    assert walker.response.status_code == 429
    assert int(walker.response["Retry-After"]) > 0


def test_who_says_it_leaves_no_trace(superuser, output):  # noqa: F811
    walker = Canary()
    walker.open("open_wrong").press(**SAID | {"wrong": "canary-wrong", "contact": "canary-contact"})
    receipt = walker.receipt
    walker.open("open_wrong_receipt").press(receipt="1").press(receipt=receipt)
    Client().get("/open/wrong", **walker.about)
    Client().get("/open/wrong/canary/", **walker.about)
    Client().generic("BREW", "/open/wrong/", **walker.about)
    assert output.getvalue().strip() == ""
    waiting = tables(superuser)
    for canary in ("canary-wrong", "canary-contact", receipt, *NOWHERE):
        assert [name for name, text in waiting.items() if canary in text] == [], canary
    corrections.enter_waiting()
    dumped = tables(superuser)
    assert {name for name, text in dumped.items() if "canary-wrong" in text} == {
        "audits_correctionrequest",
        "ledger_change",
    }
    said = in_valkey() + output.getvalue() + str([one.message() for one in mail.outbox])
    for canary in ("canary-contact", receipt, *NOWHERE):
        assert [name for name, text in dumped.items() if canary in text] == [], canary
        assert canary not in said, canary


def test_inspectors_answer_page_by_page_and_everybody_reads_it(client):
    walker = Walker().open("open_wrong").press(**SAID)
    receipt = walker.receipt
    corrections.enter_waiting()
    row = CorrectionRequest.objects.get()
    first, second = make.user(Role.INSPECTOR), make.user(Role.INSPECTOR)

    def page(name: str) -> str:
        return client.get(reverse(name, args=[row.pk])).content.decode()

    def act(verb: str, **said: object) -> int:
        row.refresh_from_db()
        address = reverse(f"correction_{verb}", args=[row.pk])
        return int(client.post(address, {"version": row.version, **said}).status_code)

    client.force_login(first)
    client.cookies["language"] = "en"
    assert row.reference in client.get(reverse("corrections")).content.decode()
    assert "The sum is wrong." in page("correction")
    assert "012 345 678" not in page("correction")
    assert act("take") == 302
    answer = {"answer_km": "មិនផ្លាស់ប្តូរ", "answer_en": "It is the sum of all."}
    assert act("decline", outcome="corrected", **answer) == 200
    assert act("decline", outcome="not_changed", **answer) == 302
    assert client.get(reverse("correction_confirm", args=[row.pk])).status_code == 403
    assert act("confirm") == 403
    client.force_login(second)
    client.cookies["language"] = "en"
    assert "It is the sum of all." in page("correction_confirm")
    assert act("confirm") == 302
    assert client.get(reverse("correction_author", args=[row.pk])).status_code == 404
    client.force_login(first)
    client.cookies["language"] = "en"
    told = reverse("correction_author", args=[row.pk])
    assert "012 345 678" not in client.get(told).content.decode()
    assert "012 345 678" in client.post(told).content.decode()
    assert Event.objects.filter(verb="correction.contact_read").count() == 1
    assert Read.objects.filter(table_name="audits_correctionrequest", row_id=row.pk).count() >= 2
    assert row.reference not in client.get(reverse("corrections")).content.decode()
    assert row.reference in client.get(reverse("corrections"), {"all": "on"}).content.decode()

    publish_corrections(CLOCK)
    public = Client().get(reverse("open_corrections"), {"lang": "en"})
    text = public.content.decode()
    assert "It is the sum of all." in text
    assert "It stays as it is published" in text
    assert "count requests, not people" in text
    for hidden in ("The sum is wrong.", "2026-03, 12", receipt, first.name_latin):
        assert hidden not in text
    assert "មិនផ្លាស់ប្តូរ" in Client().get(reverse("open_corrections"), {"lang": "km"}).content.decode()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"inspector", "auditor", "deciding_authority"}))
def test_for_nobody_else_is_there_a_request(client, role):
    Walker().open("open_wrong").press(**SAID)
    corrections.enter_waiting()
    pk = CorrectionRequest.objects.get().pk
    client.force_login(make.user(role))
    for name in ("corrections", "correction", "correction_author", "correction_take", "correction_confirm"):
        address = reverse(name, args=[] if name == "corrections" else [pk])
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404), name
    client.force_login(make.user(Role.INSPECTOR, make.unit()))
    assert client.get(reverse("correction", args=[pk])).status_code == 404
