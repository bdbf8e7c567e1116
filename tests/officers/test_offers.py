"""A physician offers treatment to an officer: it stands at his door, and for nobody else does it exist."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from cases.actions import notices
from ledger.conflict import Conflict
from ledger.models import Change, Event
from officers.actions import self_referrals
from officers.models import SelfReferral
from officers.models.users import Role
from tests import make
from tests.cases.walking import Walker
from tests.dismissals import Road

pytestmark = pytest.mark.django_db
WORDS = "Come to the clinic on Monday."


@pytest.fixture
def physician():
    return make.user(Role.REVIEWING_PHYSICIAN)


def offer(physician, officer) -> SelfReferral:
    about = {"number": officer.service_number, "birth_year": officer.birth_year, "words": WORDS}
    return self_referrals.offer(physician, **about)


def test_the_officer_reads_it_at_his_door_and_nothing_he_does_there_answers_it(physician):
    road = Road()
    case = road.notified()
    row = offer(physician, case.officer)
    assert offer(physician, case.officer).pk == row.pk
    letter, code = notices.write_letter(road.case_officer, case.pk)
    walker = Walker().open("door").press(code=code, birth_year=str(letter.officer.birth_year)).press("open")
    for said in (WORDS, physician.email, "You need not answer it"):
        assert said in walker.text, said
    assert 'name="accept' not in walker.text
    self_referrals.end(physician, row.pk)
    assert WORDS not in walker.press("show").text


def test_only_the_sealed_part_says_to_whom_and_no_page_but_the_physicians_has_it(physician):
    officer = make.officer()
    row = offer(physician, officer)
    kept = str(list(Event.objects.about(row).values())) + str(
        list(Change.objects.filter(table_name="officers_selfreferral").values())
    )
    for said in (officer.service_number, officer.number, officer.name_latin, WORDS):
        assert said not in kept
    for role in (Role.CASE_OFFICER, Role.SUPERVISOR, Role.INSPECTOR, Role.AUDITOR):
        user = make.user(role)
        assert not SelfReferral.objects.visible_to(user).exists()
        with pytest.raises(PermissionDenied):
            offer(user, officer)
    client = Client()
    client.force_login(make.user(Role.SUPERVISOR))
    assert client.get(reverse("self_referral_offer")).status_code == 404


def test_a_physician_offers_by_number_and_year_and_takes_into_care_whom_he_offered_it(physician):
    officer = make.officer()
    client = Client()
    client.force_login(physician)
    client.cookies["language"] = "en"
    address = reverse("self_referral_offer")
    wrong = client.post(address, {"number": officer.service_number, "birth_year": "1900", "words": WORDS})
    assert "No officer in service has this number" in wrong.content.decode()
    sent = {"number": officer.number, "birth_year": officer.birth_year, "words": WORDS}
    assert client.post(address, sent).status_code == 302
    row = SelfReferral.objects.get()
    assert officer.name_latin in client.get(reverse("self_referral", args=[row.pk])).content.decode()
    with pytest.raises(Conflict):
        self_referrals.take(make.user(Role.REVIEWING_PHYSICIAN), row.pk)
    assert self_referrals.take(physician, row.pk).status == "IN_CARE"
    with pytest.raises(ValidationError, match="reach you"):
        self_referrals.offer(physician, number=officer.number, birth_year=officer.birth_year, words=" ")
