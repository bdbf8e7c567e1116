"""Audits, samples, reviews and findings by API: auditors read and act, the unit answers, others have nothing there."""

import hashlib

import pytest

from audits.models import Finding, FindingEntry, Review
from ledger.models import Event
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.audits.prepared import DRAFT, of_a_review
from tests.dismissals import Road
from tests.officers.calling import Caller, by_key

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "auditor"])


def test_a_sample_is_read_with_all_that_draws_it_anew():
    road = Road()
    for _ in range(3):
        road.decided()
    bench = Bench()
    sample = bench.drawn()
    caller = Caller(bench.lead)

    told = caller.get(f"audits/samples/{sample.pk}/").json()
    lines = caller.get(f"audits/samples/{sample.pk}/population/").json()["lines"]
    records = caller.get(f"audits/samples/{sample.pk}/records/").json()["results"]

    assert hashlib.sha256(lines.encode()).hexdigest() == told["digest"]
    seed = f"probity-sample-1\n{told['digest']}\n{told['nonce']}\n{told['outside']}"
    assert hashlib.sha256(seed.encode()).hexdigest() == told["seed"]
    assert [one["key"] for one in records] == [
        hashlib.sha256(f"{told['seed']}:{one['row']}".encode()).hexdigest() for one in records
    ]
    assert caller.get(f"audits/{sample.audit_id}/").json()["reference"].startswith("A-")
    assert [one["id"] for one in caller.get("audits/samples/", audit=sample.audit_id).json()["results"]] == [
        sample.pk
    ]
    stranger = Caller(make.user(Role.INSPECTOR))
    for path in ("", "population/", "records/"):
        assert stranger.get(f"audits/samples/{sample.pk}/{path}").status_code == 404
    assert stranger.get("audits/samples/").json()["results"] == []


def test_a_nonce_is_told_by_nothing_before_the_draw():
    Road().decided()
    bench = Bench()
    sample = bench.frozen()
    told = Caller(bench.lead).get(f"audits/samples/{sample.pk}/").json()
    assert (told["nonce"], told["seed"], told["outside"]) == ("", "", "")
    assert "nonce_sealed" not in told


def test_a_review_goes_from_start_to_completion_and_names_its_next_steps():
    bench = Bench()
    review = bench.assigned(Road().decided())
    caller = by_key(bench.second)
    path = f"audits/reviews/{review.pk}/"

    opened = caller.get(path).json()
    assert (opened["status"], opened["questions"]) == ("ASSIGNED", [])
    assert set(opened["verbs"]) == {"start", "hand_over"}
    begun = caller.post(f"{path}start/", {"version": opened["version"]}).json()
    assert "answer" in begun["verbs"]
    assert caller.post(f"{path}start/", {"version": opened["version"]}).status_code == 409
    asked = caller.get(path).json()["questions"]
    event = Event.objects.latest("id").pk
    assert caller.post(f"{path}complete/", {"result": "in_order", "summary": "Fine."}).status_code == 409
    for question in asked:
        said = {"question": question["code"], "kind": "no", "note": "It is not.", "events": [event]}
        assert caller.post(f"{path}answer/", said).status_code == 200
    done = caller.post(f"{path}complete/", {"result": "shortcomings", "summary": "Late."}).json()
    assert (done["status"], done["result"]) == ("COMPLETED", "shortcomings")
    assert "summary" not in done
    assert caller.get(path).json()["answers"][0]["events"] == [event]
    assert Caller(make.user(Role.AUDITOR)).post(f"{path}reopen/", {"reason": "x"}).status_code == 403
    assert Caller(make.user(Role.INSPECTOR)).get(path).status_code == 404


def test_a_finding_is_drafted_issued_answered_acted_on_and_closed():
    body = of_a_review()
    review = Review.objects.get(pk=body["review"])
    auditor, other = Caller(review.reviewer), Caller(make.user(Role.AUDITOR))
    unit = Caller(make.user(Role.SUPERVISOR))

    made = auditor.post("audits/findings/", body)
    assert made.status_code == 201, made.content
    path = f"audits/findings/{made.json()['id']}/"
    assert auditor.client.get(made["Location"]).json()["text"] == DRAFT["text"]
    assert (made.json()["about"], made.json()["row"]) == (review.about, review.row_id)
    assert unit.get(path).status_code == 404
    assert unit.post(f"{path}accept/", {"text": "x"}).status_code == 404
    assert auditor.post(f"{path}issue/", {"version": 1}).json()["status"] == "ISSUED"
    assert auditor.post(f"{path}accept/", {"text": "x"}).status_code == 403
    assert set(unit.get(path).json()["verbs"]) == {"accept", "contest"}
    assert unit.post(f"{path}contest/", {"text": "No."}).json()["due_on"] is None
    assert auditor.post(f"{path}uphold/", {"text": "Yes."}).json()["status"] == "ISSUED"
    assert unit.post(f"{path}accept/", {"text": "We will."}).json()["status"] == "ACCEPTED"
    assert unit.post(f"{path}act/", {"text": "We did."}).json()["status"] == "ACTED"
    assert unit.post(f"{path}close/", {"text": "x"}).status_code == 403
    assert other.post(f"{path}close/", {"text": "Seen."}).json()["status"] == "CLOSED"
    kinds = [one["kind"] for one in unit.get(path).json()["entries"]]
    assert kinds == ["issued", "contested", "upheld", "accepted", "acted", "closed"]
    assert list(FindingEntry.objects.order_by("number").values_list("kind", flat=True)) == kinds


def test_a_stale_version_and_a_half_named_record_are_refused():
    bench = Bench()
    finding = bench.drafted()
    caller = Caller(bench.second)
    stale = caller.post(f"audits/findings/{finding.pk}/issue/", headers={"If-Match": '"7"'})
    assert stale.status_code == 409
    body = {**DRAFT, "audit": finding.audit_id, "unit": bench.unit.pk}
    for half in ({"about": "case"}, {"about": "case", "row": 999}):
        assert caller.post("audits/findings/", body | half).status_code == 404
    assert caller.post("audits/findings/", body | {"status": "CLOSED"}).status_code == 400
    assert Finding.objects.count() == 1


def test_lists_are_narrowed():
    bench = Bench()
    finding = bench.issued()
    review = bench.assigned(Road().decided(), finding.audit)
    caller = Caller(bench.second)

    def found(path, **query):
        return [one["id"] for one in caller.get(f"audits/{path}", **query).json()["results"]]

    assert found("", year=finding.audit.year, status="RUNNING") == [finding.audit_id]
    assert found("reviews/", mine="true", about="case") == [review.pk]
    assert found("reviews/", mine="false") == []
    assert found("findings/", severity="medium", late="false") == [finding.pk]
    assert found("findings/", late="true") == []
    assert found("findings/", unit=make.unit().pk) == []
