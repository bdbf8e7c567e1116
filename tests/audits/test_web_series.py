"""Pages of official statistics and public names: for staff, for the public, for programs."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audits.actions import series as actions
from audits.actions.publishing.names import publish_names, take_names_down
from audits.api.open import notices as api
from audits.models import OpenNotice, OutcomeNotice, SeriesRelease
from cases.actions import appeals, enforcement
from ledger import clock
from ledger.actors import CLOCK
from officers.models.users import Role
from tests import make
from tests.audits.test_public_names import NAME, dismissed, policy
from tests.audits.test_series import SERIES
from tests.dismissals import again, at_door

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor", "open_data"])
RELEASE = {"period": "២០១៩", "value": "9806", "stat_status": "final", "source": "Yearly report"}


@pytest.fixture
def enter(client):
    def enter(user):
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return enter


def text_of(answer) -> str:
    return str(answer.content.decode())


def test_a_series_is_entered_confirmed_corrected_and_retracted_on_its_pages(enter):
    first, second = make.user(Role.AUDITOR), make.user(Role.AUDITOR)
    client = enter(first)
    assert "No series was entered." in text_of(client.get(reverse("series_list")))
    refused = client.post(reverse("series_new"), SERIES | {"title_en": "=SUM(A1)", "code": "drug cases"})
    assert "2 to 40 small letters" in text_of(refused)
    assert "A text does not begin with = + - @ or a tab." in text_of(refused)
    assert "Drug cases" in text_of(client.post(reverse("series_new"), SERIES, follow=True))
    pk = SeriesRelease.series.field.related_model.objects.get().pk
    new = reverse("release_new", args=[pk])
    assert "Say in the note why there is no number." in text_of(client.post(new, RELEASE | {"value": ""}))
    page = text_of(client.post(new, RELEASE, follow=True))
    row = SeriesRelease.objects.get()
    assert row.period == "2019"
    confirm, reject = (reverse(f"release_{verb}", args=[row.pk]) for verb in ("confirm", "reject"))
    assert confirm not in page
    assert reject in page
    assert client.post(confirm, {"version": row.version}).status_code == 403
    assert client.get(reverse("open_one_series", args=["drug_cases"])).status_code == 404

    client = enter(second)
    assert "9,806" in text_of(client.get(confirm))
    assert "The release is public." in text_of(client.post(confirm, {"version": row.version}, follow=True))
    public = text_of(client.get(reverse("open_one_series", args=["drug_cases"]) + "?lang=en"))
    assert "9,806" in public
    assert "Cases that were cracked down on." in public
    assert "Drug cases" in text_of(client.get(reverse("open_series") + "?lang=en"))

    retract = reverse("release_retract", args=[row.pk])
    assert "Say why." in text_of(client.post(retract, {"source": "A letter"}))
    client.post(retract, {"source": "A letter", "reason": "It was counted twice."})
    waiting = SeriesRelease.objects.waiting().get()
    assert (
        client.post(reverse("release_reject", args=[waiting.pk]), {"reason": "No such letter."}).status_code
        == 302
    )
    client.post(retract, {"source": "A letter", "reason": "It was counted twice."})
    waiting = SeriesRelease.objects.waiting().get()
    enter(first).post(reverse("release_confirm", args=[waiting.pk]), {"version": waiting.version})
    public = text_of(client.get(reverse("open_one_series", args=["drug_cases"]) + "?lang=en"))
    assert "It was counted twice." in public
    assert "9,806" in public
    assert "Retracted" in public


def test_errors_are_said_in_khmer_too(client):
    client.force_login(make.user(Role.AUDITOR))
    client.cookies["language"] = "km"
    answer = client.post(reverse("series_new"), {})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() >= {"code", "title_km", "unit"}


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SYSTEM_ADMINISTRATOR])
def test_others_have_no_pages_of_series(enter, role):
    series = actions.enter_series(make.user(Role.AUDITOR), **SERIES)
    client = enter(make.user(role))
    for name, args in (
        ("series_list", []),
        ("series_new", []),
        ("series", [series.pk]),
        ("release_new", [series.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404


def test_an_inspector_finds_the_way_from_the_case_and_withholds_the_name(enter):
    policy(1)
    case = dismissed()
    withhold = reverse("name_withhold", args=[case.pk])
    client = enter(make.user(Role.INSPECTOR))
    assert withhold in text_of(client.get(reverse("case", args=[case.pk])))
    assert "Say why." in text_of(client.post(withhold, {"version": again(case).version}))
    said = {"version": again(case).version, "reason": "His children were threatened."}
    assert "The name is withheld" in text_of(client.post(withhold, said, follow=True))
    assert OutcomeNotice.objects.get().status == "WITHHELD"
    assert "His children were threatened." in text_of(client.get(withhold))
    client = enter(make.user(Role.AUDITOR))
    assert client.get(withhold).status_code == 404
    assert withhold not in text_of(client.get(reverse("case", args=[case.pk])))


NOTICES = "/api/open/v1/notices/"


def asked(path: str = "", **query):
    return Client().get(f"{NOTICES}{path}", query)


def test_a_name_stands_on_the_page_and_at_the_endpoint_until_it_is_gone(client):
    policy(1)
    case = dismissed()
    listed = reverse("open_notices") + "?lang=en"
    assert "No name is shown now." in text_of(client.get(listed))
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        publish_names(CLOCK)
        key = OpenNotice.objects.get().pk
        page = reverse("open_notice", args=[key]) + "?lang=en"
        for answer in (client.get(listed), client.get(page), asked(), asked(f"{key}/")):
            assert answer.status_code == 200
            assert NAME["name_latin"] in text_of(answer)
            assert answer["Cache-Control"] == "no-store"
            assert "noindex" in answer["X-Robots-Tag"]
        said = json.loads(asked().content)
        assert said["next"] is None
        assert set(said["data"][0]) == {
            *("id", "name_km", "name_en", "rank", "rank_km", "rank_en"),
            *("month", "measure", "ground", "shown_from", "shown_until"),
        }
        appeals.lodge(
            at_door(case), case.pk, ground="new_evidence", text="There is a witness.", late_cause="I was ill."
        )
        take_names_down(CLOCK)
        for answer, status in (
            (client.get(listed), 200),
            (client.get(page), 410),
            (asked(), 200),
            (asked(f"{key}/"), 410),
        ):
            assert answer.status_code == status
            assert NAME["name_latin"] not in text_of(answer)
            assert NAME["name_km"] not in text_of(answer)
            assert answer["Cache-Control"] == "no-store"


def test_a_name_whose_last_day_is_over_is_gone_before_the_clock_comes(client):
    policy(1)
    case = dismissed()
    with clock.at(case.appeal_until + timedelta(hours=1)):
        enforcement.become_final(CLOCK, case.pk)
        publish_names(CLOCK)
        key = OpenNotice.objects.get().pk
    with clock.at(case.appeal_until + timedelta(days=30)):
        for answer, status in (
            (client.get(reverse("open_notices")), 200),
            (client.get(reverse("open_notice", args=[key])), 410),
            (asked(), 200),
            (asked(f"{key}/"), 410),
        ):
            assert answer.status_code == status
            assert NAME["name_km"] not in text_of(answer)


def test_there_is_nothing_to_choose_at_the_endpoint_but_the_page():
    assert asked(name_en="Sok").status_code == 400
    assert asked(after="nonsense").status_code == 400
    for wrong in ("0123456789abcdef/", "x/", "x"):
        assert asked(wrong).status_code == 404
    assert Client().post(NOTICES).status_code == 405
    assert Client().get("/api/open/v1/notices.csv").status_code == 404
    assert Client().get("/api/open/v1/notices.ndjson").status_code == 404


def test_the_endpoint_gives_page_after_page(monkeypatch):
    policy(1)
    cases = [dismissed() for _ in range(3)]
    with clock.at(max(case.appeal_until for case in cases) + timedelta(hours=1)):
        for case in cases:
            enforcement.become_final(CLOCK, case.pk)
        publish_names(CLOCK)
        monkeypatch.setattr(api, "PAGE", 2)
        first = json.loads(asked().content)
        second = json.loads(Client().get(first["next"]).content)
        keys = [row["id"] for row in first["data"] + second["data"]]
        assert sorted(keys) == sorted(OpenNotice.objects.values_list("pk", flat=True))
        assert second["next"] is None
