"""Lists of complaints, and who sees what: nothing of a complaint from which he is barred, of a task no report."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.actions import closing, complaints, intake, pauses
from cases.models import Complaint, Note
from cases.queries.complaints import QUEUE, id_of, queue
from cases.web.staff_urls import urlpatterns
from ledger import clock
from ledger.models import Event, Read
from officers.models.users import Role
from tests import make
from tests.cases.test_complaints import on
from tests.cases.test_web_complaints import act, now, received, text_of

pytestmark = pytest.mark.django_db
S = Complaint.Status


@pytest.fixture
def officer(place, sign_in):
    return sign_in(make.user(Role.CASE_OFFICER, place.district))


@pytest.fixture
def supervisor(place):
    return make.user(Role.SUPERVISOR, place.district)


# Who sees what.


def test_for_a_named_commune_and_whoever_it_commands_nothing_is_there(client, place, sign_in):
    row = received(place, named=[place.commune])
    sign_in(make.user(Role.CASE_OFFICER, place.commune))
    addresses = _addresses(row)
    assert {reverse("complaint", args=[row.pk]), reverse("complaint_history", args=[row.pk])} < addresses
    for address in addresses:
        for method in (client.get, client.post):
            assert method(address).status_code == 404, address
    assert client.get(reverse("complaints_forward"), {"row": row.pk}).status_code == 404
    assert client.post(reverse("complaints_forward"), {"row": f"{row.pk}.1"}).status_code == 404
    seen = [
        text_of(client.get(reverse("complaints"))),
        text_of(client.get(reverse("complaints"), {"q": row.reference})),
        text_of(client.get(reverse("complaints_waiting"))),
        text_of(client.get(reverse("misses"))),
        b"".join(client.get(reverse("complaints_export")).streaming_content).decode(),
    ]
    for page in seen[:1] + seen[2:]:
        assert row.reference not in page
    assert "No complaint fits." in seen[1]


def _addresses(row: Complaint) -> set[str]:
    """Every page about one complaint."""
    patterns = [str(one.pattern) for one in urlpatterns]
    return {
        "/" + pattern.replace("<int:pk>", str(row.pk)).replace("<int:referral>", "1")
        for pattern in patterns
        if pattern.startswith("complaints/<int:pk>/")
    }


def test_a_post_sees_the_task_and_nothing_that_points_at_the_reporter(client, place, officer, sign_in):
    row = received(
        place,
        category="drug_dealing",
        place_text="Behind my house",
        contact="012 345 678",
        named=[intake.Named("person", "the neighbour")],
    )
    assert row.unit == place.commune
    complaints.instruct(officer, row.pk, text="Look at the blue house at night.")
    complaints.note(officer, row.pk, text="A careful reporter.")
    complaints.write(officer, row.pk, text="We have sent somebody.")
    sign_in(make.user(Role.CASE_OFFICER, place.commune))
    page = text_of(client.get(reverse("complaint", args=[row.pk])))
    told = text_of(client.get(reverse("complaint_history", args=[row.pk])))
    assert "Look at the blue house at night." in page
    assert "Somebody sells drugs" in page
    for hidden in (
        row.narrative,
        "Behind my house",
        "012 345 678",
        "the neighbour",
        "careful reporter",
        "sent somebody",
    ):
        assert hidden not in page
        assert hidden not in told
    assert "Look at the blue house" not in told
    assert client.get(reverse("complaint_close", args=[row.pk])).status_code == 403
    looks = Read.objects.filter(row_id=row.pk, what="opened").exclude(fields__contains=["history"])
    assert "narrative" not in looks.latest("pk").fields
    act(client, row, "take_action", kind="visited", text="Was there.", done_on=f"{clock.today():%d/%m/%Y}")
    act(client, row, "note", text="Nobody at home.")
    assert Note.objects.filter(text="Nobody at home.").exists()


def test_a_supervisor_of_a_post_decides_nothing_that_takes_having_read_the_report(
    client, place, officer, sign_in
):
    row = received(place, category="drug_dealing")
    about = {"finding": "unfounded", "closure_reason": "no_evidence", "summary": "Nothing.", "answer": "No."}
    closing.close(officer, row.pk, **about)
    sign_in(make.user(Role.SUPERVISOR, place.commune))
    page = client.get(reverse("complaint_agree", args=[row.pk]))
    assert page.status_code == 403
    assert act(client, row, "agree").status_code == 403
    assert now(row).status == S.CLOSING


def test_the_history_says_in_words_who_did_what(client, place, officer):
    row = received(place)
    complaints.acknowledge(officer, row.pk)
    page = text_of(client.get(reverse("complaint_history", args=[row.pk])))
    assert "Acknowledged" in page
    assert officer.name_latin in page
    assert "complaint." not in page


def test_a_repeat_that_is_hidden_is_not_even_counted(client, place, officer):
    first = received(place, named=[place.district])
    second = received(place)
    above = make.user(Role.CASE_OFFICER, place.province)
    complaints.offer(officer, second.pk, unit_id=place.province.pk, reason="Yours.")
    complaints.accept(above, second.pk)
    complaints.link(above, second.pk, original_id=first.pk)
    complaints.offer(above, second.pk, unit_id=place.district.pk, reason="Back.")
    complaints.accept(officer, second.pk)
    for name in ("complaint", "complaint_history"):
        page = text_of(client.get(reverse(name, args=[second.pk])))
        assert first.reference not in page
        assert str(first.pk) not in page


# The list.


def test_the_queue_shows_the_most_overdue_first_and_what_has_no_day_last(client, place, officer):
    with on("2026-10-20"):
        late = received(place, narrative="Long ago.")
    closed = received(place)
    closing.close(
        officer,
        closed.pk,
        finding="substantiated",
        closure_reason="referred_prosecutor",
        summary="x",
        answer="y",
    )
    new = received(place)
    assert [row.pk for row in queue(officer).order_by(*QUEUE)] == [late.pk, new.pk, closed.pk]
    rows = client.get(reverse("complaints")).context["rows"]
    assert [row["complaint"] for row in rows] == [late, new]
    assert "Overdue by" in rows[0]["due"][0]
    chosen = client.get(reverse("complaints"), {"status": "CLOSED"}).context["rows"]
    assert [row["complaint"] for row in chosen] == [closed]


def test_the_queue_is_filtered(client, place, officer):
    mine, other = received(place), received(place, category="precursor")
    complaints.acknowledge(officer, mine.pk)
    province = make.complaint(named=[place.district])

    def found(**query):
        return {row["complaint"].pk for row in client.get(reverse("complaints"), query).context["rows"]}

    both = {mine.pk, other.pk} & {row.pk for row in queue(officer)}
    assert found() == both
    assert found(mine="on") == {mine.pk}
    assert found(status="RECEIVED") == both - {mine.pk}
    assert found(category="trafficking_place") == {mine.pk}
    assert found(unit=place.district.code) == both
    assert found(unit=place.other_commune.code) == set()
    assert found(level="4") == set()
    assert found(overdue="on") == set()
    assert found(flagged="on") == set()
    assert found(since="1/1/2020", until="2/1/2020") == set()
    assert found(q=mine.reference) == {mine.pk}
    assert found(q=province.reference) == set()
    assert found(since="never") == set()


def test_the_reference_is_read_as_people_type_it():
    row = Complaint(pk=1234567890123)
    assert id_of(row.reference) == row.pk
    assert id_of(row.reference.lower().replace("-", " ")) == row.pk
    assert id_of(row.reference[:-2] + "00") is None
    assert id_of("C-12") is None


def test_the_file_has_the_list_without_a_word_of_the_report_and_is_noted(client, place, officer):
    row = received(place, place_text="Behind my house", named=[intake.Named("person", "the neighbour")])
    response = client.get(reverse("complaints_export"), {"category": "trafficking_place"})
    content = b"".join(response.streaming_content).decode()
    assert row.reference in content
    for hidden in (row.narrative, "Behind my house", "the neighbour"):
        assert hidden not in content
    read = Read.objects.get(what="exported")
    assert (read.actor_id, read.table_name) == (officer.pk, "cases_complaint")
    assert read.detail["category"] == "trafficking_place"


def test_bulk_forward_shows_the_rows_then_offers_each_and_says_which_were_refused(client, place, officer):
    good, changed = received(place), received(place, narrative="Another.")
    named = received(place, narrative="Third.", named=[place.commune])
    hidden = make.complaint(at=place.commune, named=[place.district])
    chosen = {"row": [one.pk for one in (good, changed, named, hidden)]}
    page = client.get(reverse("complaints_forward"), chosen)
    assert {row["complaint"].pk for row in page.context["rows"]} == {good.pk, changed.pk, named.pk}
    complaints.acknowledge(officer, changed.pk)
    versions = [f"{one.pk}.{one.version}" for one in (good, changed, named, hidden)]
    missing = client.post(reverse("complaints_forward"), {"row": versions, "unit": place.commune.code})
    assert missing.context["form"].errors.keys() == {"reason"}
    page = client.post(
        reverse("complaints_forward"),
        {"row": versions, "unit": place.commune.code, "reason": "Near you."},
    )
    assert [one.complaint for one in page.context["offered"]] == [good]
    refused = {one.complaint.pk: one.refusal for one in page.context["refused"]}
    assert refused.keys() == {changed.pk, named.pk}
    assert "changed this record" in refused[changed.pk]
    assert "may not handle" in refused[named.pk]
    assert Event.objects.filter(verb="complaint.offered").count() == 1


def test_the_home_page_asks_for_what_waits_by_address(client, place, officer, sign_in):
    with on("2026-10-20"):
        row = received(place)
    address = reverse("complaints_waiting")
    assert f'hx-get="{address}"' in text_of(client.get(reverse("home")))
    fragment = client.get(address, headers={"HX-Request": "true"})
    assert row.reference in text_of(fragment)
    assert "<html" not in text_of(fragment)
    assert "<html" in text_of(client.get(address))
    sign_in(make.user(Role.REGISTRAR))
    assert address not in text_of(client.get(reverse("home")))
    for name in ("complaints", "complaints_waiting", "complaints_export", "misses", "complaints_desk"):
        assert client.get(reverse(name)).status_code == 404


def test_what_a_second_person_is_asked_stands_on_his_home(client, place, officer, supervisor, sign_in):
    row, paused = received(place), received(place, narrative="Another.")
    closing.close(officer, row.pk, finding="unfounded", closure_reason="no_evidence", summary="x", answer="y")
    pauses.ask(
        officer, paused.pk, reason="court", text="They have it.", until=clock.today() + timedelta(days=9)
    )

    def waits(title: str) -> list:
        parts = client.get(reverse("complaints_waiting")).context["parts"]
        return [row["complaint"] for part in parts if part["title"] == title for row in part["rows"]]

    assert waits("Waiting for a second person") == []
    sign_in(supervisor)
    assert waits("Waiting for a second person") == [row]
    assert waits("Pauses that wait for an answer") == [paused]
