"""Notices in the application: one's own, each once, in one's language, read and unread."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse

from ledger import clock, sealing
from ledger.actors import CLOCK
from ledger.models import Event, Follower
from officers import notices, tasks
from officers.actions import notices as actions
from officers.actions import reminders, users
from officers.models import Notice, User
from officers.models.users import Role
from officers.queries.notices import MOST_COUNTED, unread
from tests import make
from tests.officers.calling import Caller, by_key, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    """Somebody signed in, in English."""
    made = make.user()
    client.force_login(made)
    client.cookies["language"] = "en"
    return made


def told(user, number=1):
    """Notices of sheets left open."""
    for _ in range(number):
        reminders.sheet(CLOCK, make.sheet(user).pk)
    for event in Event.objects.filter(verb="sheet.left_open").order_by("id"):
        notices.tell(event)
    return list(Notice.objects.filter(user=user).order_by("pk"))


def text_of(answer):
    return answer.content.decode()


def test_what_was_told_stands_in_the_list_leads_to_its_page_and_is_read_by_opening(client, user):
    (notice,) = told(user)
    page = client.get(reverse("notices"))
    assert "A sheet was left open" in text_of(page)
    assert page.context["unread"]() == 1
    assert '<span class="head__count">1<' in text_of(page)
    opened = client.get(reverse("notice", args=[notice.pk]))
    assert opened["Location"] == reverse("sheet", args=[notice.subject])
    page = client.get(reverse("notices"))
    assert page.context["unread"]() == 0
    assert "head__count" not in text_of(page)
    client.cookies["language"] = "km"
    assert "A sheet was left open" not in text_of(client.get(reverse("notices")))


def test_all_are_marked_as_read_but_what_came_after_the_page(client, user):
    told(user, 2)
    newest = client.get(reverse("notices")).context["newest"]
    told(user)
    client.post(reverse("notices_read"), {"until": newest})
    assert unread(user) == 1
    assert client.post(reverse("notices_read"), {"until": "x"}).status_code == 404
    assert client.get(reverse("notices_read")).status_code == 405


def test_without_notices_the_page_says_so_and_the_head_asks_once(client, user, django_assert_num_queries):
    assert "You have no notices." in text_of(client.get(reverse("notices")))
    with django_assert_num_queries(1):
        assert unread(user) == 0


def test_the_list_comes_in_pages_and_the_head_counts_no_further_than_it_says(client, user):
    told(user, 3)
    event = Event.objects.get(pk=Notice.objects.first().event)
    row = Notice.objects.first()
    Notice.objects.bulk_create(
        Notice(user=user, event=-n, kind=event.verb, subject=row.subject, told_at=clock.now(), mail="none")
        for n in range(MOST_COUNTED)
    )
    first = client.get(reverse("notices"))
    assert len(first.context["rows"]) == 30
    assert f"{MOST_COUNTED}+" in text_of(first)
    second = client.get(reverse("notices"), {"after": first.context["page"].next})
    assert len(second.context["rows"]) == 30
    shown = [{one.notice.pk for one in page.context["rows"]} for page in (first, second)]
    assert shown[0].isdisjoint(shown[1])
    assert client.get(reverse("notices"), {"after": "x"})["Location"] == reverse("notices")


def test_nobody_reaches_anothers_notices(client, user):
    (theirs,) = told(make.user())
    assert client.get(reverse("notice", args=[theirs.pk])).status_code == 404
    caller = Caller(user)
    assert caller.get(f"notices/{theirs.pk}/").status_code == 404
    assert caller.patch(f"notices/{theirs.pk}/", {"read": True}).status_code == 404
    assert caller.get("notices/").json()["results"] == []
    assert caller.post("notices/read/", {"until": theirs.pk}).json() == {"read": 0}
    assert Notice.objects.get(pk=theirs.pk).read_at is None


def test_what_one_sees_no_more_leads_nowhere_and_says_so(client, user):
    (notice,) = told(user)
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    users.end_role(keeper, user.held_roles[0].pk, reason="Moved.")
    client.force_login(User.objects.get(pk=user.pk))
    page = client.get(reverse("notices"))
    assert "no longer with you" in text_of(page)
    assert reverse("sheet", args=[notice.subject]) not in text_of(page)
    opened = client.get(reverse("notice", args=[notice.pk]), follow=True)
    assert opened.status_code == 200
    assert "no longer with you" in text_of(opened)
    assert unread(user) == 0
    assert Caller(user).get("notices/").json()["results"][0]["link"] == ""


def test_a_kind_that_this_release_does_not_know_is_left_out(client, user):
    (notice,) = told(user)
    Notice.objects.filter(pk=notice.pk).update(kind="sheet.dreamt_of", mail="by_itself")
    assert client.get(reverse("notices")).context["rows"] == []
    assert notices.send_waiting().failed == 0


def test_the_page_of_the_choice_keeps_what_is_chosen(client, user):
    answer = client.post(
        reverse("notice_choice"), {"by_mail": "weekly", "hour": "19", "version": user.version}
    )
    assert answer["Location"] == reverse("me")
    kept = User.objects.get(pk=user.pk)
    assert (kept.notices_by_mail, kept.digest_hour) == ("weekly", 19)
    wrong = client.post(reverse("notice_choice"), {"by_mail": "hourly", "hour": "99"})
    assert set(wrong.context["form"].errors) == {"by_mail", "hour"}
    assert (
        client.post(reverse("notice_choice"), {"by_mail": "daily", "hour": "7", "version": 1}).status_code
        == 409
    )


def test_the_api_lists_marks_and_chooses(user):
    first, second = told(user, 2)
    caller = by_key(user, "notices:read", "notices:write")
    rows = caller.get("notices/").json()["results"]
    assert [row["id"] for row in rows] == [second.pk, first.pk]
    assert rows[0]["words"] == "A sheet was left open"
    assert rows[0]["link"].endswith(reverse("sheet", args=[second.subject]))
    assert caller.patch(f"notices/{first.pk}/", {"read": True}).json()["read_at"]
    assert [row["id"] for row in caller.get("notices/", unread="true").json()["results"]] == [second.pk]
    assert caller.patch(f"notices/{first.pk}/", {"read": False}).json()["read_at"] is None
    assert caller.post("notices/read/", {"until": second.pk}).json() == {"read": 2}
    choice = caller.get("notices/choice/")
    assert choice.json() == {"version": 1, "by_mail": "at_once", "hour": 7}
    chosen = caller.patch("notices/choice/", {"by_mail": "daily"}, headers={"If-Match": choice["ETag"]})
    assert chosen.json() == {"version": 2, "by_mail": "daily", "hour": 7}
    assert caller.patch("notices/choice/", {"hour": 5, "version": 1}).status_code == 409
    assert errors(caller.patch("notices/choice/", {"hour": 24})) == {("hour", "max_value")}
    assert by_key(make.user(), "tests:read").get("notices/").status_code == 403


def test_a_year_later_notices_are_gone(user):
    told(user)
    assert actions.forget(clock.now() - timedelta(days=1)) == 0
    Notice.objects.update(told_at=clock.now() - timedelta(days=400))
    tasks.forget_notices.job.function(period=clock.now())
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True, databases=["default", "sequencer"])
def test_two_followers_at_once_and_one_that_begins_anew_tell_each_thing_once():
    people = [make.user() for _ in range(5)]
    for one in people:
        reminders.sheet(CLOCK, make.sheet(one).pk)
    sealing.seal()

    def follow(_number):
        try:
            return tasks.tell.job.function(period=clock.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(follow, range(3)))
    told = Notice.objects.filter(kind="sheet.left_open").order_by("pk")
    before = list(told.values_list("pk", "event", "user"))
    assert sorted(user for _pk, _event, user in before) == sorted(one.pk for one in people)
    # As after a restore of a database that was behind: everything is handed over once more.
    Follower.objects.filter(name="notices").update(position=0)
    follow(0)
    assert list(told.values_list("pk", "event", "user")) == before
