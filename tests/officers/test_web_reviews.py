"""The reviewing physician's pages: what waits, one review in full, its steps, each leading to its action."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ledger import clock
from ledger.models import Event, Read
from officers.actions import doors, reviews
from officers.models import DrugTest, Review
from officers.models.users import Role
from tests import make
from tests.results import Way, at_door

pytestmark = pytest.mark.django_db
T = DrugTest.Status


@pytest.fixture
def way():
    return Way()


@pytest.fixture
def physician(client, way):
    """Signed in, in English, the password given lately."""
    client.force_login(way.physician)
    client.cookies["language"] = "en"
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})
    return way.physician


def page(client, row):
    return client.get(reverse("review", args=[row.pk]))


def step(client, row, verb, **said):
    """Send the form of a step's page as it is shown, filled in."""
    row = Review.objects.get(pk=row.pk)
    decides = verb in ("verify", "clear", "cancel", "determine", "reopen")
    address = reverse("review_decide" if decides else "review_step", args=[row.pk, verb])
    assert client.get(address).status_code == 200
    answer = client.post(address, {"version": row.version, **said})
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    row.refresh_from_db()
    return row


def verbs_of(response):
    return [button.verb for button in response.context["buttons"]]


def test_each_step_leads_to_its_action_until_the_officer_is_to_be_told(client, way, physician):
    way.reported()
    row = Review.objects.get()
    assert verbs_of(page(client, row)) == ["take"]

    row = step(client, row, "take")
    assert row.reviewer == physician
    assert verbs_of(page(client, row)) == [
        "hear",
        "verify",
        "attempt",
        "explain",
        "clear",
        "cancel",
        "write_letter",
    ]
    row = step(client, row, "attempt", how="telephone", result="instructed", note="Called twice.")
    assert row.attempts.get().note == "Called twice."
    row = step(client, row, "hear", heard="I took nothing.")
    row = step(client, row, "explain", text="A clerk has the letter of my physician.")
    row = step(client, row, "verify", reasons="No explanation.")
    assert (row.status, row.outcome, row.decided_by) == ("VERIFIED", "positive", physician)

    shown = page(client, row).content.decode()
    for said in ("Called twice.", "I took nothing.", "A clerk has the letter", "No explanation.", "1200"):
        assert said in shown, said


def test_explained_cancelled_and_opened_anew_lead_to_theirs(client, way, physician):
    row = way.opened()
    reviews.hear(physician, row.pk, heard="A medicine.")
    row = step(client, row, "clear", reasons="Explained.", medical="A prescription.")
    assert row.outcome == "negative"
    row = way.opened()
    row = step(client, row, "cancel", why="collection", reasons="No name.", recollect="on")
    assert DrugTest.objects.get(pk=row.test_id).must_recollect
    row = way.opened()
    reviews.attempt(physician, row.pk, how="telephone", result="declined")
    row = step(client, row, "verify", reasons="He declined.", unheard="declined")
    row = step(client, row, "reopen", reason="He was in hospital.")
    assert row.status == "OPEN"


def test_the_second_bottle_is_asked_for_by_word_of_mouth_and_its_laboratory_named(client, way, physician):
    row = step(client, way.told(), "ask_retest", text="By telephone.")
    assert row.status == "RETEST"
    address = reverse("review_step", args=[row.pk, "send_second"])
    offered = [pk for pk, _name in client.get(address).context["form"].fields["laboratory"].choices]
    assert (way.second.pk in offered, way.first.pk in offered) == (True, False)
    step(client, row, "send_second", laboratory=way.second.pk)
    assert row.test.specimen.second_laboratory == way.second


@pytest.mark.parametrize(("answer", "status"), [("true", T.REFUSAL), ("false", T.NOT_TAKEN)])
def test_a_claim_is_determined_on_its_page(client, way, physician, answer, status):
    row = way.claimed()
    shown = page(client, row)
    assert "He left the queue." in shown.content.decode()
    assert "verify" not in verbs_of(shown)
    reviews.hear(physician, row.pk, heard="I was called away.")
    step(client, row, "determine", is_refusal=answer, reasons="As heard.")
    assert DrugTest.objects.get(pk=row.test_id).status == status


def test_what_the_action_refuses_stands_beside_its_field(client, way, physician):
    row = way.opened()
    address = reverse("review_decide", args=[row.pk, "verify"])
    answer = client.post(address, {"version": row.version, "reasons": "Clear.", "unheard": "no_call"})
    assert answer.status_code == 200
    assert "72 hours" in str(answer.context["form"].errors["unheard"])
    assert client.post(address, {"version": row.version + 1, "reasons": "x"}).status_code == 409


def test_what_decides_asks_for_the_password_again(client, way):
    row = way.opened()
    client.force_login(way.physician)
    for address in (
        *(
            reverse("review_decide", args=[row.pk, verb])
            for verb in ("verify", "clear", "cancel", "determine", "reopen")
        ),
        reverse("review_letter", args=[row.pk]),
    ):
        for ask in (client.get, client.post):
            assert ask(address).headers["Location"].startswith(reverse("account_reauthenticate")), address
    assert client.get(reverse("review_step", args=[row.pk, "verify"])).status_code == 404
    assert client.get(reverse("review_step", args=[row.pk, "take"])).status_code == 200


def test_the_list_has_the_most_late_first_and_is_narrowed_to_what_waits(client, way, physician):
    old = way.opened()
    with clock.at(clock.now() + timedelta(hours=2)):
        told, free = way.told(), way.reported()
    with clock.at(clock.now() + timedelta(hours=25)):
        shown = client.get(reverse("reviews"))
        rows = [(row["review"].pk, row["late"]) for row in shown.context["rows"]]
    free = Review.objects.get(test=free.specimen.test_id)
    assert rows == [(old.pk, True), (free.pk, False), (told.pk, False)]

    for which, wanted in (("mine", {old, told}), ("to_take", {free}), ("window", {told}), ("closed", set())):
        shown = client.get(reverse("reviews"), {"waiting": which})
        assert {row["review"] for row in shown.context["rows"]} == wanted, which
    assert client.get(reverse("reviews"), {"officer": old.test.officer.number}).context["rows"]


def test_a_look_at_a_review_leaves_a_trace_with_what_was_seen(client, way, physician):
    row = way.opened()
    page(client, row)
    client.get(reverse("reviews"))
    seen = Read.objects.filter(table_name="officers_review").order_by("pk")
    assert [(read.what, read.row_id) for read in seen] == [("opened", row.pk), ("listed", None)]
    assert {"values", "heard", "statements"} <= set(seen[0].fields)


@pytest.mark.parametrize("role", Role.values)
def test_reviews_are_read_by_those_who_see_results_and_changed_by_a_reviewer_alone(client, way, role):
    row = way.opened()
    client.force_login(make.user(role))
    sees = role in (Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR)
    assert client.get(reverse("reviews")).status_code == (200 if sees else 404)
    answer = page(client, row)
    assert answer.status_code == (200 if sees else 404)
    if sees:
        assert verbs_of(answer) == (["take"] if role == Role.REVIEWING_PHYSICIAN else [])
    wanted = 404 if not sees else 200 if role == Role.REVIEWING_PHYSICIAN else 403
    assert client.get(reverse("review_step", args=[row.pk, "take"])).status_code == wanted
    assert client.post(reverse("review_step", args=[row.pk, "hear"]), {"heard": "x"}).status_code == (
        403 if sees else 404
    )


def test_a_letter_is_written_once_and_shown_once(client, way, physician):
    row = way.verified()
    address = reverse("review_letter", args=[row.pk])
    form = {"version": row.version, "after": client.get(address).context["form"]["after"].value()}
    shown = client.post(address, form)
    letter = row.test.officer.door_codes.get()
    code = shown.context["code"]

    assert "no-store" in shown.headers["Cache-Control"]
    assert [len(group) for group in code.split()] == [4, 4, 4, 4]
    body = shown.content.decode()
    assert doors.find(code.replace(" ", ""), letter.officer.birth_year) == letter
    outside = body[body.index('id="outside"') : body.index('id="inside"')]
    assert letter.number in outside
    for word in (code, "drug", "test", "laborator", "review", "តេស្ត", "ពិនិត្យ"):
        assert word not in outside, word
    again = client.post(address, form, follow=True)
    assert code not in again.content.decode()
    assert "written already" in again.content.decode()
    assert row.test.officer.door_codes.count() == 1
    assert not Event.objects.filter(facts__contains={"code": code}).exists()


def test_the_square_leads_to_the_door_without_the_code(client, way, physician, settings):
    import segno

    settings.PUBLIC_URL = "https://probity.example"
    row = way.verified()
    shown = client.post(reverse("review_letter", args=[row.pk]), {"version": row.version, "after": 0})
    assert shown.context["address"] == "https://probity.example/door/"
    made = segno.make("https://probity.example/door/", error="m")
    assert made.svg_inline(scale=4, border=2, svgclass=None, lineclass=None) in shown.content.decode()


def test_after_the_officer_came_in_his_time_to_ask_stands_on_the_page(client, way, physician):
    row = way.verified()
    letter, _code = way.letter(row)
    doors.enter(at_door(letter), letter.pk)
    row.refresh_from_db()
    times = [until for _label, until, _over in page(client, row).context["clocks"]]
    assert row.window_ends_at in times


def test_home_shows_a_reviewer_what_waits_for_him_and_nobody_else(client, way, physician):
    mine, free, other = way.opened(), way.reported(), way.opened()
    reviews.take(make.user(Role.REVIEWING_PHYSICIAN), other.pk)
    free = Review.objects.get(test=free.specimen.test_id)
    home = client.get(reverse("home"))
    assert [row["review"].pk for row in home.context["reviews"]] == [mine.pk, free.pk]
    assert reverse("review", args=[free.pk]) in home.content.decode()
    client.force_login(make.user(Role.INSPECTOR))
    assert "reviews" not in client.get(reverse("home")).context
