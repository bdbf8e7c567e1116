"""The roll of officers, through its actions; the search."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from ledger import clock
from ledger.models import Event
from officers.actions import officers
from officers.models import Officer, Posting, ServiceNumber
from officers.models.users import Role
from officers.queries.officers import BY_NUMBER, BY_OLD_NUMBER, ORDER, find_officers
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar():
    return make.user(Role.REGISTRAR)


def days_ago(number):
    return clock.today() - timedelta(days=number)


def test_a_registered_officer_has_a_number_a_posting_and_an_event_each(registrar):
    unit = make.unit()
    officer = make.officer(unit, by=registrar, service_number="១០០ ៧៧")
    assert officer.service_number == "10077"
    assert ServiceNumber.objects.get(officer=officer).number == "10077"
    assert Posting.objects.get(officer=officer).unit == unit
    first = Event.objects.get(verb="officer.registered", subject_id=officer.pk)
    assert set(Event.objects.filter(cause_id=first.pk).values_list("verb", flat=True)) == {
        "service_number.given",
        "posting.begun",
    }


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.REGISTRAR, Role.SYSTEM_ADMINISTRATOR)]
)
def test_no_other_role_keeps_the_roll(role):
    unit = make.unit()
    with pytest.raises((PermissionDenied, Http404)):  # a partner sees no unit
        make.officer(unit, by=make.user(role))
    assert not Officer.objects.filter(unit=unit).exists()


def test_a_registrar_keeps_the_roll_of_his_units_only():
    here, elsewhere = make.unit(), make.unit()
    local = make.user(Role.REGISTRAR, here)
    stranger = make.officer(elsewhere)
    make.officer(here, by=local)
    with pytest.raises(PermissionDenied):
        make.officer(elsewhere, by=local)
    with pytest.raises(Http404):
        officers.leave(local, stranger.pk, status="RETIRED", reason="Age.")


def test_a_service_number_is_one_officers_at_a_time(registrar):
    make.officer(by=registrar, service_number="555001")
    with pytest.raises(ValidationError, match="Another officer"):
        make.officer(by=registrar, service_number="555001")


def test_a_number_given_up_may_be_anothers_afterwards_and_both_histories_stay(registrar):
    first = make.officer(by=registrar, service_number="555001")
    officers.renumber(registrar, first.pk, number="555002", since=days_ago(10), reason="New card.")
    second = make.officer(by=registrar, service_number="555001", since=days_ago(5))
    assert list(
        ServiceNumber.objects.filter(number="555001").values_list("officer", flat=True).order_by("held")
    ) == [
        first.pk,
        second.pk,
    ]


def test_a_new_posting_ends_the_one_before_it(registrar):
    officer, there = make.officer(by=registrar), make.unit()
    officers.post(
        registrar, officer.pk, unit_id=there.pk, rank="R13", since=days_ago(3), reason="Order No. 9."
    )
    before, after = Posting.objects.filter(officer=officer).order_by("held")
    assert before.held.upper == after.held.lower == days_ago(3)
    officer.refresh_from_db()
    assert (officer.unit, officer.rank) == (there, "R13")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rank": "R99"}, "rank"),
        ({"since": "tomorrow"}, "since"),
        ({"since": "before"}, "since"),
    ],
)
def test_a_posting_that_cannot_be_is_refused_by_field(registrar, change, field):
    days = {"tomorrow": days_ago(-1), "before": days_ago(1000)}
    change = {name: days.get(value, value) for name, value in change.items()}
    officer = make.officer(by=registrar)
    given = {"unit_id": make.unit().pk, "rank": "R01", "since": days_ago(1), "reason": "Order."} | change
    with pytest.raises(ValidationError) as refusal:
        officers.post(registrar, officer.pk, **given)
    assert field in refusal.value.error_dict
    assert Posting.objects.filter(officer=officer).count() == 1


def test_posting_needs_the_rolls_of_both_units():
    here, elsewhere = make.unit(), make.unit()
    officer = make.officer(here)
    local = make.user(Role.REGISTRAR, here)
    with pytest.raises(PermissionDenied):
        officers.post(local, officer.pk, unit_id=elsewhere.pk, rank="R01", since=days_ago(1), reason="Order.")


def test_a_correction_changes_the_keys_by_which_an_officer_is_found(registrar):
    officer = make.officer(by=registrar, name_km="សុខ ដារា", name_latin="Sok Dara")
    given = {"name_latin": "Chea Vuthy", "sex": "F", "birth_year": 1985, "reason": "Misread card."}
    officers.correct(registrar, officer.pk, name_km="ជា វុទ្ធី", **given)
    assert officer in find_officers(registrar, "ជាវុទ្ធី")
    assert officer not in find_officers(registrar, "សុខដារា")


@pytest.mark.parametrize("act", ["correct", "renumber", "post", "leave"])
def test_every_change_needs_a_reason(registrar, act):
    officer = make.officer(by=registrar)
    given = {
        "correct": {"name_km": "ក", "name_latin": "K", "sex": "M", "birth_year": 1990},
        "renumber": {"number": "777", "since": days_ago(1)},
        "post": {"unit_id": make.unit().pk, "rank": "R01", "since": days_ago(1)},
        "leave": {"status": "RETIRED", "on": days_ago(1)},
    }[act]
    with pytest.raises(ValidationError) as refusal:
        getattr(officers, act)(registrar, officer.pk, reason="  ", **given)
    assert "reason" in refusal.value.error_dict


def test_leaving_ends_the_posting_and_dismissal_is_not_recorded_so(registrar):
    officer = make.officer(by=registrar)
    with pytest.raises(ValidationError):
        officers.leave(registrar, officer.pk, status=Officer.Status.DISMISSED, reason="No.")
    officers.leave(registrar, officer.pk, status=Officer.Status.RETIRED, on=days_ago(1), reason="Age.")
    assert Posting.objects.get(officer=officer).held.upper == days_ago(1)
    assert officer not in Officer.objects.serving()


@pytest.fixture
def dara(registrar):
    make.officer(by=registrar, name_km="ជា វុទ្ធី", name_latin="Chea Vuthy", service_number="610002")
    return make.officer(by=registrar, name_km="សុខ ដារា", name_latin="Sok Dara", service_number="610001")


@pytest.mark.parametrize(
    "text",
    [
        "សុខដារា",
        "សុខ ដារា",
        "ដារា",
        "\u200bសុខ\u200bដារា",
        "Sok Dara",
        "Dara Sokh",
        "sokdara",
        "610001",
        "៦១០០០១",
        "6100 01",
    ],
)
def test_an_officer_is_found_however_the_name_or_number_is_typed(registrar, dara, text):
    assert list(find_officers(registrar, text)) == [dara]


def test_an_officer_is_found_by_the_stable_number_and_not_by_one_with_a_slip(registrar, dara):
    assert list(find_officers(registrar, dara.number)) == [dara]
    assert list(find_officers(registrar, dara.number.lower().replace("-", ""))) == [dara]
    assert not find_officers(registrar, dara.number[:-1] + ("1" if dara.number[-1] != "1" else "2"))


def test_a_number_held_before_finds_its_officer_after_whoever_has_it_now(registrar, dara):
    officers.renumber(registrar, dara.pk, number="620001", since=days_ago(10), reason="New card.")
    heir = make.officer(by=registrar, service_number="610001", since=days_ago(5))
    found = find_officers(registrar, "610001").order_by(*ORDER)
    assert [(one, one.match) for one in found] == [(heir, BY_NUMBER), (dara, BY_OLD_NUMBER)]


@pytest.mark.parametrize("text", ["-", "។", "%", "_", "xyzzy", "999999"])
def test_a_text_that_names_nobody_finds_nobody(registrar, dara, text):
    assert not find_officers(registrar, text)


def test_nobody_finds_officers_he_may_not_see(dara):
    elsewhere = make.user(Role.REGISTRAR, make.unit())
    laboratory = make.user(Role.LABORATORY)
    for text in ("", "Sok Dara", "610001", dara.number):
        assert not find_officers(elsewhere, text)
        assert not find_officers(laboratory, text)


def test_a_list_is_in_the_order_of_a_khmer_dictionary(registrar):
    names = ["សុខ ដារា", "កែវ មករា", "ខៀវ ណារី", "គង់ សុភា", "ឃុន រដ្ឋា"]
    for name in names:
        make.officer(by=registrar, name_km=name)
    assert [one.name_km for one in find_officers(registrar, "").order_by(*ORDER)] == [
        "កែវ មករា",
        "ខៀវ ណារី",
        "គង់ សុភា",
        "ឃុន រដ្ឋា",
        "សុខ ដារា",
    ]
