"""Pages of orders: entering one with its scan, verifying it against the scan, rejecting it, the list."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cases.models import Case, CaseFile, Order
from ledger import clock
from ledger.models import Read
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
S = Case.Status


@pytest.fixture
def road() -> Road:
    return Road()


def text_of(response) -> str:
    return response.content.decode()


def pdf() -> bytes:
    """A signed order of two pages, as a scanner makes it."""
    out = io.BytesIO()
    page = Image.new("RGB", (400, 560), "white")
    page.save(out, "PDF", save_all=True, append_images=[page])
    return out.getvalue()


def entered(*cases: Case, **said):
    today = f"{clock.today():%d/%m/%Y}"
    return {
        "cases": [case.pk for case in cases],
        "instrument": "ministerial_decision",
        "number": "123 MOI",
        "signed_on": today,
        "signed_by": "The minister",
        "effective_on": today,
        "files": SimpleUploadedFile("order.pdf", pdf(), "application/pdf"),
    } | said


def register(client, *cases: Case, **said):
    return client.post(reverse("order-register"), entered(*cases, **said), follow=True)


def test_an_order_is_entered_for_many_verified_by_another_and_in_force_for_all(client, road, sign_in):
    cases = [road.decided(), road.decided()]
    sign_in(road.registrar)
    page = client.get(reverse("order-register"))
    assert all(case.reference in text_of(page) for case in cases)
    assert "Another person verifies it" in text_of(register(client, *cases))
    row = Order.objects.get()
    shown = text_of(client.get(reverse("order", args=[row.pk])))
    assert cases[1].reference in shown
    assert "123 MOI" in shown
    assert client.get(reverse("order-verify", args=[row.pk])).status_code == 403, "it is his own entry"

    sign_in(road.verifier)
    page = client.get(reverse("order-verify", args=[row.pk]))
    assert "123 MOI" not in text_of(page), "it is typed again, not copied"
    scan = row.files.get()
    picture = client.get(reverse("order-scan", args=[row.pk, scan.pk, 2]))
    assert (picture["Content-Type"], picture.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert client.get(reverse("order-scan", args=[row.pk, scan.pk, 3])).status_code == 404
    typed = {name: entered()[name] for name in ("number", "signed_on", "effective_on")}
    address = reverse("order-verify", args=[row.pk])
    answer = client.post(address, typed | {"number": "124 MOI", "version": row.version})
    assert set(answer.context["form"].errors) == {"number"}
    assert "124 MOI" in text_of(answer)
    assert "123 MOI" not in text_of(answer)
    answer = client.post(address, typed | {"version": row.version}, follow=True)
    assert "in force for 2 officers" in text_of(answer)
    assert {again(case).status for case in cases} == {S.IN_FORCE}


def test_the_page_of_a_case_leads_to_its_order_with_it_chosen(client, road, sign_in):
    case = road.decided()
    sign_in(road.registrar)
    page = client.get(reverse("case-register", args=[case.pk]))
    assert page.context["form"].initial["cases"] == [case.pk]
    client.post(reverse("case-register", args=[case.pk]), entered(case))
    assert Order.objects.get().lines.get().case == case
    assert client.get(reverse("case-register", args=[case.pk])).status_code == 404


def test_what_is_wrong_stands_beside_its_field_and_the_scan_is_kept(client, road, sign_in):
    case = road.decided()
    sign_in(road.registrar)
    before = f"{clock.today() - timedelta(days=1):%d/%m/%Y}"
    answer = register(client, case, signed_on=before, effective_on=before, instrument="unit_order")
    assert "signed_on" in answer.context["form"].errors
    answer = register(client, case, instrument="unit_order")
    assert "instrument" in answer.context["form"].errors
    token = answer.context["form"].fields["files"].widget.held[0].token
    assert "Keep:" in text_of(answer)
    assert set(register(client, case, files="").context["form"].errors) == {"files"}
    assert "cases" in register(client, files=token).context["form"].errors
    register(client, case, files=token)
    assert Order.objects.get().files.count() == 1


def test_a_scan_is_given_out_to_be_saved_and_the_look_is_noted(client, road, sign_in):
    order = road.ordered(road.decided())
    scan = order.files.get()
    sign_in(road.verifier)
    answer = client.get(reverse("order-file", args=[order.pk, scan.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Read.objects.filter(table_name="cases_casefile", row_id=scan.pk, what="exported").exists()
    other = road.ordered(road.decided(), number="2")
    assert client.get(reverse("order-file", args=[other.pk, scan.pk])).status_code == 404
    CaseFile.objects.visible_to(road.verifier).get(pk=scan.pk)


def test_an_order_that_is_not_as_its_scan_is_rejected_and_its_case_waits_for_another(client, road, sign_in):
    case = road.decided()
    order = road.ordered(case)
    sign_in(road.verifier)
    address = reverse("order-reject", args=[order.pk])
    assert "reason" in client.post(address, {}).context["form"].errors
    client.post(address, {"reason": "The scan shows another number.", "version": order.version})
    order.refresh_from_db()
    assert order.status == "REJECTED"
    assert again(case).status == S.AWAITING_INSTRUMENT


def test_the_list_of_orders_is_filtered_and_says_when_it_is_empty(client, road, sign_in):
    sign_in(road.registrar)
    assert "No order has been entered yet." in text_of(client.get(reverse("orders")))
    mine = road.ordered(road.decided(), number="11 MOI")
    later = road.ordered(road.decided(), number="22 MOI", effective_on=clock.today() + timedelta(days=5))
    road.verify(later)

    def listed(**chosen):
        return [row.pk for row, *_ in client.get(reverse("orders"), chosen).context["rows"]]

    assert set(listed()) == {mine.pk, later.pk}
    assert listed(status="VERIFIED") == [later.pk]
    assert listed(instrument="royal_decree") == []
    assert listed(verify="on") == []
    assert set(listed(pending="on")) == {mine.pk, later.pk}
    sign_in(road.verifier)
    assert listed(verify="on") == [mine.pk]


def test_orders_are_for_who_sees_all_their_cases(client, road, sign_in):
    order = road.ordered(road.decided())
    pages = [
        reverse(name, args=[order.pk]) for name in ("order", "order-verify", "order-reject", "order-paper")
    ]
    for user in (make.user(Role.LABORATORY), road.member, make.user(Role.REGISTRAR, make.unit())):
        sign_in(user)
        assert {client.get(page).status_code for page in pages} == {404}, user
    sign_in(road.case_officer)
    assert [client.get(page).status_code for page in pages] == [200, 403, 403, 200]
    assert client.get(reverse("order-register")).status_code == 404
