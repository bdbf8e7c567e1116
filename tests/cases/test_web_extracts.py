"""Extracts of complaints: drafted and checked with the report beside them, by who reads it alone."""

import pytest
from django.urls import reverse

from cases.actions import closing, complaints, extracts, intake
from cases.models import Accused, Complaint, Extract
from officers.models.users import Role
from tests import make
from tests.cases.prepared import ACTION
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
UNKNOWN = intake.Named("officer", "The tall one")
SAID = "Officers of the post took money from the shop for looking away, twice in a month."


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def world(place, sign_in):
    """A case of an officer at the inspectorate, and a closed complaint in which he was identified."""
    road = Road(
        unit=place.commune, case_officer=make.user(Role.INSPECTOR), supervisor=make.user(Role.INSPECTOR)
    )
    case = road.opened()
    row = make.complaint(category="extortion", narrative=SAID, named=[UNKNOWN])
    accused = Accused.objects.get(complaint=row)
    complaints.match(
        road.supervisor, row.pk, accused_id=accused.pk, officer_id=case.officer_id, evidence="Name and post."
    )
    complaints.take_action(road.supervisor, row.pk, **ACTION)
    closing.close(
        road.supervisor,
        row.pk,
        finding="substantiated",
        closure_reason="resolved_action_taken",
        summary="They took money.",
        answer="Thank you.",
    )
    return road, case, Complaint.objects.get(pk=row.pk)


def test_an_extract_goes_from_the_complaint_to_a_ground(client, sign_in, world):
    road, case, row = world
    sign_in(road.case_officer)
    to_case = reverse("complaint_extract", args=[row.pk])
    assert to_case in text_of(client.get(reverse("complaint", args=[row.pk])))
    draft = client.get(to_case, {"case": case.pk})["Location"]
    assert draft.startswith(reverse("case-draft-extract", args=[case.pk]))
    assert SAID in text_of(client.get(draft))
    offered = client.get(reverse("case-draft-extract", args=[case.pk])).context["offered"]
    assert offered == [row]

    page = client.post(draft, {"version": again(case).version, "text": "Call 012 345 678."})
    assert "a telephone number" in page.context["form"].errors["text"][0]
    assert "Call 012 345 678." in text_of(page)
    answer = client.post(draft, {"version": again(case).version, "text": "He took money."})
    assert answer["Location"] == reverse("case", args=[case.pk])

    made = Extract.objects.get()
    address = reverse("extract", args=[made.pk])
    assert address in text_of(client.get(reverse("case", args=[case.pk])))
    assert client.get(address).status_code == 403
    sign_in(road.supervisor)
    page = client.get(address)
    assert SAID in text_of(page)
    assert "He took money." in text_of(page)
    assert client.post(address, {"version": made.version}).context["form"].errors["answer"]
    assert client.post(address, {"version": made.version, "answer": "check"}).status_code == 302
    made.refresh_from_db()
    assert (made.status, made.checked_by) == ("CHECKED", road.supervisor)

    sign_in(road.case_officer)
    page = client.get(reverse("case-add-ground", args=[case.pk]), {"kind": "corruption"})
    assert (made.pk, "He took money.") in page.context["form"].fields["extract"].choices
    said = {"kind": "corruption", "text": "He took money.", "extract": made.pk}
    answer = client.post(page.request["PATH_INFO"], {"version": again(case).version, **said})
    assert answer.status_code == 302
    assert case.grounds.get(kind="corruption").extract == made


def test_an_extract_is_sent_back_with_a_remark_and_another_is_drafted(client, sign_in, world):
    road, case, row = world
    made = extracts.draft(road.case_officer, case.pk, complaint_id=row.pk, text="He took money.")
    sign_in(road.supervisor)
    address = reverse("extract", args=[made.pk])
    page = client.post(address, {"version": made.version, "answer": "send_back"})
    assert set(page.context["form"].errors) == {"remark"}
    client.post(address, {"version": made.version, "answer": "send_back", "remark": "Say less."})
    made.refresh_from_db()
    assert (made.status, made.remark) == ("RETURNED", "Say less.")
    assert "Say less." in text_of(client.get(address))


def test_who_has_the_case_and_not_the_complaint_reads_neither_report_nor_draft(client, sign_in, world):
    road, case, row = world
    made = extracts.draft(road.case_officer, case.pk, complaint_id=row.pk, text="He took money.")
    other = make.user(Role.LEGAL_CHECKER)
    sign_in(other)
    assert client.get(reverse("extract", args=[made.pk])).status_code == 404
    assert client.get(reverse("complaint_extract", args=[row.pk])).status_code == 404
    sign_in(road.case_officer)
    page = client.get(reverse("case-draft-extract", args=[case.pk]), {"complaint": "C-0000000000001-00"})
    assert page.context["form"].errors
