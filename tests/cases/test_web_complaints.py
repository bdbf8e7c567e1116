"""Pages of complaints: each step's page leads to its action, and nobody sees what is not for him."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.actions import closing, complaints, escalations, intake
from cases.models import Complaint, Miss
from cases.queries.complaints import queue
from cases.queries.rules import authorities
from ledger import clock
from ledger.actors import CLOCK
from ledger.models import Event, Read
from officers.models.users import Role
from tests import make
from tests.cases.test_complaints import on, receipt_of

pytestmark = pytest.mark.django_db
S = Complaint.Status


@pytest.fixture
def officer(place, sign_in):
    return sign_in(make.user(Role.CASE_OFFICER, place.district))


@pytest.fixture
def supervisor(place):
    return make.user(Role.SUPERVISOR, place.district)


def received(place, **said) -> Complaint:
    return make.complaint(at=place.commune, **{"category": "trafficking_place", **said})


def text_of(response) -> str:
    return response.content.decode()


def now(row: Complaint) -> Complaint:
    return Complaint.objects.get(pk=row.pk)


def act(client, row: Complaint, verb: str, **said):
    """Send the page of a step, as it stands now."""
    return client.post(
        reverse(f"complaint_{verb}", args=[row.pk]), {"version": now(row).version, **said}, follow=True
    )


# Each step's page leads to its act.


def test_the_first_look_of_a_handler_is_an_act_and_each_look_leaves_a_trace(client, place, officer):
    row = received(place)
    page = client.get(reverse("complaint", args=[row.pk]))
    assert row.narrative in text_of(page)
    assert now(row).opened_on is not None
    client.get(reverse("complaint", args=[row.pk]))
    assert Event.objects.filter(verb="complaint.opened", subject_id=row.pk).count() == 1
    looks = Read.objects.filter(table_name="cases_complaint", row_id=row.pk, what="opened")
    assert looks.count() == 2
    assert "narrative" in looks.first().fields


def test_an_auditor_looks_without_opening_it(client, place, sign_in):
    row = received(place)
    sign_in(make.user(Role.AUDITOR))
    page = client.get(reverse("complaint", args=[row.pk]))
    assert row.narrative in text_of(page)
    assert page.context["buttons"] == {"first": [], "then": []}
    assert now(row).opened_on is None


def test_acknowledging_assigning_a_note_and_a_letter_go_by_their_pages(client, place, officer, supervisor):
    row = received(place)
    act(client, row, "acknowledge", text="Thank you.")
    act(client, row, "assign", handler=supervisor.pk)
    act(client, row, "note", text="Known house.")
    act(client, row, "write", text="We are looking at it.")
    row = now(row)
    assert (row.status, row.handler) == (S.ACKNOWLEDGED, supervisor)
    assert [one.text for one in row.messages.order_by("pk")] == ["Thank you.", "We are looking at it."]
    page = text_of(client.get(reverse("complaint", args=[row.pk])))
    assert "Known house." in page
    assert "We are looking at it." in page


def test_an_action_and_a_closing_go_by_their_pages(client, place, officer):
    row = received(place)
    day = clock.today()
    act(client, row, "take_action", kind="visited", text="Went there.", done_on=f"{day:%d/%m/%Y}")
    deed = row.deeds.get()
    assert (deed.kind, deed.told_reporter, now(row).status) == ("visited", False, S.IN_PROGRESS)
    page = act(
        client,
        row,
        "close",
        finding="substantiated",
        closure_reason="resolved_action_taken",
        summary="They sold.",
        answer="Thank you.",
    )
    assert "The complaint is closed." in text_of(page)
    assert now(row).status == S.CLOSED


def test_closing_without_action_says_that_a_second_person_is_asked(
    client, place, officer, supervisor, sign_in
):
    row = received(place)
    assert "second person" in text_of(client.get(reverse("complaint_close", args=[row.pk])))
    about = {"finding": "unfounded", "closure_reason": "no_evidence", "summary": "Nothing.", "answer": "No."}
    assert "A second person is asked" in text_of(act(client, row, "close", **about))
    assert act(client, row, "agree").status_code == 403
    sign_in(supervisor)
    act(client, row, "send_back", reason="Look again.")
    assert now(row).status == S.RECEIVED
    sign_in(make.user(Role.CASE_OFFICER, place.district))
    act(client, row, "close", **about)
    sign_in(supervisor)
    assert "Nothing." in text_of(client.get(reverse("complaint_agree", args=[row.pk])))
    act(client, row, "agree")
    assert (now(row).status, now(row).closed_by) == (S.CLOSED, supervisor)


def test_a_complaint_is_offered_taken_back_refused_and_accepted_by_pages(client, place, officer, sign_in):
    row = received(place)
    code = place.province.code
    act(client, row, "offer", unit=code, reason="Theirs.")
    assert now(row).offered_to == place.province
    act(client, row, "take_back")
    assert now(row).offered_to is None
    act(client, row, "offer", unit=code, reason="Truly theirs.")
    other = sign_in(make.user(Role.CASE_OFFICER, place.province))
    found = client.get(reverse("complaints"), {"offered": "on"}).context["rows"]
    assert [one["complaint"] for one in found] == [row]
    act(client, row, "refuse", reason="Yours.")
    complaints.offer(officer, row.pk, unit_id=place.province.pk, reason="Please.")
    page = act(client, row, "accept")
    assert now(row).unit == place.province
    assert page.request["PATH_INFO"] == reverse("complaint", args=[row.pk])
    assert other.serves(now(row).unit, Role.CASE_OFFICER)
    sign_in(officer)
    assert client.get(reverse("complaint", args=[row.pk])).status_code == 404


def test_whoever_declares_a_conflict_never_sees_it_again(client, place, sign_in):
    row = received(place)
    related = sign_in(
        make.user(Role.CASE_OFFICER, place.district, officer=make.officer(make.unit(place.general)))
    )
    make.user(Role.CASE_OFFICER, place.district)
    page = act(client, row, "declare_conflict", reason="My cousin.")
    assert page.request["PATH_INFO"] == reverse("complaints")
    assert client.get(reverse("complaint", args=[row.pk])).status_code == 404
    assert not queue(related).filter(pk=row.pk).exists()


def test_an_officer_is_matched_after_a_look_at_who_it_is(client, place, officer):
    row = received(place, named=[intake.Named("officer", "a tall sergeant")])
    meant = make.officer(place.commune, service_number="610001")
    address = reverse("complaint_match", args=[row.pk])
    wrong = client.get(address, {"accused": row.accused.get().pk, "number": "999999"})
    assert "No officer has this number." in text_of(wrong)
    query = f"?accused={row.accused.get().pk}&number=610001"
    page = text_of(client.get(address + query))
    assert meant.name_latin in page
    assert "moves up at once" in page
    client.post(address + query, {"version": now(row).version, "evidence": "The number on his shirt."})
    one = row.accused.get()
    assert (one.officer, one.matched_by) == (meant, officer)


def test_a_repeat_is_linked_by_reference_and_a_mistyped_one_is_found_out(client, place, officer):
    first, second = received(place), received(place, narrative="The same house.")
    wrong = first.reference[:-1] + str((int(first.reference[-1]) + 1) % 10)
    page = act(client, second, "link", original=wrong)
    assert "Look for a mistake in typing" in text_of(page)
    act(client, second, "link", original=first.reference.lower())
    assert now(second).same_as == first
    assert first.reference in text_of(client.get(reverse("complaint", args=[second.pk])))


def test_a_matter_is_referred_and_what_the_ministry_says_is_written_down(client, place, officer):
    row = received(place)
    code = next(iter(authorities()))
    page = act(
        client, row, "refer", authority=code, text="Acid.", letter="", sent_on=f"{clock.today():%d/%m/%Y}"
    )
    assert page.context["form"].errors.keys() == {"letter"}
    act(
        client,
        row,
        "refer",
        authority=code,
        text="Acid.",
        letter="12/26",
        sent_on=f"{clock.today():%d/%m/%Y}",
    )
    one = row.referrals.get()
    assert one.letter == "12/26"
    address = reverse("complaint_hear_from", args=[row.pk, one.pk])
    assert address in text_of(client.get(reverse("complaint", args=[row.pk])))
    client.post(address, {"version": now(row).version, "answer": ""})
    assert row.referrals.get().acknowledged_on == clock.today()
    client.post(address, {"version": now(row).version, "answer": "It was legal."})
    assert "It was legal." in text_of(client.get(reverse("complaint", args=[row.pk])))
    assert client.get(reverse("complaint_hear_from", args=[received(place).pk, one.pk])).status_code == 404


def test_a_pause_is_asked_for_and_agreed_to_by_pages(client, place, officer, supervisor, sign_in):
    row = received(place)
    today, until = clock.today(), clock.today() + timedelta(days=7)
    page = act(client, row, "pause", reason="court", text="They have it.", until=f"{today:%d/%m/%Y}")
    assert "A pause ends on a day to come." in text_of(page)
    act(client, row, "pause", reason="court", text="They have it.", until=f"{until:%d/%m/%Y}")
    assert client.get(reverse("complaint_decide_pause", args=[row.pk])).status_code == 403
    sign_in(supervisor)
    assert "They have it." in text_of(client.get(reverse("complaint_decide_pause", args=[row.pk])))
    act(client, row, "decide_pause", agree="yes")
    assert now(row).paused_until == until


def test_what_is_disputed_is_settled_and_a_review_decided_by_pages(
    client, place, officer, supervisor, sign_in
):
    row = received(place)
    complaints.take_action(officer, row.pk, kind="visited", text="Was there.")
    receipt = receipt_of(row)
    intake.reply(receipt, "Nobody came.", token="t1", kind="dispute")
    intake.enter_waiting()
    assert client.get(reverse("complaint_settle", args=[row.pk])).status_code == 403
    sign_in(supervisor)
    assert "Nobody came." in text_of(client.get(reverse("complaint_settle", args=[row.pk])))
    act(client, row, "settle", happened="no", text="The car never left.")
    assert (now(row).acted_on, now(row).disputed_on) == (None, None)
    closing.close(
        officer, row.pk, finding="unfounded", closure_reason="referred_prosecutor", summary="x", answer="y"
    )
    for number, verb, status in ((1, "uphold", S.CLOSED), (2, "reopen", S.IN_PROGRESS)):
        intake.reply(receipt, "They are back.", token=f"r{number}", kind="review")
        intake.enter_waiting()
        act(client, row, verb, reason="I looked.")
        assert now(row).status == status


def test_a_miss_is_listed_and_explained_once(client, place, officer):
    with on("2026-09-01"):
        row = received(place)
    escalations.escalate(CLOCK, row.pk)
    miss = Miss.objects.get()
    page = text_of(client.get(reverse("misses")))
    assert row.reference in page
    assert reverse("complaint", args=[row.pk]) not in page  # it has left: by its reference alone
    address = reverse("miss_explain", args=[miss.pk])
    assert "Say why." in text_of(client.post(address, {"explanation": " "}))
    client.post(address, {"explanation": "The car was broken.", "version": miss.version})
    assert Miss.objects.get().explained_by == officer
    assert "already" in text_of(client.post(address, {"explanation": "It rained."}))


# What goes wrong is said beside the field, and what was typed stays.


def test_a_refused_form_keeps_what_was_typed(client, place, officer):
    row = received(place)
    page = act(client, row, "take_action", kind="visited", text="Went there.", done_on="1/1/2020")
    assert "before the report came in" in text_of(page)
    assert "Went there." in text_of(page)
    assert page.context["form"].errors.keys() == {"done_on"}
    assert not row.deeds.exists()


def test_a_form_filled_in_for_an_older_state_is_a_conflict_and_keeps_its_text(client, place, officer):
    row = received(place)
    complaints.acknowledge(officer, row.pk)
    page = client.post(
        reverse("complaint_instruct", args=[row.pk]), {"version": row.version, "instruction": "Look there."}
    )
    assert page.status_code == 409
    assert "Look there." in text_of(page)
    assert now(row).instruction == ""


def test_a_step_that_is_not_open_any_more_says_so(client, place, officer):
    row = received(place)
    complaints.acknowledge(officer, row.pk)
    assert client.get(reverse("complaint_acknowledge", args=[row.pk])).status_code == 409
    assert client.get(reverse("complaint_accept", args=[row.pk])).status_code == 403
