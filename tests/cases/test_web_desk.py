"""The desk: a report written down for somebody, and the receipt shown once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from cases.actions import intake
from cases.actions.intake import Report
from cases.models import Complaint, Reporter
from cases.queries.complaints import status_of
from ledger import clock
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def typist(client, place):
    user = make.user(Role.CASE_OFFICER, place.commune)
    client.force_login(user)
    client.cookies["language"] = "en"
    return user


def form(client, **said) -> dict[str, str]:
    """What the page sends when it is filled in."""
    shown = client.get(reverse("complaints_desk")).context["form"]
    return {
        "token": shown.initial["token"],
        "unit": shown.initial.get("unit", ""),
        "channel": "phone",
        "received_on": f"{clock.today():%d/%m/%Y}",
        "category": "trafficking_place",
        "place_code": "070101",
        "narrative": "Bags are sold at night.",
        "how_known": "saw",
        "hidden_from": "",
        "language": "km",
        "named0-kind": "",
        **said,
    }


def test_a_report_is_taken_down_and_its_receipt_opens_it(client, place, typist):
    said = form(
        client, **{"named0-kind": "unit", "named0-unit": place.commune.code, "contact": "012 345 678"}
    )
    page = client.post(reverse("complaints_desk"), said)
    row = Complaint.objects.get()
    assert (row.written_by, row.channel, row.place_code) == (typist, "phone", "070101")
    assert row.accused.get().unit == place.commune
    assert row.unit == place.district
    assert "012 345 678" not in str(bytes(Reporter.objects.get().contact))
    receipt = page.context["receipt"].replace(" ", "")
    assert status_of(receipt, clock.today()).entered
    assert page.headers["Cache-Control"].startswith("max-age=0")
    text = page.content.decode()
    assert reverse("complaint", args=[row.pk]) not in text
    assert row.reference not in text


def test_whoever_typed_it_does_not_see_it_afterwards_unless_he_handles_it(client, place, typist):
    client.post(
        reverse("complaints_desk"), form(client, **{"named0-kind": "unit", "named0-unit": "C-070101"})
    )
    row = Complaint.objects.get()
    assert client.get(reverse("complaint", args=[row.pk])).status_code == 404
    client.force_login(make.user(Role.CASE_OFFICER, place.district))
    page = client.post(reverse("complaints_desk"), form(client, narrative="Another."))
    other = Complaint.objects.exclude(pk=row.pk).get()
    assert reverse("complaint", args=[other.pk]) in page.content.decode()


def test_the_same_form_twice_is_one_report_and_one_receipt(client, place, typist):
    said = form(client)
    receipts = [client.post(reverse("complaints_desk"), said).context["receipt"] for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert Complaint.objects.count() == 1


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_stays(client, place, typist):
    said = form(
        client, category="", narrative="Bags.", **{"named1-said": "Somebody"}, place_code="Nowhere at all"
    )
    page = client.post(reverse("complaints_desk"), said)
    assert page.context["form"].errors.keys() == {"category", "place_code"}
    assert page.context["form"].named[1].errors.keys() == {"kind"}
    assert "Bags." in page.content.decode()
    assert page.context["form"]["token"].value() == said["token"]
    assert not Complaint.objects.exists()


def test_a_desk_of_another_unit_takes_nothing_down(client, place, typist):
    page = client.post(reverse("complaints_desk"), form(client, unit=place.province.code))
    assert page.status_code == 403
    assert "You do not take reports for this unit." in page.content.decode()
    assert not Complaint.objects.exists()


def test_places_are_suggested_by_code_and_by_name_in_either_script(client, place, typist):
    def options(typed: str) -> str:
        return client.get(reverse("place_suggestions"), {"place_code": typed}).content.decode()

    assert "070101 · " in options("070101")
    assert "070101 · " in options("០៧០១០១")
    assert "07 · " in options("Kampot")
    assert options("nowhere at all").strip() == ""


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_report():
    place = make.Province()
    desk = make.user(Role.CASE_OFFICER, place.district)
    together = threading.Barrier(2)

    def send(_number: int) -> str:
        try:
            together.wait(10)
            report = Report(category="extortion", narrative="They asked for money.", place_code="070101")
            return intake.take_down(
                desk, report, unit_id=place.district.pk, channel="letter", token="one form"
            )[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        receipts = set(threads.map(send, range(2)))

    assert len(receipts) == 1
    assert Complaint.objects.count() == 1
