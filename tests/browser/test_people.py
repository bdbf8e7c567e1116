"""Users, roles, officers, units and settings, as somebody at a desk or with a phone has them."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from officers.models import RoleAssignment, SettingVersion, User
from officers.models.users import Role
from tests import make
from tests.looking import DESK, PHONE, WINDOWS, faults, faults_in_both, go, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def boss():
    return make.user(Role.SYSTEM_ADMINISTRATOR)


def submit(page):
    go(page.locator("main form button[type=submit]:not(.govuk-password-input__toggle)").last)


def sign_in_by_the_page(page, user, language="en"):
    page.set_viewport_size(DESK)
    cookie = {"name": "language", "value": language, "domain": "localhost", "path": "/"}
    page.context.add_cookies([cookie])
    page.goto(reverse("account_login"))
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", make.PASSWORD)
    go(page.locator("[name=password]"), by="Enter")


def test_a_user_is_made_and_given_a_role_after_the_password_was_asked_for_again(browser_page, boss):
    page, unit = browser_page, make.unit(code="P-77", name_latin="Commissariat of Thmey")
    sign_in_by_the_page(page, boss)
    go(page.get_by_role("link", name="Users"))
    go(page.get_by_role("button", name="New user"))
    page.fill("[name=password]", make.PASSWORD)
    submit(page)
    page.fill("[name=username]", "new.one")
    page.fill("[name=name_km]", "ថ្មី មួយ")
    page.fill("[name=name_latin]", "New One")
    page.fill("[name=email]", "new@example.org")
    submit(page)
    expect(page.locator("h1")).to_contain_text("New One")
    assert faults(page) == []

    go(page.get_by_role("button", name="Give a role"))
    page.select_option("[name=role]", "administrator")
    page.locator("[name=unit]").press_sequentially("thme")
    suggested = page.locator("datalist option")
    expect(suggested).to_have_attribute("value", "P-77 · Commissariat of Thmey")
    page.fill("[name=unit]", suggested.get_attribute("value"))
    assert faults(page) == []
    submit(page)
    expect(page.locator("main")).to_contain_text("Administrator")
    held = RoleAssignment.objects.get(user__username="new.one")
    assert (held.unit, held.granted_by) == (unit, boss)
    shoot(page, "user")


def test_an_officer_is_found_in_khmer_on_a_phone_and_the_page_opened(browser_page):
    page, unit = browser_page, make.unit(name_km="ប៉ុស្តិ៍នគរបាលប៉ោយប៉ែត")
    make.officer(unit, name_km="ជា វុទ្ធី", name_latin="Chea Vuthy")
    officer = make.officer(unit, name_km="សុខ ដារា", name_latin="Sok Dara", service_number="610001")
    sign_in_by_the_page(page, make.user(Role.REGISTRAR), "km")
    page.set_viewport_size(PHONE)
    page.goto(reverse("officers"))
    page.locator("details[data-filters] summary").click()
    page.fill("[name=q]", "សុខដារា")
    submit(page)
    expect(page.locator("tbody tr")).to_have_count(1)
    assert faults(page) == []
    shoot(page, "officers-phone")
    go(page.locator("tbody a"))
    expect(page.locator("h1")).to_contain_text("សុខ ដារា")
    assert officer.number in page.inner_text("main")
    assert faults(page) == []
    shoot(page, "officer-phone")


def test_a_new_version_of_a_setting_is_typed_into_a_table(browser_page, boss):
    page = browser_page
    sign_in_by_the_page(page, boss)
    go(page.get_by_role("link", name="Settings"))
    go(page.get_by_role("link", name="New version Drugs screened for"))
    go(page.get_by_role("button", name="Add rows"))
    row = page.locator("tbody tr").nth(len(make.DRUGS))
    for name, text in (("code", "cocaine"), ("name_km", "កូកាអ៊ីន"), ("name_en", "Cocaine")):
        row.locator(f"[name$={name}]").fill(text)
    page.fill("[name=reason]", "The new kit screens for it.")
    assert faults(page) == []
    go(page.get_by_role("button", name="Keep this version"))
    expect(page.locator("main table")).to_contain_text("Cocaine")
    version = SettingVersion.objects.get(kind="drugs", number=2)
    assert [drug["code"] for drug in version.content["drugs"]] == [*make.DRUGS, "cocaine"]
    assert faults(page) == []


def test_units_are_walked_and_found_by_keyboard_alone(browser_page):
    page = browser_page
    province = make.unit(code="P-77", name_latin="Commissariat of Thmey")
    make.unit(province, code="D-7701", name_latin="Inspectorate of Chas")
    sign_in_by_the_page(page, make.user(Role.INSPECTOR))
    page.goto(reverse("units"))
    page.locator("[name=q]").focus()
    page.keyboard.type("D-77")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    go(page.get_by_role("link", name="Inspectorate of Chas"), by="Enter")
    expect(page.locator("h1")).to_contain_text("Inspectorate of Chas")
    go(page.get_by_role("link", name="Commissariat of Thmey"), by="Enter")
    expect(page.locator("h1")).to_contain_text("Commissariat of Thmey")
    assert faults(page) == []


@pytest.mark.parametrize("language", ["km", "en"])
def test_every_page_about_people_is_sound_in_both_languages(browser_page, boss, language):
    page, unit, other = browser_page, make.unit(code="P-77"), make.user()
    officer = make.officer(unit)
    version = SettingVersion.objects.filter(kind="ranks").get()
    sign_in_by_the_page(page, boss, language)
    page.goto(reverse("user_create"))
    page.fill("[name=password]", make.PASSWORD)
    submit(page)
    page.set_viewport_size(WINDOWS[language])
    for name, args in [
        ("officers", []),
        ("officer", [officer.pk]),
        ("officer_register", []),
        ("officer_post", [officer.pk]),
        ("units", []),
        ("unit", [unit.pk]),
        ("unit_move", [unit.pk]),
        ("unit_defects", []),
        ("users", []),
        ("user", [other.pk]),
        ("user_create", []),
        ("user_grant", [other.pk]),
        ("settings", []),
        ("setting_version", [version.pk]),
        ("setting_put", ["holidays"]),
        ("me", []),
        ("keys", []),
        ("key_issue", []),
        ("outbox", []),
        ("mfa_index", []),
        ("mfa_activate_totp", []),
        ("mfa_add_webauthn", []),
        ("usersessions_list", []),
        ("account_change_password", []),
    ]:
        answer = page.goto(reverse(name, args=args))
        assert answer.status == 200, name
        assert faults_in_both(page, f"{name}-{language}") == [], name


def test_a_second_factor_is_enrolled_by_the_page(browser_page, boss):
    page = browser_page
    sign_in_by_the_page(page, boss)
    page.goto(reverse("mfa_activate_totp"))
    page.fill("[name=password]", make.PASSWORD)
    submit(page)
    expect(page.locator("img.qr")).to_be_visible()
    assert faults(page) == []
    assert User.objects.get(pk=boss.pk).has_usable_password()
