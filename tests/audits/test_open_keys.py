"""Keys of the open data: a mail, the key shown once, what works and what does not, and nothing of the address."""

import json
import logging
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from audits import tasks
from audits.actions import open_keys
from audits.models import OpenKey, OpenKeyLink
from audits.queries.open_keys import WrongKey, tier_of
from audits.web.views.open import keys
from foundation.limits.counting import Limit
from ledger import clock
from ledger.actors import NOBODY
from ledger.models import Change, Event, Read
from officers.models.users import Role
from tests import make

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "open_data"])

ADDRESS = "canary.holder@example.org"


def made(address: str = ADDRESS) -> tuple[OpenKey, str]:
    return open_keys.issue(NOBODY, open_keys.ask(address, label="Our mirror", language="en"))


def english() -> Client:
    client = Client()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def link_in(letter) -> str:
    (found,) = re.findall(r"https?://\S+/open/keys/confirm/\S+", letter.body)
    parts = urlsplit(found)
    return f"{parts.path}?{parts.query}"


def shown(page) -> str:
    return re.findall(r"ok_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}", page.content.decode())[0]


def test_by_page_and_mail_to_a_key_that_works_and_the_link_is_good_once():
    client = english()
    asked = client.post(reverse("open_keys"), {"address": ADDRESS, "label": "Our mirror"})
    assert "Look at your mails" in asked.content.decode()
    assert not asked.cookies
    assert asked["Cache-Control"] == "no-store"
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([ADDRESS], "Your key of the open data")
    link = link_in(letter)
    looked = client.get(link)
    assert "Show my key" in looked.content.decode()
    assert client.get(link).status_code == 200  # a mail program looked first
    assert not OpenKey.objects.exists()
    (token,) = re.findall(r'name="link" value="([^"]+)"', looked.content.decode())
    issued = client.post(reverse("open_key_confirm"), {"link": token, "do": "issue"})
    secret = shown(issued)
    assert tier_of(secret) == "keyed"
    again = client.post(reverse("open_key_confirm"), {"link": token, "do": "issue"})
    assert again.status_code == 404
    assert "does not work any more" in again.content.decode()
    assert OpenKey.objects.count() == 1
    assert not OpenKeyLink.objects.exists()


def test_a_mail_is_in_the_language_of_the_page():
    client = Client()
    client.post(reverse("open_keys") + "?lang=en", {"address": ADDRESS, "label": "x"})
    client.post(reverse("open_keys") + "?lang=km", {"address": ADDRESS, "label": "x"})
    english, khmer = mail.outbox
    assert "Open this link within 24 hours" in english.body
    assert "lang=en" in english.body
    assert "lang=km" in khmer.body


def test_what_is_no_address_or_no_label_is_said_beside_its_field():
    client = english()
    page = client.post(reverse("open_keys"), {"address": "nobody", "label": ADDRESS}).content.decode()
    assert "Write an e-mail address" in page
    assert "Do not write an address here." in page
    header = client.post(reverse("open_keys"), {"address": "a@example.org\nBcc: b@example.org", "label": "x"})
    assert header.status_code == 200
    assert mail.outbox == []
    assert not OpenKeyLink.objects.exists()


def test_mails_are_counted_by_address_and_by_network(monkeypatch):
    client = english()
    monkeypatch.setattr(keys, "MAILS", Limit("open-key-mails", 1, timedelta(hours=1), fallback="database"))
    client.post(reverse("open_keys"), {"address": ADDRESS, "label": "x"})
    refused = client.post(reverse("open_keys"), {"address": ADDRESS.upper(), "label": "x"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    monkeypatch.setattr(keys, "ASKED", Limit("open-key-asked", 3, timedelta(hours=1), fallback="database"))
    client.post(reverse("open_keys"), {"address": "another@example.org", "label": "x"})
    assert client.post(reverse("open_keys"), {"address": "c@example.org", "label": "x"}).status_code == 429
    assert len(mail.outbox) == 2


def test_a_link_is_over_after_a_day():
    token = open_keys.ask(ADDRESS, label="x", language="en")
    with clock.at(clock.now() + timedelta(hours=25)):
        with pytest.raises(ValidationError, match="does not work any more"):
            open_keys.issue(NOBODY, token)
        assert english().get(reverse("open_key_confirm"), {"link": token}).status_code == 404
        tasks.watch_open_keys.job.function(period=clock.now())
    assert not OpenKeyLink.objects.exists()


@pytest.mark.parametrize("link", ["", "x", "ក", "\x00", "a" * 5000])
def test_a_link_that_nobody_mailed_opens_nothing(link):
    assert english().get(reverse("open_key_confirm"), {"link": link}).status_code == 404
    assert english().post(reverse("open_key_confirm"), {"link": link, "do": "issue"}).status_code == 404


def test_two_keys_live_side_by_side_and_a_third_waits_for_one_to_be_revoked():
    (first, one), (_second, two) = made(), made(ADDRESS.upper())
    token = open_keys.ask(ADDRESS, label="Third", language="en")
    with pytest.raises(ValidationError, match="2 live keys"):
        open_keys.issue(NOBODY, token)
    client = english()
    page = client.get(reverse("open_key_confirm"), {"link": token}).content.decode()
    assert "Show my key" not in page
    client.post(reverse("open_key_confirm"), {"link": token, "do": f"revoke:{first.pk}"})
    with pytest.raises(WrongKey):
        tier_of(one)
    assert tier_of(two) == "keyed"
    assert tier_of(open_keys.issue(NOBODY, token)[1]) == "keyed"


def test_a_link_revokes_no_key_of_another_address():
    key, secret = made("another@example.org")
    token = open_keys.ask(ADDRESS, label="x", language="en")
    page = english().post(reverse("open_key_confirm"), {"link": token, "do": f"revoke:{key.pk}"})
    assert "There is no such key." in page.content.decode()
    assert tier_of(secret) == "keyed"


def test_no_key_is_anonymous_and_a_wrong_one_is_refused():
    key, secret = made()
    assert tier_of("") == "anonymous"
    for wrong in (
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        f"ok_{key.prefix}_{'A' * 43}",
        f"ok_12345678_{secret[12:]}",
        secret + "x",
        f" {secret}",
        "x",
        "ក" * 43,
        "\udc80",
        f"pk_{key.prefix}_{secret[12:]}",
    ):
        with pytest.raises(WrongKey):
            tier_of(wrong)


def test_a_key_ends_after_a_year_and_its_holder_is_told_once_before():
    key, secret = made()
    tasks.watch_open_keys.job.function(period=clock.now())
    assert mail.outbox == []
    with clock.at(key.expires_at - timedelta(days=20)):
        assert tier_of(secret) == "keyed"
        for _beat in range(2):
            assert tasks.watch_open_keys.job.function(period=clock.now()).failed == 0
        (letter,) = mail.outbox
        assert letter.to == [ADDRESS]
        assert str(key) in letter.body
        assert secret not in letter.body
    with clock.at(key.expires_at), pytest.raises(WrongKey):
        tier_of(secret)


def test_whoever_has_a_key_revokes_it_and_it_is_refused_at_once():
    _key, secret = made()
    client = english()
    wrong = client.post(reverse("open_key_give_up"), {"key": secret[:-1]}).content.decode()
    assert "There is no such key." in wrong
    assert tier_of(secret) == "keyed"
    done = client.post(reverse("open_key_give_up"), {"key": f" {secret} "}).content.decode()
    assert "The key is revoked." in done
    with pytest.raises(WrongKey):
        tier_of(secret)
    assert "The key is revoked." in client.post(reverse("open_key_give_up"), {"key": secret}).content.decode()
    assert Event.objects.filter(verb="open_key.given_up").count() == 1


def test_a_system_administrator_revokes_for_a_reason_and_each_look_at_the_address_is_an_event(client):
    key, secret = made()
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    client.force_login(keeper)
    client.cookies["language"] = "en"
    listed = client.get(reverse("staff_open_keys")).content.decode()
    assert str(key) in listed
    assert ADDRESS not in listed
    holder = reverse("staff_open_key_holder", args=[key.pk])
    assert ADDRESS not in client.get(holder).content.decode()
    assert ADDRESS in client.post(holder).content.decode()
    assert Event.objects.filter(verb="open_key.address_read", actor_id=keeper.pk).count() == 1
    assert Read.objects.filter(table_name="audits_openkey", row_id=key.pk, fields=["address"]).count() == 1
    end = reverse("staff_open_key_revoke", args=[key.pk])
    assert client.post(end, {"reason": " ", "version": 1}).status_code == 200
    assert tier_of(secret) == "keyed"
    assert client.post(end, {"reason": "It floods us.", "version": 1}).status_code == 302
    with pytest.raises(WrongKey):
        tier_of(secret)
    assert Event.objects.get(verb="open_key.revoked").reason == "It floods us."


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SYSTEM_ADMINISTRATOR])
def test_nobody_else_has_these_pages_or_these_acts(client, role):
    key, _secret = made()
    user = make.user(role)
    client.force_login(user)
    for name in ("staff_open_keys", "staff_open_key_holder", "staff_open_key_revoke"):
        address = reverse(name, args=[] if name == "staff_open_keys" else [key.pk])
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    for act in (open_keys.read_address, lambda user, pk: open_keys.revoke(user, pk, reason="x")):
        with pytest.raises(Exception) as refusal:
            act(user, key.pk)
        assert type(refusal.value) is PermissionDenied or type(refusal.value).__name__ == "Http404"


def test_a_system_administrator_below_the_ministry_has_no_key_before_him():
    key, _secret = made()
    below = make.user(Role.SYSTEM_ADMINISTRATOR, make.unit())
    assert not OpenKey.objects.visible_to(below).filter(pk=key.pk).exists()


def test_the_public_role_reads_what_knows_a_key_and_nothing_else():
    made()
    with connections["open_data"].cursor() as cursor:
        for column in ("label", "address", "owner", "language", "id"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                cursor.execute(f"SELECT {column} FROM audits_openkey")
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute("SELECT * FROM audits_openkeylink")


def test_nothing_of_the_address_or_the_secret_is_in_the_log_the_images_or_the_open_tables(caplog):
    caplog.set_level(logging.DEBUG)
    client = english()
    client.post(reverse("open_keys"), {"address": ADDRESS, "label": "Our mirror"})
    link = unescape(link_in(mail.outbox[0]))
    token = link.partition("link=")[2].partition("&")[0]
    secret = shown(client.post(reverse("open_key_confirm"), {"link": token, "do": "issue"}))
    said = [json.dumps(one, default=str) for one in Event.objects.values()]
    said += [str(one) for one in Change.objects.values()]
    said += [str(vars(one)) for one in caplog.records]
    said += [str(one) for one in OpenKey.objects.values()]
    sealed = str(bytes(OpenKey.objects.get().address))
    for canary in (ADDRESS, "canary.holder", token, secret, secret[12:]):
        assert not [text for text in [*said, sealed] if canary in text], canary
