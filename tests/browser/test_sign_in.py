"""Signing in with a second factor, setting it up and losing it, as somebody with a telephone has it."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from playwright.sync_api import expect

from ledger.models import Event
from officers.actions import api_keys, second_factors, users
from officers.models import ApiKey
from officers.models.users import Role
from officers.queries import identify
from tests import make
from tests.looking import WINDOWS, faults, faults_in_both, go, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED = True


@pytest.fixture
def person():
    return make.user(Role.SYSTEM_ADMINISTRATOR, username="dara.kh")


def speak(page, language="en"):
    page.context.add_cookies([{"name": "language", "value": language, "domain": "localhost", "path": "/"}])


def give_password(page):
    page.fill("[name=login]", "dara.kh")
    page.fill("[name=password]", make.PASSWORD)
    go(page.get_by_role("button", name="Sign in", exact=True))


def sign_out(page):
    page.locator("details.menu summary").click()
    go(page.get_by_role("button", name="Sign out"))
    page.wait_for_url("**/accounts/login/**")


def code_for(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def virtual_authenticator(page, **options):
    """A device of Chromium's own that makes passkeys without anybody touching it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **options,
    }
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})["authenticatorId"]


def test_somebody_with_a_role_is_led_to_set_up_an_app_and_goes_on_to_his_page(browser_page, required, person):
    page = browser_page
    speak(page)
    page.goto("/units/?q=MOI")
    give_password(page)
    page.wait_for_url("**/accounts/2fa/")
    expect(page.locator("main")).to_contain_text("Your role requires a second factor")
    page.goto("/users/")
    expect(page).to_have_url(re.compile("/accounts/2fa/$"))

    page.goto("/units/?q=MOI")
    go(page.get_by_role("button", name="Set up an app"))
    expect(page.locator("img.qr")).to_be_visible()
    page.get_by_text("The picture cannot be scanned").click()
    secret = page.inner_text("#secret")
    page.fill("[name=code]", "000000")
    go(page.get_by_role("button", name="Set up the app"))
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.fill("[name=code]", code_for(secret))
    go(page.get_by_role("button", name="Set up the app"))
    codes = page.locator("#codes li").all_inner_texts()
    assert len(set(codes)) == 10
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.path().read_text().split() == codes
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    go(page.get_by_role("button", name="I have kept them; go on"))
    expect(page).to_have_url(re.compile(r"/units/\?q=MOI$"))

    sign_out(page)
    give_password(page)
    page.fill("[name=code]", codes[0])
    go(page.get_by_role("button", name="Sign in"))
    expect(page.locator("h1")).to_contain_text("What waits for you")
    assert Event.objects.get(verb="user.recovery_code_used").facts == {"left": 9}
    sign_out(page)
    give_password(page)
    page.fill("[name=code]", codes[0])
    go(page.get_by_role("button", name="Sign in"))
    expect(page.locator(".govuk-error-summary")).to_contain_text("not the right one")
    page.fill("[name=code]", code_for(secret, 1))
    go(page.get_by_role("button", name="Sign in"))
    expect(page.locator("h1")).to_contain_text("What waits for you")


def test_a_passkey_is_made_and_used_beside_the_password_alone_and_before_a_change(
    browser_page, required, person
):
    page = browser_page
    speak(page)
    devtools, device = virtual_authenticator(page)
    page.goto("/")
    give_password(page)
    go(page.get_by_role("button", name="Add a passkey"))
    page.fill("[name=name]", "Telephone")
    go(page.get_by_role("button", name="Add the passkey"))
    go(page.get_by_role("button", name="I have kept them; go on"))
    expect(page.locator("h1")).to_contain_text("What waits for you")
    (kept,) = person.authenticator_set.filter(type="webauthn")
    assert kept.wrap().name == "Telephone"
    (made,) = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert made["isResidentCredential"]

    sign_out(page)  # beside the password
    give_password(page)
    go(page.get_by_role("button", name="Use a passkey"))
    expect(page.locator("h1")).to_contain_text("What waits for you")

    sign_out(page)  # alone, back to the page wanted
    page.goto("/units/")
    go(page.get_by_role("button", name="Sign in with a passkey"))
    expect(page.locator("h1")).to_contain_text("Units")

    page.goto(reverse("key_issue"))  # before a change
    go(page.get_by_role("link", name="Use a passkey"))
    go(page.get_by_role("button", name="Use a passkey"))
    page.fill("[name=label]", "Laptop")
    page.get_by_label("Read officers and units").check()
    go(page.get_by_role("button", name="Make the key"))
    assert identify(page.inner_text("#secret"))[0] == person
    assert Event.objects.filter(verb="user.signed_in").count() == 3


def test_a_passkey_that_is_cancelled_says_what_is_the_matter(browser_page, person):
    page = browser_page
    speak(page)
    virtual_authenticator(page, isUserVerified=False)
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    trouble = page.locator("[data-passkey-trouble]")
    expect(trouble).to_contain_text("That did not work")
    expect(trouble).to_be_focused()
    assert faults(page) == []


def test_somebody_whose_roles_changed_while_he_worked_is_told_so(browser_page, person):
    page = browser_page
    speak(page)
    page.goto(reverse("me"))
    give_password(page)
    page.get_by_label("English").check()
    users.grant(make.user(Role.SYSTEM_ADMINISTRATOR), person.pk, role=Role.AUDITOR, unit_id=make.root().pk)
    go(page.get_by_role("button", name="Save"))
    expect(page.locator("main")).to_contain_text("Your roles were changed, so you were signed out.")
    expect(page.locator("main")).to_contain_text("What you sent last was not saved.")
    assert faults(page) == []
    give_password(page)
    expect(page.locator("h1")).to_contain_text("Your account")


def test_a_lost_second_factor_is_reset_by_a_keeper(browser_page, person):
    page, other = browser_page, make.user(username="lost.it")
    second_factors.add_app(other, secret="JBSWY3DPEHPK3PXP")
    speak(page)
    page.goto(reverse("user", args=[other.pk]))
    give_password(page)
    go(page.get_by_role("button", name="Reset the second factor"))
    page.fill("[name=password]", make.PASSWORD)
    go(page.get_by_role("button", name="Confirm"))
    page.fill("[name=reason]", "Telephone lost; he came in person.")
    assert faults(page) == []
    go(page.get_by_role("button", name="Reset", exact=True))
    expect(page.locator("main")).to_contain_text("The second factor is reset.")
    expect(page.locator("main")).to_contain_text("Telephone lost; he came in person.")
    assert not other.authenticator_set.exists()


def confirm(page):
    page.fill("[name=password]", make.PASSWORD)
    go(page.locator("main form button[type=submit]:not(.govuk-password-input__toggle)").first)


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_of_sign_in_is_sound_in_both_languages(browser_page, required, person, language):
    page = browser_page
    page.set_viewport_size(WINDOWS[language])
    speak(page, language)

    def look(name):
        assert faults_in_both(page, f"{name}-{language}") == [], name

    def sign_in():
        page.goto(reverse("account_login"))
        page.fill("[name=login]", "dara.kh")
        page.fill("[name=password]", make.PASSWORD)
        go(page.locator("[name=password]"), by="Enter")

    page.goto(reverse("account_login"))
    look("sign-in")
    sign_in()
    page.wait_for_url("**/accounts/2fa/")
    look("owing")
    page.goto(reverse("mfa_activate_totp"))
    page.locator("details.govuk-details summary").click()
    look("app")
    page.fill("[name=code]", code_for(page.inner_text("#secret")))
    go(page.locator("main form button[type=submit]").last)
    page.wait_for_selector("#codes")
    look("codes")
    page.emulate_media(media="print")
    shoot(page, f"codes-print-{language}")
    page.emulate_media(media="screen")
    page.goto(reverse("mfa_add_webauthn"))
    look("again-password")
    confirm(page)
    look("passkey")
    _devtools, _device = virtual_authenticator(page)
    go(page.locator("#mfa_webauthn_add"))
    page.wait_for_url("**/accounts/2fa/")
    look("protection")
    passkey = person.authenticator_set.get(type="webauthn")
    for name, args in (
        ("mfa_reauthenticate", []),
        ("mfa_reauthenticate_webauthn", []),
        ("passkey_rename", [passkey.pk]),
        ("second_factor_remove", [passkey.pk]),
        ("recovery_codes", []),
        ("keys", []),
        ("key_issue", []),
    ):
        page.goto(reverse(name, args=args))
        look(name)
    page.fill("[name=label]", "កុំព្យូទ័រយួរដៃ Laptop")
    page.locator("[name=scopes]").first.check()
    go(page.locator("main form button[type=submit]"))
    page.wait_for_selector("#curl")
    look("issued")
    key = ApiKey.objects.get()
    api_keys.note_use(key)
    page.goto(reverse("keys"))
    look("keys-one")
    page.goto(reverse("key_revoke", args=[key.pk]))
    look("revoke")

    other = make.user(Role.AUDITOR)
    second_factors.add_passkey(other, name="One", credential={})
    theirs, _secret = api_keys.issue(
        other, label="Statistics", scopes=["tests:read", "officers:read"], expires_at=key.expires_at
    )
    for name, args in (
        ("user", [other.pk]),
        ("user_reset_second_factor", [other.pk]),
        ("key_revoke", [theirs.pk]),
    ):
        page.goto(reverse(name, args=args))
        look(f"theirs-{name}")

    users.grant(
        other := make.user(Role.SYSTEM_ADMINISTRATOR), person.pk, role=Role.AUDITOR, unit_id=make.root().pk
    )
    page.goto("/units/")
    look("signed-out")
    sign_in()
    page.wait_for_url("**/authenticate/")
    look("second-factor")
    go(page.locator("button[form=logout-from-stage]"))
    users.suspend(other, person.pk, reason="Left.")
    sign_in()
    page.wait_for_url("**/inactive/")
    look("inactive")
