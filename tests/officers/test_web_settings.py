"""Pages of settings: a version typed as a table, begun with the latest, withdrawn."""

import re

import pytest
from django.urls import reverse

from officers.models import SettingVersion
from officers.models.users import Role
from tests import make
from tests.officers.test_web_users import text_of

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


def drugs(rows, **fields):
    data = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-{name}": value for name, value in row.items()}
    return data | {"effective_from": "1/1/2027", "reason": "New kit."} | fields


MDMA = {"code": "mdma", "name_km": "អ៊ិចស្តាស៊ី", "name_en": "MDMA"}
KETAMINE = {"code": "ketamine", "name_km": "កេតាមីន", "name_en": "Ketamine"}


def test_a_new_version_is_typed_as_a_table_and_shown_as_one(client, boss):
    gone = {"code": "cocaine", "name_km": "កូកាអ៊ីន", "name_en": "Cocaine", "remove": "on"}
    address = reverse("setting_put", args=["drugs"])
    response = client.post(address, drugs([MDMA, {}, gone, KETAMINE]))
    version = SettingVersion.objects.get(kind="drugs", number=2)
    assert version.content == {"drugs": [MDMA, KETAMINE]}
    page = text_of(client.get(response.headers["Location"]))
    assert "Ketamine" in page
    assert "Coming" in page
    assert "{" not in re.search("<tbody>.*</tbody>", page, re.S)[0]


def test_a_fault_stands_in_its_row_and_what_was_typed_stays(client, boss):
    address = reverse("setting_put", args=["drugs"])
    page = client.post(address, drugs([{}, MDMA, MDMA | {"name_en": ""}]))
    forms = page.context["table"].formset.forms
    assert not forms[0].errors
    assert "“mdma” stands in two rows." in forms[1].errors["code"][0]
    assert forms[2].errors["name_en"] == ["This is missing."]
    assert "New kit." in text_of(page)
    assert SettingVersion.objects.filter(kind="drugs").count() == 1


def test_rows_are_added_without_script_and_nothing_is_saved(client, boss):
    address = reverse("setting_put", args=["drugs"])
    page = client.post(address, drugs([MDMA], add="rows"))
    assert len(page.context["table"].formset.forms) == 6
    assert 'value="mdma"' in text_of(page)
    assert SettingVersion.objects.filter(kind="drugs").count() == 1


def test_a_new_version_begins_with_the_rows_of_the_latest(client, boss):
    page = client.get(reverse("setting_put", args=["ranks"]))
    assert [form.initial["code"] for form in page.context["table"].formset.initial_forms] == ["R01", "R13"]


def test_holidays_begin_with_those_computed_for_a_year(client, boss):
    page = client.get(reverse("setting_put", args=["holidays"]), {"year": "2027"})
    days = [form.initial["date"] for form in page.context["table"].formset.initial_forms]
    assert len(days) > 15
    assert {day.year for day in days} == {2027}
    none = client.get(reverse("setting_put", args=["holidays"]), {"year": "3000"})
    assert "There are no computed holidays" in text_of(none)


def test_a_coming_version_is_withdrawn_by_the_form(client, boss):
    client.post(reverse("setting_put", args=["drugs"]), drugs([MDMA]))
    version = SettingVersion.objects.get(number=2)
    client.post(reverse("setting_withdraw", args=[version.pk]), {"reason": "Too early.", "version": 1})
    assert "Withdrawn" in text_of(client.get(reverse("settings")))


@pytest.mark.parametrize("kind", ["ranks", "nothing"])
def test_who_does_not_keep_the_settings_reads_them_and_has_no_form(client, sign_in, kind):
    make.root()
    sign_in(make.user(Role.SYSTEM_ADMINISTRATOR, make.unit()))
    assert "New version" not in text_of(client.get(reverse("settings")))
    assert client.get(reverse("setting_put", args=[kind])).status_code == 404
