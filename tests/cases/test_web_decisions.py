"""Pages of the legality check and of the decision: each leads to its act, and nothing that was written is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.actions import decisions, orders
from cases.models import Case, Decision
from ledger import clock
from ledger.models import Event, Read
from officers.actions import doors, reviews
from officers.models import Review
from officers.models.users import Role
from tests import make
from tests.dismissals import Road, again
from tests.results import Way, later

pytestmark = pytest.mark.django_db
S = Case.Status
LAWFUL = {"text": "As the rules say.", "rests_on_no_screen": "on", "no_conflict": "on"}
DECIDED = {"reasons": "The facts are proved.", "no_conflict": "on", "password": make.PASSWORD}


@pytest.fixture
def road() -> Road:
    return Road()


def text_of(response) -> str:
    return response.content.decode()


def send(client, case: Case, verb: str, **said):
    return client.post(
        reverse(f"case-{verb}", args=[case.pk]), {"version": again(case).version, **said}, follow=True
    )


def errors(response) -> dict:
    return response.context["form"].errors


def test_a_proposal_is_found_lawful_or_sent_back_by_pages_that_show_the_file(client, road, sign_in):
    case = road.proposed()
    sign_in(road.legal)
    page = text_of(client.get(reverse("case-send-back", args=[case.pk])))
    for shown in (
        "He used drugs.",
        "They are not mine.",
        "The locker was his alone.",
        "Record of the search",
    ):
        assert shown in page
    assert Read.objects.filter(table_name="cases_case", row_id=case.pk, what="opened").exists()
    assert "text" in errors(send(client, case, "send-back", no_conflict="on"))
    answer = send(client, case, "find-lawful", text="Lawful.")
    assert {"rests_on_no_screen"} == set(errors(answer))
    assert "Lawful." in text_of(answer)
    send(client, case, "find-lawful", **LAWFUL)
    assert again(case).status == S.CHECKED


def test_a_case_is_decided_as_proposed_on_the_page_that_shows_all_it_rests_on(client, road, sign_in):
    case = road.checked()
    sign_in(road.authority)
    page = text_of(client.get(reverse("case-decide", args=[case.pk])))
    for shown in ("He used drugs.", "They are not mine.", "As the rules say.", "Ministerial decision"):
        assert shown in page
    answer = send(client, case, "decide", outcome="accepted", **DECIDED)
    assert "It has no effect before this is signed and verified" in text_of(answer)
    assert Decision.objects.get().measure == "dismissal"


def test_a_lesser_measure_is_decided_with_what_belongs_to_it(client, road, sign_in):
    case = road.checked()
    sign_in(road.authority)
    said = DECIDED | {"outcome": "lesser"}
    assert set(errors(send(client, case, "decide", **said))) == {"measure"}
    assert set(errors(send(client, case, "decide", **said, measure="suspension", days="0"))) == {"days"}
    send(client, case, "decide", **said, measure="suspension", days="30")
    row = Decision.objects.get()
    assert (row.outcome, row.measure, row.days) == ("lesser", "suspension", 30)


@pytest.mark.parametrize(
    ("verb", "status"), [("find-no-case", S.CLOSED), ("return-for-work", S.INVESTIGATED)]
)
def test_no_case_and_the_return_for_work_are_decided_on_the_same_page(client, road, sign_in, verb, status):
    case = road.checked()
    sign_in(road.authority)
    page = client.get(reverse(f"case-{verb}", args=[case.pk]))
    send(client, case, "decide", outcome=page.context["form"].initial["outcome"], **DECIDED)
    assert again(case).status == status


def test_a_wrong_password_keeps_what_was_written_and_is_itself_kept_nowhere(client, road, sign_in):
    case = road.checked()
    sign_in(road.authority)
    wrong = DECIDED | {"outcome": "accepted", "password": "not-this-one", "reasons": "Proved by the search."}
    answer = send(client, case, "decide", **wrong)
    assert set(errors(answer)) == {"password"}
    assert "Proved by the search." in text_of(answer)
    assert "not-this-one" not in text_of(answer)
    assert not Event.objects.filter(facts__icontains="not-this-one").exists()
    for _ in range(10):
        answer = send(client, case, "decide", **wrong)
    assert "Proved by the search." in text_of(answer), "too many tries are said beside the field too"
    assert not Decision.objects.exists()


def unheard(road: Road) -> Review:
    """The review of a final positive that can be opened again: the officer was not heard."""
    way = Way(road.unit)
    review = way.opened()
    reviews.attempt(way.physician, review.pk, how="telephone", result="declined")
    review = reviews.verify(way.physician, review.pk, reasons="He declined.", unheard="declined")
    letter, _code = way.letter(review)
    doors.enter(doors.at_the_door(letter.officer), letter.pk)
    review.refresh_from_db()
    later(review)
    return review


def test_a_ground_that_fell_is_a_conflict_shown_on_the_form(client, road, sign_in):
    review = unheard(road)
    case = road.checked(road.of_test(review.test))
    reviews.reopen(review.decided_by, review.pk, reason="He was ill.")
    sign_in(road.authority)
    answer = send(client, case, "decide", outcome="accepted", **DECIDED)
    assert answer.status_code == 409
    assert "A ground of this case fell" in text_of(answer)
    assert DECIDED["reasons"] in text_of(answer)
    assert make.PASSWORD not in text_of(answer)


def test_who_stands_too_low_is_told_so_on_the_form(client, place, sign_in):
    road = Road(place.commune)
    case = road.checked()
    sign_in(make.user(Role.DECIDING_AUTHORITY, place.province))
    page = client.get(reverse("case-decide", args=[case.pk]))
    assert "A higher authority decides on the proposed measure" in text_of(page)
    answer = send(client, case, "decide", outcome="accepted", **DECIDED)
    assert answer.status_code == 403
    assert DECIDED["reasons"] in text_of(answer)


def test_who_acts_for_an_authority_reads_for_whom(client, road, sign_in):
    case = road.checked()
    acting = make.user(Role.CASE_OFFICER)
    today = clock.today()
    decisions.delegate(
        road.authority,
        taker_id=acting.pk,
        unit_id=make.root().pk,
        paper="77 MOI",
        starts_on=today,
        ends_on=today + timedelta(days=3),
    )
    sign_in(acting)
    assert "You act for" in text_of(client.get(reverse("case-decide", args=[case.pk])))
    send(client, case, "decide", outcome="accepted", **DECIDED)
    assert Decision.objects.get().acting_for.paper == "77 MOI"


def test_a_decision_is_taken_back_before_its_order_alone(client, road, sign_in):
    case = road.decided()
    sign_in(road.authority)
    order = road.ordered(case)
    answer = send(client, case, "reconsider", reason="It was not signed.")
    assert answer.status_code == 409
    assert "It was not signed." in text_of(answer)
    orders.reject(road.registrar, order.pk, reason="Not signed.")
    send(client, case, "reconsider", reason="It was not signed.")
    assert again(case).status == S.INVESTIGATED


@pytest.mark.parametrize("verb", ["find-lawful", "send-back"])
def test_the_legality_check_is_for_legal_checkers_alone(client, road, sign_in, verb):
    case = road.proposed()
    address = reverse(f"case-{verb}", args=[case.pk])
    for user, status in ((road.case_officer, 403), (road.authority, 404), (make.user(Role.LABORATORY), 404)):
        sign_in(user)
        assert client.get(address).status_code == status, user
        assert client.post(address, LAWFUL).status_code == status, user


@pytest.mark.parametrize("verb", ["decide", "find-no-case", "return-for-work"])
def test_the_decision_is_for_deciding_authorities_alone(client, road, sign_in, verb):
    case = road.checked()
    address = reverse(f"case-{verb}", args=[case.pk])
    for user, status in ((road.case_officer, 403), (road.legal, 403), (road.registrar, 404)):
        sign_in(user)
        assert client.get(address).status_code == status, user
        assert client.post(address, DECIDED | {"outcome": "accepted"}).status_code == status, user
