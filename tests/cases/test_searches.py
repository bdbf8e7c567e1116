"""Saved searches of the queue: one's own, limited, kept as a question, and safe when they are out of date."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.http import Http404
from django.urls import reverse

from cases.actions import complaints, searches
from cases.actions.intake import Named
from cases.models import SavedSearch
from cases.queries.searches import Outdated, found_by, read
from ledger import clock
from ledger.acting import recording
from ledger.actors import CLOCK
from ledger.conflict import Conflict
from ledger.models import Event
from officers.actions import units
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.officers.calling import Caller, by_key, errors

pytestmark = pytest.mark.django_db
LATE = {"overdue": True}


@pytest.fixture
def officer(place):
    return make.user(Role.CASE_OFFICER, place.district)


def written(row, query):
    """As an earlier release may have written it."""
    with recording("test.written", actor=CLOCK, subject=row):
        SavedSearch.objects.filter(pk=row.pk).update(query=query)
    return SavedSearch.objects.get(pk=row.pk)


def test_a_saved_search_keeps_the_question_and_finds_what_fits_when_it_is_opened(place, officer):
    row = searches.save(officer, name="Dealers", query={"category": "trafficking_place"})
    assert list(found_by(row)) == []
    fits = make.complaint(at=place.commune, category="trafficking_place")
    make.complaint(at=place.commune, category="drug_use")
    assert list(found_by(row)) == [fits]


def test_what_its_owner_may_not_see_any_more_it_finds_no_more(place):
    chief = make.officer(place.district)
    himself = make.user(Role.SUPERVISOR, place.district, officer=chief)
    row = searches.save(himself, name="All of them", query={"category": "trafficking_place"})
    case = make.complaint(
        at=place.commune, category="trafficking_place", named=[Named("officer", "the chief")]
    )
    assert found_by(row).count() == 1
    above = make.user(Role.SUPERVISOR, place.province)
    complaints.match(
        above, case.pk, accused_id=case.accused.get().pk, officer_id=chief.pk, evidence="His name."
    )
    row.user = User.objects.get(pk=himself.pk)
    assert found_by(row).count() == 0


def test_every_part_of_the_filter_is_kept_and_read_again(place, officer):
    query = {
        "status": ["ACKNOWLEDGED", "RECEIVED"],
        "overdue": True,
        "flagged": True,
        "mine": True,
        "offered": True,
        "category": "trafficking_place",
        "level": 1,
        "unit": place.commune.pk,
        "received_since": "2026-01-01",
        "received_until": "2026-12-31",
    }
    row = searches.save(officer, name="Everything", query=query)
    assert row.query == query
    assert read(officer, row.query).as_kept() == query
    assert list(found_by(row)) == []


@pytest.mark.parametrize(
    "query",
    [
        {"status": ["GONE"]},
        {"status": "RECEIVED"},
        {"category": "witchcraft"},
        {"level": 9},
        {"level": True},
        {"unit": 999_999_999},
        {"overdue": "on"},
        {"received_since": "yesterday"},
        {"colour": "blue"},
    ],
)
def test_what_there_is_not_is_refused_and_where_it_stands_already_is_told_and_finds_nothing(officer, query):
    with pytest.raises(ValidationError, match="nothing like this"):
        searches.save(officer, name="Odd", query=query)
    row = written(searches.save(officer, name="Old", query=LATE), LATE | query)
    with pytest.raises(Outdated) as refusal:
        read(officer, row.query)
    assert refusal.value.names == list(query)
    assert found_by(row) is None


def test_one_that_asks_for_nothing_or_has_the_name_of_another_is_refused(officer):
    searches.save(officer, name="Late", query=LATE)
    with pytest.raises(ValidationError, match="Choose something"):
        searches.save(officer, name="All", query={})
    with pytest.raises(ValidationError, match="of this name already"):
        searches.save(officer, name=" Late ", query=LATE)
    assert SavedSearch.objects.count() == 1


def test_whoever_sees_no_complaints_saves_none_and_nobody_reaches_anothers(place, officer):
    row = searches.save(officer, name="Late", query=LATE)
    with pytest.raises(PermissionDenied):
        searches.save(make.user(Role.ADMINISTRATOR), name="Late", query=LATE)
    other = make.user(Role.SUPERVISOR, place.district)
    for act in (searches.remove, searches.restore):
        with pytest.raises(Http404):
            act(other, row.pk)
    with pytest.raises(Http404):
        searches.change(other, row.pk, name="Mine")


def test_fifty_are_kept_and_the_error_says_so(officer):
    for number in range(searches.MOST_KEPT):
        last = searches.save(officer, name=f"No. {number}", query=LATE)
    with pytest.raises(ValidationError, match="You have 50 saved searches"):
        searches.save(officer, name="One more", query=LATE)
    searches.remove(officer, last.pk)
    searches.save(officer, name="One more", query=LATE)
    with pytest.raises(ValidationError, match="You have 50 saved searches"):
        searches.restore(officer, last.pk)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_find_the_last_room(officer):
    for number in range(searches.MOST_KEPT - 1):
        searches.save(officer, name=f"No. {number}", query=LATE)

    def save(name):
        try:
            return searches.save(User.objects.get(pk=officer.pk), name=name, query=LATE)
        except ValidationError:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(save, ["One", "Other"]))
    assert sum(one is not None for one in made) == 1
    assert SavedSearch.objects.count() == searches.MOST_KEPT


def test_it_is_renamed_removed_and_had_again_each_with_its_event(officer):
    row = searches.save(officer, name="Late", query=LATE)
    row = searches.change(officer, row.pk, name="Very late", in_digest=True, version=1)
    with pytest.raises(Conflict):
        searches.change(officer, row.pk, name="Other", version=1)
    searches.remove(officer, row.pk, version=2)
    with pytest.raises(Http404):
        searches.change(officer, row.pk, name="Other")
    row = searches.restore(officer, row.pk)
    assert (row.name, row.in_digest, row.query) == ("Very late", True, LATE)
    verbs = Event.objects.filter(subject_table="cases_savedsearch").order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        f"saved_search.{word}" for word in ("kept", "changed", "removed", "restored")
    ]


def test_the_pages_save_what_is_chosen_open_it_rename_it_and_take_a_removal_back(
    client, place, sign_in, officer
):
    sign_in(officer)
    make.complaint(at=place.commune, category="trafficking_place")
    chosen = f"category=trafficking_place&unit={place.district.code}&since=01/01/2026"
    queue = client.get(f"{reverse('complaints')}?{chosen}").content.decode()
    assert "Save this search" in queue
    assert "Save this search" not in client.get(reverse("complaints")).content.decode()

    answer = client.post(f"{reverse('saved_search_keep')}?{chosen}", {"name": "Dealers"}, follow=True)
    assert "The search is saved." in answer.content.decode()
    row = SavedSearch.objects.get()
    assert row.query == {
        "category": "trafficking_place",
        "unit": place.district.pk,
        "received_since": "2026-01-01",
    }
    listed = client.get(reverse("saved_searches")).context["rows"]
    assert [(one["search"].name, one["count"]) for one in listed] == [("Dealers", "1")]
    opened = client.get(reverse("saved_search", args=[row.pk]), follow=True)
    assert opened.context["filter_form"].errors == {}
    assert len(opened.context["rows"]) == 1
    assert "Dealers" in opened.content.decode()

    client.post(reverse("saved_search_change", args=[row.pk]), {"name": "Sellers", "version": 1})
    gone = client.post(reverse("saved_search_remove", args=[row.pk]), {"version": 2}, follow=True)
    assert "“Sellers” is removed." in gone.content.decode()
    assert client.get(reverse("saved_search", args=[row.pk])).status_code == 404
    client.post(reverse("saved_search_restore", args=[row.pk]))
    assert SavedSearch.objects.kept().get().name == "Sellers"


def test_a_search_that_is_out_of_date_says_so_beside_its_field(client, place, sign_in, officer):
    sign_in(officer)
    old = searches.save(officer, name="Old", query={"unit": place.commune.pk})
    keeper = make.user(Role.SYSTEM_ADMINISTRATOR)
    units.close(keeper, place.commune.pk, valid_to=clock.today(), reason="Merged.")
    page = client.get(reverse("saved_search", args=[old.pk]), follow=True)
    assert page.context["filter_form"].errors["unit"] == ["No unit has this code or name."]
    assert page.context["rows"] == []
    assert "Out of date" in client.get(reverse("saved_searches")).content.decode()
    written(old, {"colour": "blue", "overdue": True})
    page = client.get(reverse("saved_search", args=[old.pk]), follow=True).content.decode()
    assert "something that the list does not know: colour." in page


def test_a_name_is_shown_as_it_was_typed_and_never_as_markup(client, sign_in, officer):
    sign_in(officer)
    searches.save(officer, name="<b>Late</b>", query=LATE)
    for page in (reverse("complaints"), reverse("saved_searches")):
        assert "&lt;b&gt;Late&lt;/b&gt;" in client.get(page).content.decode()


def test_the_api_saves_counts_changes_removes_and_lists_what_fits(place, officer):
    fits = make.complaint(at=place.commune, category="trafficking_place")
    make.complaint(at=place.commune, category="drug_use")
    caller = by_key(officer, "complaints:read", "complaints:write")
    made = caller.post("saved-searches/", {"name": "Dealers", "query": {"category": "trafficking_place"}})
    assert (made.status_code, made.json()["version"]) == (201, 1)
    path = f"saved-searches/{made.json()['id']}/"
    assert caller.get(path).json()["count"] == 1
    found = caller.get("complaints/", saved_search=made.json()["id"]).json()["results"]
    assert [one["id"] for one in found] == [fits.pk]
    assert caller.patch(path, {"in_digest": True, "version": 1}).json()["in_digest"] is True
    assert caller.patch(path, {"name": "x", "version": 1}).status_code == 409
    assert errors(caller.patch(path, {"query": {"colour": "blue"}})) == {("query.colour", "unknown")}
    other = Caller(make.user(Role.SUPERVISOR, place.district))
    assert other.get(path).status_code == other.post(f"{path}remove/").status_code == 404
    assert other.get("complaints/", saved_search=made.json()["id"]).json()["results"] == []
    assert caller.post(f"{path}remove/").json()["removed_at"]
    assert caller.get("saved-searches/").json()["results"] == []
    assert caller.post(f"{path}restore/").json()["removed_at"] is None
    closed = clock.today() - timedelta(days=3)
    assert caller.post(
        "saved-searches/", {"name": "Days", "query": {"received_since": closed.isoformat(), "mine": False}}
    ).json()["query"] == {"received_since": closed.isoformat()}
