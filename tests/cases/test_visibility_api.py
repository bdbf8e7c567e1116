"""Role by unit by endpoint: who sees a complaint through the API, and that for the others it is not there at all."""

import io
from datetime import timedelta
from typing import Any

import pytest

from cases.actions import complaints, escalations, flags, pauses
from cases.actions.files import hold
from cases.api.urls import v1
from cases.models import HANDLES, SEES, Complaint, Miss
from ledger import clock
from ledger.actors import CLOCK
from officers.models import Unit, User
from officers.models.users import Role
from tests import make
from tests.cases.prepared import ACTION, CLOSING
from tests.officers.calling import Caller

pytestmark = pytest.mark.django_db

#: A body of the right form for every step, so that what is refused is refused for who asks.
BODIES: dict[str, dict[str, Any]] = {
    "open": {},
    "acknowledge": {},
    "assign": {"handler": 1},
    "note": {"text": "x"},
    "write": {"text": "x"},
    "instruct": {"instruction": "x"},
    "take_action": ACTION,
    "offer": {"unit": 1, "reason": "x"},
    "take_back": {},
    "accept": {},
    "refuse": {"reason": "x"},
    "declare_conflict": {"reason": "x"},
    "match": {"accused": 1, "officer": 1, "evidence": "x"},
    "link": {"original": 1},
    "refer": {"authority": "x", "text": "x", "letter": "x"},
    "hear_from": {"referral": 1},
    "pause": {"reason": "court", "text": "x", "until": "2199-01-01"},
    "decide_pause": {"agree": True},
    "ask_contact": {"reason": "x"},
    "decide_contact": {"grant": True},
    "close": CLOSING,
    "agree": {},
    "send_back": {"reason": "x"},
    "reopen": {"reason": "x"},
    "uphold": {"reason": "x"},
    "settle": {"happened": True, "text": "x"},
}
#: Addresses below a complaint that are read, and those by which a step is taken.
BELOW = [
    (method, str(route.pattern).partition("<int:pk>/")[2])
    for route in v1
    for method in route.callback.actions  # type: ignore[attr-defined]
    if str(route.pattern).startswith("complaints/<int:pk>/") and method in ("get", "post")
]
READS = [name.replace("<int:file>", "{file}") for method, name in BELOW if method == "get"]
STEPS = [name.rstrip("/") for method, name in BELOW if method == "post"]
FILTERS: list[dict[str, Any]] = [
    {},
    {"status": "RECEIVED"},
    {"category": "drug_dealing_officer"},
    {"overdue": "true"},
    {"flagged": "true"},
    {"flagged": "false"},
    {"mine": "false"},
    {"limit": 1},
    {"received_since": "2000-01-01"},
]
UNITS = ("inspectorate", "general", "province", "district", "commune", "other_commune", "ministry")
ABOVE = ("ministry", "general", "province", "district")


def test_every_step_has_a_body_here() -> None:
    assert set(BODIES) == set(STEPS)


class Accusing:
    """A complaint that names the commune post, with something in each list below it, late and flagged."""

    def __init__(self) -> None:
        self.place = make.Province()
        self.ministry = make.root()
        self.row = make.complaint(
            at=self.place.commune,
            category="drug_dealing_officer",
            named=[self.place.commune],
            received_on=clock.today() - timedelta(days=20),
            files=[hold(io.BytesIO(b"What was seen."))],
        )
        handler = make.user(Role.INSPECTOR, self.row.unit)
        complaints.note(handler, self.row.pk, text="Seen.")
        complaints.write(handler, self.row.pk, text="We are looking at it.")
        pauses.ask(handler, self.row.pk, reason="court", text="x", until=clock.today() + timedelta(days=9))
        flags.sweep()

    def unit(self, name: str) -> Unit:
        unit: Unit = self.ministry if name == "ministry" else getattr(self.place, name)
        return unit


def address(row: Complaint, name: str) -> str:
    file = row.files.first()
    return f"complaints/{row.pk}/{name.format(file=file.pk if file else 1)}"


def is_nothing_to(user: User, row: Complaint) -> None:
    """For whom it is hidden every endpoint answers as for a complaint that does not exist."""
    caller = Caller(user)
    nowhere = caller.get("complaints/1000000000000/").json()
    for name in READS:
        answer = caller.get(address(row, name))
        assert (answer.status_code, answer.json()) == (404, nowhere), name
    for verb in STEPS:
        answer = caller.post(f"complaints/{row.pk}/{verb}/", BODIES[verb])
        assert (answer.status_code, answer.json()) == (404, nowhere), verb
    for query in (*FILTERS, {"unit": row.unit_id}, {"level": row.level}):
        page = caller.get("complaints/", **query).json()
        assert page == {"results": [], "next": None, "previous": None}, query
    assert caller.get("misses/").json()["results"] == []


@pytest.mark.parametrize("role", Role.values)
def test_a_complaint_that_names_a_commune_post_is_nothing_to_whom_it_is_hidden_from(role: str) -> None:
    accusing = Accusing()
    assert accusing.row.unit == accusing.place.district

    for unit in UNITS:
        if role in SEES and unit in ABOVE:
            continue
        user = make.user(role, accusing.unit(unit))
        assert not Complaint.objects.visible_to(user).exists()
        assert not Miss.objects.visible_to(user).exists()
        # What a role does not see from above it sees from nowhere, and the accused are asked by every door.
        if role in SEES or unit in ("ministry", "commune"):
            is_nothing_to(user, accusing.row)


@pytest.mark.parametrize("unit", ABOVE)
@pytest.mark.parametrize("role", SEES)
def test_who_handles_it_reads_all_of_it_and_an_auditor_takes_no_step(role: str, unit: str) -> None:
    accusing = Accusing()
    row = accusing.row
    user = make.user(role, accusing.unit(unit))
    caller = Caller(user)

    for name in READS:
        assert caller.get(address(row, name)).status_code == 200, name
    for query in ({}, {"flagged": "true"}, {"overdue": "true"}, {"unit": row.unit_id}):
        assert [one["id"] for one in caller.get("complaints/", **query).json()["results"]] == [row.pk]
    if role in HANDLES:
        conflict = caller.post(f"complaints/{row.pk}/declare_conflict/", BODIES["declare_conflict"])
        assert conflict.json()["gone"]
        is_nothing_to(user, row)
        return
    for verb in STEPS:
        # Whether anything is to be settled is asked before who may settle it; and an auditor may ask for a reporter,
        # who has left nothing here.
        wanted = 400 if verb in ("settle", "ask_contact") else 403
        assert caller.post(f"complaints/{row.pk}/{verb}/", BODIES[verb]).status_code == wanted, verb


@pytest.mark.parametrize("role", [*SEES, None])
def test_who_is_posted_to_the_accused_unit_sees_nothing_by_a_role_elsewhere(role: str | None) -> None:
    accusing = Accusing()
    officer = make.officer(accusing.place.commune)

    is_nothing_to(make.user(role, accusing.ministry, officer=officer), accusing.row)


def test_who_serves_a_second_unit_below_the_accused_one_sees_nothing_either() -> None:
    place = make.Province()
    row = make.complaint(at=place.commune, category="drug_dealing_officer", named=[place.district])
    assert row.unit == place.province
    for unit in (place.district, place.commune, place.other_commune):
        is_nothing_to(make.user(Role.SUPERVISOR, unit), row)
    officer = make.officer(place.other_commune)
    is_nothing_to(make.user(Role.INSPECTOR, make.root(), officer=officer), row)


def test_a_confirmed_officer_and_his_unit_lose_sight_of_it_at_once() -> None:
    place = make.Province()
    officer = make.officer(place.other_commune)
    himself = make.user(Role.INSPECTOR, make.root(), officer=officer)
    handler = make.user(Role.CASE_OFFICER, place.district)
    row = make.complaint(at=place.commune, category="trafficking_place", named=[_unknown()])
    assert Caller(himself).get(f"complaints/{row.pk}/").status_code == 200

    complaints.match(
        handler, row.pk, accused_id=row.accused.get().pk, officer_id=officer.pk, evidence="The plate is his."
    )

    is_nothing_to(himself, Complaint.objects.get(pk=row.pk))
    assert Caller(handler).get(f"complaints/{row.pk}/").status_code == 200


def _unknown() -> Any:
    from cases.actions.intake import Named

    return Named("officer", "The tall one")


def test_the_police_whom_the_reporter_asked_to_keep_out_see_nothing() -> None:
    place = make.Province()
    row = make.complaint(at=place.commune, category="drug_dealing", hidden_from="district")
    assert row.unit == place.province
    for unit in (place.commune, place.district):
        is_nothing_to(make.user(Role.SUPERVISOR, unit), row)


def test_a_miss_is_no_way_back_to_a_complaint_that_came_to_name_the_unit() -> None:
    place = make.Province()
    row = make.complaint(at=place.commune, category="drug_dealing", named=[_unknown()])
    with clock.at(clock.now() + timedelta(days=60)):
        escalations.escalate(CLOCK, row.pk)
    miss = row.misses.get()
    post, district = (Caller(make.user(Role.SUPERVISOR, unit)) for unit in (place.commune, place.district))
    assert [one["id"] for one in post.get("misses/").json()["results"]] == [miss.pk]

    complaints.match(
        district.user,
        row.pk,
        accused_id=row.accused.get().pk,
        officer_id=make.officer(place.commune).pk,
        evidence="He was seen.",
    )

    for query in ({}, {"unit": place.commune.pk}, {"kind": "act"}, {"explained": "false"}):
        assert post.get("misses/", **query).json()["results"] == []
    assert post.get(f"misses/{miss.pk}/").status_code == 404
    assert post.post(f"misses/{miss.pk}/explain/", {"explanation": "x"}).status_code == 404
    assert district.get(f"misses/{miss.pk}/").status_code == 200


def test_an_offer_is_seen_by_the_unit_it_is_made_to_until_it_is_refused() -> None:
    place = make.Province()
    row = make.complaint(at=place.commune, category="trafficking_place")
    giver, taker = (
        make.user(Role.CASE_OFFICER, place.district),
        make.user(Role.CASE_OFFICER, place.inspectorate),
    )
    is_nothing_to(taker, row)
    complaints.offer(giver, row.pk, unit_id=place.inspectorate.pk, reason="Theirs.")

    caller = Caller(taker)
    seen = caller.get(f"complaints/{row.pk}/").json()
    assert {"accept", "refuse"} <= set(seen["verbs"])
    assert "report" in seen
    assert caller.post(f"complaints/{row.pk}/note/", {"text": "x"}).status_code == 403
    refused = caller.post(f"complaints/{row.pk}/refuse/", {"reason": "Not ours.", "version": seen["version"]})

    assert set(refused.json()) == {"id", "reference", "gone"}
    is_nothing_to(taker, row)
