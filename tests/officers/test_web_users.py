"""Pages of users, roles, settings, keys, the outbox, the navigation."""

import json
import re
import shlex
from datetime import timedelta
from html import unescape
from urllib.request import Request, urlopen

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.html import escape

from config.outbox import EmailBackend
from ledger import clock
from ledger.models import Read
from officers.actions import api_keys, second_factors, users
from officers.models import ApiKey, RoleAssignment, User
from officers.models.users import Role
from officers.queries import identify
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    """Signs somebody in by the page, in English."""

    def sign_in(user):
        client.post(reverse("account_logout"))
        client.cookies["language"] = "en"
        client.post(reverse("account_login"), {"login": user.username, "password": make.PASSWORD})
        return user

    return sign_in


@pytest.fixture
def boss(sign_in):
    return sign_in(make.user(Role.SYSTEM_ADMINISTRATOR))


def confirm(client):
    client.post(reverse("account_reauthenticate"), {"password": make.PASSWORD})


def text_of(response):
    return response.content.decode()


def a_key():
    last = clock.today() + timedelta(days=30)
    return {"label": "Laptop", "scopes": ["tests:read"], "expires_at": f"{last:%d/%m/%Y}"}


NEW = {
    "username": "new.one",
    "name_km": "ថ្មី",
    "name_latin": "New One",
    "email": "new@example.org",
    "language": "km",
}


def test_every_change_of_users_and_roles_asks_for_the_password_again(client, boss):
    other = make.user()
    held = other.held_roles[0]
    changes = [
        ("user_create", [], NEW),
        ("user_update", [other.pk], NEW),
        ("user_invite", [other.pk], {}),
        ("user_suspend", [other.pk], {"reason": "Left."}),
        ("user_restore", [other.pk], {"reason": "Back."}),
        ("user_grant", [other.pk], {"role": "auditor", "unit": "MOI"}),
        ("user_reset_second_factor", [other.pk], {"reason": "Lost."}),
        ("role_end", [held.pk], {"reason": "Moved."}),
        ("key_issue", [], {"label": "x"}),
    ]
    for name, args, fields in changes:
        for response in (client.get(reverse(name, args=args)), client.post(reverse(name, args=args), fields)):
            assert response.status_code == 302
            assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not User.objects.filter(username="new.one").exists()
    assert User.objects.get(pk=other.pk).version == 1


def test_what_was_sent_is_done_once_the_password_was_given_again(client, boss):
    asked = client.post(reverse("user_create"), NEW)
    again = asked.headers["Location"]
    client.post(again, {"password": "not the password", "next": reverse("user_create")})
    assert not User.objects.filter(username="new.one").exists()
    client.post(again, {"password": make.PASSWORD, "next": reverse("user_create")})
    assert User.objects.filter(username="new.one").exists()


def test_an_account_is_made_given_a_role_and_the_role_ended(client, boss):
    confirm(client)
    made = client.post(reverse("user_create"), NEW)
    user = User.objects.get(username="new.one")
    assert made.headers["Location"] == reverse("user", args=[user.pk])
    unit = make.unit(code="P-77")
    client.post(reverse("user_grant", args=[user.pk]), {"role": Role.ADMINISTRATOR, "unit": "P-77"})
    held = RoleAssignment.objects.get(user=user)
    assert (held.role, held.unit, held.granted_by) == (Role.ADMINISTRATOR, unit, boss)
    assert reverse("role_end", args=[held.pk]) in text_of(client.get(reverse("user", args=[user.pk])))
    client.post(reverse("role_end", args=[held.pk]), {"reason": "Moved.", "version": held.version})
    held.refresh_from_db()
    assert held.ended_by == boss


def test_an_account_of_somebody_on_the_roll_names_the_officer_by_number(client, boss):
    officer = make.officer(service_number="610001")
    confirm(client)
    assert (
        "officer" in client.post(reverse("user_create"), NEW | {"officer": "999999"}).context["form"].errors
    )
    client.post(reverse("user_create"), NEW | {"officer": "៦១០០០១"})
    assert User.objects.get(username="new.one").officer == officer


def test_an_account_is_suspended_and_restored(client, boss):
    other = make.user()
    confirm(client)
    client.post(reverse("user_suspend", args=[other.pk]), {"reason": "Left.", "version": 1})
    assert not User.objects.get(pk=other.pk).is_active
    assert "Suspended" in text_of(client.get(reverse("user", args=[other.pk])))
    client.post(reverse("user_restore", args=[other.pk]), {"reason": "Back.", "version": 2})
    assert User.objects.get(pk=other.pk).is_active


def test_ones_own_account_has_no_buttons_and_the_server_refuses_all_the_same(client, boss):
    own = boss.held_roles[0]
    page = text_of(client.get(reverse("user", args=[boss.pk])))
    confirm(client)
    pages = [
        (name, boss.pk)
        for name in ("user_update", "user_invite", "user_suspend", "user_restore", "user_grant")
    ]
    for name, pk in [*pages, ("role_end", own.pk)]:
        address = reverse(name, args=[pk])
        assert address not in page
        assert client.post(address, {"reason": "Mine.", "role": "auditor", "unit": "MOI"}).status_code == 404
    assert RoleAssignment.objects.filter(user=boss).count() == 1


def test_a_local_system_administrator_gives_roles_for_his_units_only(client, sign_in):
    here, elsewhere = make.unit(code="P-01"), make.unit(code="P-02")
    sign_in(make.user(Role.SYSTEM_ADMINISTRATOR, here))
    other = make.user(Role.ADMINISTRATOR, here)
    confirm(client)
    address = reverse("user_grant", args=[other.pk])
    assert client.post(address, {"role": Role.AUDITOR, "unit": elsewhere.code}).status_code == 403
    assert client.post(address, {"role": Role.AUDITOR, "unit": here.code}).status_code == 302
    stranger = make.user(Role.ADMINISTRATOR, elsewhere)
    assert client.get(reverse("user", args=[stranger.pk])).status_code == 404


def test_the_list_of_users_shows_roles_and_can_be_filtered(client, boss):
    unit = make.unit(code="P-77")
    admin = make.user(Role.ADMINISTRATOR, unit)
    make.user(Role.AUDITOR)
    page = client.get(reverse("users"), {"role": Role.ADMINISTRATOR, "unit": "P-77"})
    assert [row for row, _held in page.context["rows"]] == [admin]
    assert unit.name_latin in text_of(page)
    assert Read.objects.filter(what="listed", table_name="officers_user").exists()


def test_somebody_without_that_role_sees_himself_alone_and_changes_nobody(client, sign_in):
    me = sign_in(make.user(Role.ADMINISTRATOR))
    other = make.user()
    confirm(client)
    assert [row for row, _held in client.get(reverse("users")).context["rows"]] == [me]
    assert client.get(reverse("user", args=[other.pk])).status_code == 404
    assert client.get(reverse("user_create")).status_code == 404


def test_ones_language_is_ones_own_to_choose_and_wins_over_the_browsers_choice(client, sign_in):
    me = sign_in(make.user())
    client.post(reverse("me"), {"language": "en"})
    me.refresh_from_db()
    assert me.language == "en"
    assert client.cookies["language"].value == ""
    assert "Your account" in text_of(client.get(reverse("me")))


def test_a_key_is_shown_once_and_works(client, sign_in):
    me = sign_in(make.user())
    confirm(client)
    fields = {"label": "Laptop", "scopes": ["tests:read", "tests:write"], "expires_at": "1/3/2027"}
    page = client.post(reverse("key_issue"), fields)
    secret = re.search(r"pk_\w{8}_[\w-]{43}", text_of(page))[0]
    assert identify(secret)[0] == me
    assert "no-store" in page.headers["Cache-Control"]
    listed = text_of(client.get(reverse("keys")))
    assert "Laptop" in listed
    assert secret not in listed
    key = ApiKey.objects.get()
    client.post(reverse("key_revoke", args=[key.pk]))
    assert identify(secret) is None


def test_the_line_for_a_terminal_on_the_page_of_a_new_key_works(client, sign_in, live_server, settings):
    settings.PUBLIC_URL = live_server.url
    me = sign_in(make.user())
    confirm(client)
    page = text_of(client.post(reverse("key_issue"), a_key()))
    secret = re.search(r"pk_\w{8}_[\w-]{43}", page)[0]
    line = unescape(re.search(r"curl -H .*", page)[0].removesuffix("</pre>"))
    _curl, _flag, header, address = shlex.split(line.replace("$KEY", secret))
    name, _colon, value = header.partition(": ")
    with urlopen(Request(address, headers={name: value})) as answer:
        assert json.load(answer)["username"] == me.username


def test_at_two_keys_the_page_says_so_and_a_third_is_refused_in_words(client, sign_in):
    sign_in(make.user())
    confirm(client)
    for _key in range(2):
        client.post(reverse("key_issue"), a_key())
    listed = text_of(client.get(reverse("keys")))
    assert "revoke one to make another" in listed
    assert reverse("key_issue") not in listed
    third = client.post(reverse("key_issue"), a_key())
    assert "You have 2 live keys, and no more may live at a time. Revoke one first." in text_of(third)
    assert ApiKey.objects.count() == 2


def test_a_keeper_sees_a_users_keys_with_their_last_use_and_revokes_one_with_a_reason(client, boss):
    owner = make.user()
    in_a_month = clock.now() + timedelta(days=30)
    key, secret = api_keys.issue(owner, label="Statistics", scopes=["tests:read"], expires_at=in_a_month)
    api_keys.note_use(key)
    page = text_of(client.get(reverse("user", args=[owner.pk])))
    assert f"pk_{key.prefix}…" in page
    assert "last used" in page
    assert secret not in page
    address = reverse("key_revoke", args=[key.pk])
    assert address in page
    assert client.post(address, {"reason": ""}).context["form"].errors
    assert client.post(address, {"reason": "Seen."})["Location"] == reverse("user", args=[owner.pk])
    assert identify(secret) is None


def test_an_auditor_sees_a_users_keys_and_revokes_none(client, sign_in):
    owner = make.user()
    key, _secret = api_keys.issue(
        owner, label="x", scopes=["tests:read"], expires_at=clock.now() + timedelta(days=30)
    )
    sign_in(make.user(Role.AUDITOR))
    address = reverse("key_revoke", args=[key.pk])
    assert address not in text_of(client.get(reverse("user", args=[owner.pk])))
    assert client.post(address, {"reason": "Seen."}).status_code == 404
    sign_in(make.user())
    assert client.post(address, {"reason": "Seen."}).status_code == 404


def test_a_second_factor_is_reset_by_the_page_and_only_where_there_is_one(client, boss):
    other = make.user()
    confirm(client)
    address = reverse("user_reset_second_factor", args=[other.pk])
    assert address not in text_of(client.get(reverse("user", args=[other.pk])))
    second_factors.add_app(other, secret="JBSWY3DPEHPK3PXP")
    assert address in text_of(client.get(reverse("user", args=[other.pk])))
    client.post(address, {"reason": "Lost.", "version": 1})
    assert not other.authenticator_set.exists()


def test_what_is_wrong_with_a_new_key_is_said_beside_the_field(client, sign_in):
    sign_in(make.user())
    confirm(client)
    page = client.post(
        reverse("key_issue"), {"label": "x", "scopes": ["tests:read"], "expires_at": "1/3/2099"}
    )
    assert "expires_at" in page.context["form"].errors
    assert not ApiKey.objects.exists()


@pytest.fixture
def outbox(settings, tmp_path):
    settings.OUTBOX_DIR = tmp_path
    settings.LOCAL_OUTBOX = True
    for subject in ("First", "Second"):
        text = "<b>Hello</b>\n\nhttp://localhost:8000/accounts/password/reset/key/1-abc/\n"
        EmailBackend().send_messages([EmailMessage(subject, text, to=["ថ្មី <new@example.org>"])])
    return tmp_path


def test_the_outbox_shows_mails_newest_first_with_links_to_click_and_notes_the_look(client, boss, outbox):
    page = client.get(reverse("outbox"))
    assert [mail.subject for mail in page.context["mails"]] == ["Second", "First"]
    mail = page.context["mails"][0]
    shown = text_of(client.get(reverse("outbox_mail", args=[mail.name])))
    assert '<a href="http://localhost:8000/accounts/password/reset/key/1-abc/"' in shown
    assert escape("<b>Hello</b>") in shown
    assert Read.objects.filter(table_name="outbox", what="opened", actor_id=boss.pk).count() == 1
    assert client.get(reverse("outbox_mail", args=["..%2f..%2fsecret"])).status_code == 404


def test_the_outbox_is_for_who_keeps_the_whole_tree_and_only_without_a_mail_server(
    client, sign_in, outbox, settings
):
    sign_in(make.user(Role.SYSTEM_ADMINISTRATOR, make.unit()))
    assert client.get(reverse("outbox")).status_code == 404
    sign_in(make.user(Role.SYSTEM_ADMINISTRATOR))
    assert client.get(reverse("outbox")).status_code == 200
    settings.LOCAL_OUTBOX = False
    assert client.get(reverse("outbox")).status_code == 404


NAVIGATION = {
    Role.ADMINISTRATOR: [
        "Home",
        "Sheets",
        "Tests",
        "Letters",
        "Barred register",
        "Officers",
        "Units",
        "Imports",
        "Settings",
    ],
    Role.LABORATORY: ["Home", "Laboratory", "Units", "Imports", "Settings"],
    Role.REGISTRAR: [
        "Home",
        "Letters",
        "Cases",
        "Orders",
        "Figures",
        "Officers",
        "Units",
        "Imports",
        "Settings",
    ],
    Role.CASE_OFFICER: [
        "Home",
        "Letters",
        "Complaints",
        "Cases",
        "Orders",
        "Figures",
        "Officers",
        "Units",
        "Settings",
    ],
    Role.REVIEWING_PHYSICIAN: [
        "Home",
        "Sheets",
        "Tests",
        "Custody in question",
        "Reviews",
        "Requests for treatment",
        "Officers",
        "Units",
        "Settings",
    ],
    Role.AUDITOR: [
        "Home",
        "Sheets",
        "Tests",
        "Reviews",
        "Complaints",
        "Cases",
        "Orders",
        "Audits",
        "Figures",
        "Officers",
        "Units",
        "Imports",
        "Users",
        "Settings",
    ],
    Role.SYSTEM_ADMINISTRATOR: [
        "Home",
        "Officers",
        "Units",
        "Imports",
        "Users",
        "Keys of the open data",
        "Settings",
        "Outbox",
    ],
}


@pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
@pytest.mark.parametrize("role", NAVIGATION)
def test_the_navigation_shows_what_a_role_may_open(client, sign_in, role):
    sign_in(make.user(role))
    page = client.get(reverse("units"))
    items = page.context["navigation"]
    assert [item["label"] for item in items] == NAVIGATION[role]
    assert [item["label"] for item in items if item["current"]] == ["Units"]
    for item in items:
        assert client.get(item["url"], follow=True).status_code == 200, item


def test_a_page_for_nobody_has_no_navigation(client):
    assert client.get(reverse("account_login")).context["navigation"] == []


def test_the_page_of_an_account_tells_of_its_last_sign_in_and_not_its_secrets(client, boss):
    other = make.user()
    users.signed_in(other)
    rows = dict(client.get(reverse("user", args=[other.pk])).context["rows"])
    assert rows["Last sign-in"] is not None
    assert rows["Has set a password"] is True
    assert other.password not in text_of(client.get(reverse("user", args=[other.pk])))


def test_somebody_without_a_role_is_told_so_and_sees_nobody(client, sign_in):
    officer = make.officer()
    sign_in(make.user(None))
    client.cookies["language"] = "en"
    assert "You have no role yet." in text_of(client.get(reverse("home")))
    assert client.get(reverse("officer", args=[officer.pk])).status_code == 404
    assert list(client.get(reverse("officers")).context["page"].rows) == []
    assert client.get(reverse("open_sheet")).status_code == 403
