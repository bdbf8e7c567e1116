"""The recorded service of a letter: found by its number, recorded by somebody independent, who learns nothing of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from ledger.conflict import Conflict
from officers.actions import doors
from officers.models import DoorCode, Review, Service
from officers.models.users import Role
from officers.reckoning.numbers import letter_number, letter_of
from tests import make
from tests.officers.prepared import SERVED
from tests.results import Way


def test_a_letter_s_number_is_read_as_it_is_typed_and_a_slip_is_noticed():
    number = letter_number(471182004551)
    assert number == "L-4711-8200-4551-" + number[-2:]
    for typed in (number, number.lower(), number.replace("-", ""), number.replace("-", " "), number[2:]):
        assert letter_of(typed) == 471182004551
    assert letter_of("L-4711-8200") is None
    assert letter_of("hello") is None
    with pytest.raises(ValueError, match="L-4711"):
        letter_of(number.replace("8200", "8020"))


@pytest.fixture
def way(db):
    return Way()


@pytest.fixture
def letter(way):
    return way.letter(way.verified())[0]


def find(client, user, number):
    client.force_login(user)
    client.cookies["language"] = "en"
    return client.get(reverse("letters"), {"number": number})


def test_a_clerk_finds_the_letter_and_records_its_hand_over_and_sees_nothing_of_it(client, way, letter):
    found = find(client, way.registrar, letter.number)
    address = reverse("letter_service", args=[letter.pk])
    assert found.headers["Location"] == address
    shown = client.get(address)
    assert letter.number in shown.content.decode()
    assert shown.context["rows"] == [
        ("Letter", letter.number),
        ("Officer", f"{letter.officer.service_number} · {letter.officer.name_km}"),
        ("Name in Latin letters", letter.officer.name_latin),
        ("Unit", letter.officer.unit.name),
    ]
    form = shown.content.decode().partition("<main")[2]
    for word in ("positive", "review", "drug", "laborator"):
        assert word not in form.casefold(), word

    missing = client.post(address, {"served_by": "A clerk"})
    assert set(missing.context["form"].errors) == {"witness", "place"}
    done = client.post(address, SERVED | {"refused_to_sign": "on"})
    assert done.status_code == 302
    service = Service.objects.get()
    assert (service.recorded_by, service.refused_to_sign) == (way.registrar, True)
    assert Review.objects.get().told_by == service
    assert client.post(address, SERVED).status_code == 409


def test_who_had_a_part_in_it_is_told_the_same_as_of_a_letter_that_is_not_there(client, way, letter):
    said = "There is no letter of this number whose hand-over you record."
    strangers = [way.administrator, make.user(Role.REGISTRAR, make.unit()), way.registrar]
    for user, number in zip(
        strangers, [letter.number, letter.number, letter_number(10**11 + 5)], strict=True
    ):
        assert said in find(client, user, number).content.decode()
        if user != way.registrar:
            assert client.get(reverse("letter_service", args=[letter.pk])).status_code == 404
    assert (
        "A digit of this number is wrong"
        in find(client, way.registrar, "L-1234-5678-9012-00").content.decode()
    )


@pytest.mark.parametrize("role", Role.values)
def test_letters_are_for_those_who_hand_them_over(client, way, letter, role):
    client.force_login(make.user(role))
    hands_over = role in (Role.REGISTRAR, Role.INSPECTOR, Role.CASE_OFFICER, Role.ADMINISTRATOR)
    wanted = 200 if hands_over else 404
    assert client.get(reverse("letters")).status_code == wanted
    assert client.get(reverse("letter_service", args=[letter.pk])).status_code == wanted


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_writes_one_letter():
    way = Way()
    review = way.verified()
    together = Barrier(2)

    def send(_number):
        try:
            together.wait(10)
            return doors.write_letter(way.physician, review.pk, after=0)[0]
        except Conflict:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        written = [letter for letter in threads.map(send, range(2)) if letter]
    assert list(DoorCode.objects.all()) == written
    assert len(written) == 1
