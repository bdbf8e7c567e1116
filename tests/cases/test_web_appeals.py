"""Pages of appeals: each leads to its act, and members alone decide."""

import pytest
from django.urls import reverse

from cases.actions import grounds
from cases.models import Appeal, Case
from ledger.actors import CLOCK
from officers.actions import reviews
from officers.models import Officer
from officers.models.users import Role
from tests import make
from tests.cases.test_web_decisions import unheard
from tests.dismissals import Road, again

pytestmark = pytest.mark.django_db
S = Case.Status


@pytest.fixture
def road() -> Road:
    return Road()


def text_of(response) -> str:
    return response.content.decode()


def send(client, appeal: Appeal, verb: str, **said):
    appeal.refresh_from_db()
    address = reverse(f"appeal-{verb}", args=[appeal.pk])
    return client.post(address, {"version": appeal.version, **said}, follow=True)


def listed(client, **chosen) -> list[int]:
    return [row.pk for row, *_ in client.get(reverse("appeals"), chosen).context["rows"]]


def test_an_appeal_is_admitted_drafted_sent_back_and_agreed_to_by_pages(client, road, sign_in):
    sign_in(road.member)
    assert "No appeal waits" in text_of(client.get(reverse("appeals")))
    appeal = road.appealed()
    assert listed(client) == [appeal.pk]
    page = text_of(client.get(reverse("appeal", args=[appeal.pk])))
    for shown in ("I was not heard in full.", "He used drugs.", "They are not mine.", "As the rules say."):
        assert shown in page
    send(client, appeal, "admit")
    assert (listed(client, mine="on"), listed(client, status="DECIDED")) == ([appeal.pk], [])
    assert "outcome" in send(client, appeal, "draft", reasons="R.").context["form"].errors
    answer = send(client, appeal, "draft", outcome="varied", reasons="R.", measure="dismissal")
    assert set(answer.context["form"].errors) == {"measure"}
    send(client, appeal, "draft", outcome="overturned", reasons="The locker was shared.")
    assert send(client, appeal, "agree", no_conflict="on").status_code == 403, "it is his own draft"

    sign_in(road.second_member)
    assert "The locker was shared." in text_of(client.get(reverse("appeal-agree", args=[appeal.pk])))
    send(client, appeal, "send-back", reason="Say which locker.")
    assert Appeal.objects.get().status == "ADMITTED"
    sign_in(road.member)
    send(client, appeal, "draft", outcome="overturned", reasons="Locker 7 was shared.")
    sign_in(road.second_member)
    assert set(send(client, appeal, "agree").context["form"].errors) == {"no_conflict"}
    send(client, appeal, "agree", no_conflict="on")
    case = again(appeal.case)
    assert (case.outcome, case.officer.status) == ("overturned", Officer.Status.SERVING)


def test_an_appeal_is_not_admitted_with_a_reason(client, road, sign_in):
    appeal = road.appealed()
    sign_in(road.member)
    assert "reason" in send(client, appeal, "refuse").context["form"].errors
    send(client, appeal, "refuse", reason="It gives no ground.")
    appeal.refresh_from_db()
    assert appeal.why_inadmissible == "It gives no ground."


def test_an_appeal_is_lodged_for_the_officer_by_who_works_on_the_case(client, road, sign_in):
    case = road.told()
    address = reverse("case-lodge", args=[case.pk])
    sign_in(road.supervisor)
    page = client.get(address)
    assert "ground_fell" not in dict(page.context["form"].fields["ground"].choices)
    sign_in(road.case_officer)
    assert "text" in client.post(address, {"ground": "procedure"}).context["form"].errors
    client.post(address, {"ground": "procedure", "text": "Nobody told me.", "version": again(case).version})
    appeal = Appeal.objects.get()
    assert (appeal.text, appeal.recorded_by, appeal.how) == ("Nobody told me.", road.case_officer, "person")


def test_a_supervisor_lodges_an_appeal_where_a_ground_fell_though_nobody_asks(client, road, sign_in):
    review = unheard(road)
    case = road.in_force(road.of_test(review.test))
    reviews.reopen(review.decided_by, review.pk, reason="He was ill.")
    grounds.drop_fallen(CLOCK, case.grounds.get().pk)
    address = reverse("case-lodge", args=[case.pk])
    sign_in(road.supervisor)
    page = client.get(address)
    assert "ground_fell" in dict(page.context["form"].fields["ground"].choices)
    said = {"ground": "ground_fell", "text": "The test counts no more.", "version": again(case).version}
    client.post(address, said)
    assert (Appeal.objects.get().ground, again(case).status) == ("ground_fell", S.APPEALED)


def test_appeals_are_decided_by_members_and_seen_by_who_sees_the_case(client, road, sign_in):
    appeal = road.appealed()
    steps = [reverse(f"appeal-{verb}", args=[appeal.pk]) for verb in ("admit", "refuse")]
    for user, status in ((road.authority, 403), (road.case_officer, 403), (make.user(Role.LABORATORY), 404)):
        sign_in(user)
        assert {client.get(step).status_code for step in steps} == {status}, user
        assert {client.post(step, {"reason": "R."}).status_code for step in steps} == {status}, user
    assert client.get(reverse("appeals")).status_code == 404
    sign_in(road.member)
    assert client.get(reverse("case-lodge", args=[appeal.case_id])).status_code == 403
