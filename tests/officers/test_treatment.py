"""An officer asks for treatment himself: nobody but physicians learns of it, and no trace names him."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from foundation.limits.counting import Limit
from ledger.models import Change, Event, Read
from officers.models import SelfReferral
from officers.models.users import Role
from officers.web.views import treatment
from tests import make
from tests.cases.walking import Walker
from tests.results import Way

pytestmark = pytest.mark.django_db
NOBODY_HAS = "No officer in service has this number and this year of birth."


def ask(officer, walker: Walker | None = None, **said: str) -> Walker:
    about = {
        "number": officer.service_number,
        "birth_year": str(officer.birth_year),
        "contact": "012 after six",
        "words": "Since two years.",
    }
    return (walker or Walker()).open("treatment").press(**about | said)


def signed_in(user, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["language"] = language
    return client


def test_the_page_says_who_sees_it_and_what_it_does_not_do():
    text = Walker().open("treatment").text
    for said in ("Physicians only.", "before you are selected", "nearest hospital", "Neither your command"):
        assert said in text, said
    walker = Walker("km").open("treatment")
    assert 'lang="km"' in walker.text
    assert not walker.response.cookies
    assert walker.response["Cache-Control"] == "no-store"
    assert "X-Request-Id" not in walker.response


def test_an_officer_asks_by_either_number_in_either_digits_and_reads_that_it_was_received():
    officer = make.officer()
    khmer = "".join(chr(0x17E0 + int(digit)) for digit in str(officer.birth_year))
    assert "Your request was received" in ask(officer, birth_year=khmer).text
    walker = ask(officer, number=officer.number)
    assert "Your request was received" in walker.text
    assert 'lang="km"' in walker.press("language:km").text
    assert [row.is_before_selection for row in SelfReferral.objects.all()] == [True, True]


def test_a_wrong_number_and_a_wrong_year_get_the_same_words_and_nothing_typed_is_lost():
    officer = make.officer()
    answers = set()
    for number, year in (("", ""), ("999999", str(officer.birth_year)), (officer.service_number, "1901")):
        walker = ask(officer, number=number, birth_year=year, words="Long words.")
        answers.add(walker.text.replace(f' value="{number}"', "").replace(f' value="{year}"', ""))
    (answer,) = answers
    assert answer.count(NOBODY_HAS) == 2
    assert "Long words." in answer
    assert "Say how a physician can reach you." in ask(officer, contact=" ").text
    assert not SelfReferral.objects.exists()
    assert "Half written" in walker.press("language:km", words="Half written").text


def test_asking_is_counted_by_network(monkeypatch):
    monkeypatch.setattr(treatment, "ASKED", Limit("treatment", 1, timedelta(hours=1), fallback="database"))
    officer, walker = make.officer(), Walker()
    walker.about["REMOTE_ADDR"] = "203.0.113.21"
    ask(officer, walker)
    ask(officer, walker)
    assert walker.response.status_code == 429
    assert int(walker.response["Retry-After"]) > 0
    assert "Since two years." in walker.text
    assert SelfReferral.objects.count() == 1


def test_whoever_was_selected_asks_too_late_for_its_protection():
    test = Way().screen()
    ask(test.officer)
    assert SelfReferral.objects.get().is_before_selection is False
    physician = signed_in(make.user(Role.REVIEWING_PHYSICIAN))
    assert "No" in physician.get(reverse("self_referrals")).content.decode()


def test_a_physician_takes_into_care_reads_and_ends_and_each_look_is_an_event():
    officer, physician = make.officer(), make.user(Role.REVIEWING_PHYSICIAN)
    ask(officer)
    row = SelfReferral.objects.get()
    client, page = signed_in(physician), reverse("self_referral", args=[row.pk])
    assert officer.name_latin not in client.get(page).content.decode()
    assert "In the care of" in client.get(reverse("self_referrals")).content.decode()
    client.post(reverse("self_referral_take", args=[row.pk]))
    for _look in range(2):
        text = client.get(page).content.decode()
        for said in (officer.name_latin, "012 after six", "Since two years."):
            assert said in text
    assert Event.objects.filter(verb="self_referral.read", actor_id=physician.pk).count() == 2
    another = signed_in(make.user(Role.REVIEWING_PHYSICIAN))
    assert officer.name_latin not in another.get(page).content.decode()
    client.post(reverse("self_referral_end", args=[row.pk]))
    row.refresh_from_db()
    assert (row.status, row.ended_on) == (SelfReferral.Status.ENDED, row.asked_on)
    assert client.post(reverse("self_referral_take", args=[row.pk])).status_code in (403, 409)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.REVIEWING_PHYSICIAN])
def test_for_nobody_else_is_there_a_list_a_request_or_a_link(role):
    ask(make.officer())
    row = SelfReferral.objects.get()
    client = signed_in(make.user(role))
    for name in ("self_referrals", "self_referral", "self_referral_take", "self_referral_end"):
        address = reverse(name, args=[] if name == "self_referrals" else [row.pk])
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code == 404, address
    assert "/treatment/requests/" not in client.get(reverse("me")).content.decode()


def test_no_event_image_read_or_timeline_names_him(caplog):
    officer, physician = make.officer(name_latin="Canary Sok"), make.user(Role.REVIEWING_PHYSICIAN)
    before = Event.objects.latest("pk").pk
    ask(officer, birth_year="1901")
    ask(officer)
    row = SelfReferral.objects.get()
    client = signed_in(physician)
    client.post(reverse("self_referral_take", args=[row.pk]))
    client.get(reverse("self_referral", args=[row.pk]))
    client.get(reverse("self_referrals"))
    client.post(reverse("self_referral_end", args=[row.pk]))

    said = [json.dumps(one, default=str) for one in Event.objects.filter(pk__gt=before).values()]
    said += [json.dumps(one, default=str) for one in Read.objects.values()]
    said += [str(one) for one in Change.objects.filter(event_id__gt=before).values()]
    said += [str(vars(one)) for one in caplog.records]
    for canary in (officer.service_number, officer.number, "Canary Sok", officer.name_km, "012 after six"):
        assert not [text for text in said if canary in text], canary
    asked = Event.objects.filter(pk__gt=before, verb__in=["self_referral.asked", "act.refused"])
    assert {(one.actor_id, one.request_id) for one in asked} == {(None, "")}
    assert not any("route /treatment/ " in text or "'/treatment/'" in text for text in said)
    assert Event.objects.get(verb="self_referral.read").request_id != ""
    registrar = signed_in(make.user(Role.REGISTRAR))
    page = registrar.get(reverse("officer", args=[officer.pk])).content.decode()
    assert "reatment" not in page.partition("<main")[2]
