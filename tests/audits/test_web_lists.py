"""Pages of outside lists: entered whole, looked through by parts, given out as a table, for auditors alone."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits.models import OutsideList
from audits.web.views import lists as views
from ledger import clock
from ledger.models import Read
from officers.models.users import Role
from tests import make
from tests.auditing import Bench

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


def test_a_list_is_entered_looked_through_page_by_page_and_given_out(client, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    bench = Bench()
    officers = [make.officer() for _ in range(3)]
    client.force_login(bench.lead)
    client.cookies["language"] = "en"
    rows = "".join(f"{one.service_number},{one.name_km}\n" for one in officers)
    text = "Service number,Khmer name\n" + rows + "999999,=1+1\n"
    today = clock.today()

    def sent(**said):
        return client.post(
            reverse("outside_list_new"),
            {
                "lists": "in_service", "source": "payroll", "title": "June", "unit_id": bench.unit.code,
                "published_on": f"{today:%d/%m/%Y}", "period_from": f"{today - timedelta(days=30):%d/%m/%Y}",
                "period_to": f"{today:%d/%m/%Y}", "file": SimpleUploadedFile("june.csv", text.encode()),
            }
            | said,
        )  # fmt: skip

    bad = sent(file=SimpleUploadedFile("june.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512))
    assert bad.context["form"].errors
    assert sent(title="").context["form"].errors.keys() == {"title"}
    assert not OutsideList.objects.exists()
    answer = sent()
    row = OutsideList.objects.get()
    address = reverse("outside_list", args=[row.pk])
    assert answer["Location"] == address
    again = sent()
    assert "uploaded already" in again.text

    first = client.get(address)
    assert "On both: 3" in first.text
    assert "Only there: 1" in first.text
    second = client.get(address, {"group": "both", "after": first.context["page"].next})
    shown = [one.officer_id for page in (first, second) for one, _problem in page.context["rows"]]
    assert shown == [one.pk for one in officers]
    narrowed = client.get(address, {"group": "both", "q": officers[1].service_number})
    assert [one.officer_id for one, _problem in narrowed.context["rows"]] == [officers[1].pk]
    assert client.get(address, {"after": "made up"}).status_code == 302
    table = client.get(reverse("outside_list_csv", args=[row.pk]), {"group": "unknown"})
    assert "'=1+1" in table.content.decode()
    assert Read.objects.filter(what="exported", table_name="audits_outsideline", row_id=row.pk).count() == 1
    ways = [
        reverse("outside_lists"), reverse("outside_list_new"), address,
        reverse("outside_list_csv", args=[row.pk]), reverse("outside_list_void", args=[row.pk]),
        reverse("outside_line", args=[row.lines.first().pk]),
        reverse("outside_line_undo", args=[row.lines.first().pk]),
    ]  # fmt: skip
    assert {client.get(way).status_code for way in ways} == {200}
    elsewhere = make.user(Role.AUDITOR, make.unit())
    client.force_login(elsewhere)
    assert {client.get(way).status_code for way in ways[2:]} == {404}
    for role in set(Role.values) - {Role.AUDITOR}:
        client.force_login(make.user(role))
        assert {client.get(way).status_code for way in ways} == {404}, role
        assert {client.post(way).status_code for way in ways[3:]} == {404}, role
