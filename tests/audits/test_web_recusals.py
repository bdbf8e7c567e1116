"""Pages of recusals: declared, seen by other auditors with the reason, ended by another; one's own unit in words."""

import pytest
from django.urls import reverse

from audits.models import Recusal
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def enter(client):
    def enter(user):
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return enter


def text_of(answer) -> str:
    return str(answer.content.decode())


def test_a_recusal_is_declared_seen_and_ended_by_another(bench, enter):
    case = Road().decided()
    bench.started(case)
    client = enter(bench.second)
    declare, said = reverse("recusal_declare"), {"kind": "relative", "reason": "He is my cousin."}
    assert "Name a unit or an officer, not both." in text_of(client.post(declare, said))
    answer = client.post(declare, said | {"officer": case.officer.service_number}, follow=True)
    assert "1 reviews of yours are to be handed over" in text_of(answer)
    row = Recusal.objects.get()
    end = reverse("recusal_end", args=[row.pk])
    assert end not in text_of(answer)
    assert client.post(end, {"version": row.version, "reason": "x"}).status_code == 403

    shown = text_of(enter(bench.lead).get(reverse("recusals")))
    assert "He is my cousin." in shown
    assert end in shown
    client.post(end, {"version": row.version, "reason": "Another man of that name."})
    row.refresh_from_db()
    assert row.ended_by == bench.lead
    assert "Nobody declared a recusal" in text_of(client.get(reverse("recusals")))
    assert "Another man of that name." in text_of(client.get(reverse("recusals") + "?ended=on"))


def test_what_one_is_kept_from_by_itself_stands_in_words(bench, enter):
    province = make.unit(kind="PROVINCIAL_COMMISSARIAT", name_latin="Kampot")
    district = make.unit(province, kind="DISTRICT_INSPECTORATE", name_latin="Chhuk")
    post = make.unit(district, name_latin="Baniev")
    client = enter(make.user(Role.AUDITOR, officer=make.officer(district)))
    own = client.get(reverse("recusals")).context["own"]
    assert own["unit"] == district
    assert {unit.pk for unit in own["units"]} == {province.pk, post.pk}
    assert "You are no officer" in text_of(enter(bench.lead).get(reverse("recusals")))


def test_nobody_ends_a_recusal_from_what_he_is_kept_from_himself(bench, enter):
    unit = make.unit()
    client = enter(bench.second)
    client.post(reverse("recusal_declare"), {"kind": "other", "unit": unit.code, "reason": "I taught there."})
    row = Recusal.objects.get()
    enter(make.user(Role.AUDITOR, officer=make.officer(unit)))
    end = reverse("recusal_end", args=[row.pk])
    assert client.post(end, {"version": row.version, "reason": "x"}).status_code == 403
    assert end not in text_of(client.get(reverse("recusals")))
