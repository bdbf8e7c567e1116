"""A complaint enters a case as an extract alone: for who may not see it, no answer leads to it or to the reporter."""

import json
from typing import Any

import pytest

from cases.actions import decisions
from cases.models import Case, Complaint, Extract
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.cases.prepared_cases import closed_complaint
from tests.dismissals import Road, again
from tests.officers.calling import Caller, errors

pytestmark = pytest.mark.django_db

NARRATIVE = "canary-narrative-4711: my brother-in-law counted the money at the gate of the post."
PLACE, NAMED, SUMMARY = "canary-place-4712", "canary-named-4713", "canary-summary-4714"
TEXT = "In October he let two dealers go for money."
UNCHECKED = "canary-unchecked-4715 in the blue house."


class Sealed:
    """A case that a province conducts, and a complaint that names the province, so that nobody there may see it."""

    def __init__(self) -> None:
        self.place = make.Province()
        self.road = Road(
            self.place.commune,
            case_officer=make.user(Role.CASE_OFFICER, self.place.province),
            legal=make.user(Role.LEGAL_CHECKER, self.place.province),
        )
        self.reader, self.second = make.user(Role.INSPECTOR), make.user(Role.INSPECTOR)
        self.case = self.road.opened()
        self.complaint = closed_complaint(
            self.case.officer,
            at=self.place.commune,
            named=[self.place.province],
            narrative=NARRATIVE,
            place_text=PLACE,
            summary=SUMMARY,
        )
        assert not Complaint.objects.visible_to(self.road.case_officer).exists()
        assert Complaint.objects.visible_to(self.reader).exists()

    def draft(self, text: str = TEXT) -> Extract:
        body = {"complaint": self.complaint.pk, "text": text}
        answer = Caller(self.reader).post(f"cases/{self.case.pk}/draft-extract/", body)
        assert answer.status_code == 200, answer.content
        return Extract.objects.get(pk=answer.json()["made"])

    def hidden(self, *more: str) -> list[str]:
        number = str(self.complaint.pk)
        return [number, self.complaint.reference, "canary-narrative", "brother-in-law", PLACE, SUMMARY, *more]


def told(user: User, case: Case, hidden: list[str]) -> None:
    """Every answer about a case that somebody gets holds none of this."""
    caller = Caller(user)
    found = [
        f"cases/{case.pk}/{name}"
        for name in ("", "history/", "files/", *(f"files/{file}/" for file in files_of(case)))
    ]
    lists = ("cases/", "extracts/", "orders/", "appeals/", "measures/", "complaints/", "barred-register/")
    for path in (*found, *lists, *(f"extracts/{one.pk}/" for one in case.extracts.all())):
        text = json.dumps(caller.get(path).json(), ensure_ascii=False)
        assert not [one for one in hidden if one in text], (user.held_roles[0].role, path)


def files_of(case: Case) -> list[int]:
    return [file.pk for paper in case.papers.all() for file in paper.files.all()]


def test_nothing_of_a_case_leads_a_case_officer_to_a_complaint_that_is_not_his() -> None:
    sealed = Sealed()
    road, case = sealed.road, sealed.case
    draft = sealed.draft(UNCHECKED)
    told(road.case_officer, case, sealed.hidden(UNCHECKED))
    refused = Caller(road.case_officer).post(f"extracts/{draft.pk}/check/")
    assert refused.status_code == 403
    sent = Caller(sealed.second).post(f"extracts/{draft.pk}/send-back/", {"remark": f"{PLACE} leads to him."})
    assert (sent.status_code, sent.json()["status"]) == (200, "RETURNED")
    told(road.case_officer, case, sealed.hidden(UNCHECKED))

    extract = sealed.draft()
    checked = Caller(sealed.second).post(f"extracts/{extract.pk}/check/", {"remark": f"Not {PLACE}, good."})
    assert (checked.status_code, checked.json()["status"]) == (200, "CHECKED")
    by_officer = Caller(road.case_officer)
    body = {"kind": "corruption", "text": "He took money.", "extract": extract.pk}
    answers = [by_officer.post(f"cases/{case.pk}/add-ground/", body)]
    road.assessed(again(case))
    answers.append(by_officer.post(f"cases/{case.pk}/issue-notice/"))
    assert [answer.status_code for answer in answers] == [200, 200]
    road.tell(again(case))
    told(road.case_officer, case, sealed.hidden(UNCHECKED))
    read = by_officer.get(f"cases/{case.pk}/").json()
    assert read["notices"][0]["content"]["grounds"][1]["extract"] == TEXT
    shown = {one["id"]: (one["complaint"], one["text"]) for one in read["extracts"]}
    assert shown == {draft.pk: (None, ""), extract.pk: (None, TEXT)}
    text = json.dumps([answer.json() for answer in answers])
    assert not [one for one in sealed.hidden() if one in text]


def test_who_reads_the_complaint_is_told_which_it_is_and_its_checker_what_is_to_be_checked() -> None:
    sealed = Sealed()
    extract = sealed.draft()
    # Who sees the complaint and has no part in cases of the unit still checks, and is not led to the case.
    apart = make.user(Role.INSPECTOR, sealed.complaint.unit)
    for user in (sealed.reader, sealed.second, apart):
        row = Caller(user).get(f"extracts/{extract.pk}/").json()
        assert (row["complaint"], row["text"]) == (sealed.complaint.pk, TEXT)
    assert Caller(sealed.reader).get(f"extracts/{extract.pk}/").json()["verbs"] == []
    waiting = Caller(sealed.second).get("extracts/", status="DRAFT").json()["results"]
    assert [(one["id"], one["complaint"]) for one in waiting] == [(extract.pk, sealed.complaint.pk)]
    read = Caller(sealed.second).get(f"extracts/{extract.pk}/").json()
    assert read["verbs"] == ["check", "send_back"]
    assert Caller(sealed.reader).post(f"extracts/{extract.pk}/check/").status_code == 403


def test_an_extract_that_leads_to_the_reporter_or_of_what_one_may_not_see_is_not_taken() -> None:
    sealed = Sealed()
    path = f"cases/{sealed.case.pk}/draft-extract/"
    number: Any = {"complaint": sealed.complaint.pk}
    said = Caller(sealed.reader).post(path, number | {"text": f"He said: {NARRATIVE} Call 012 345 678."})
    assert errors(said) == {("text", "invalid")}
    unseen = Caller(sealed.road.case_officer).post(path, number | {"text": TEXT})
    nothing = Caller(sealed.road.case_officer).post(path, {"complaint": 4711, "text": TEXT})
    assert errors(unseen) == {("complaint", "invalid")}
    assert unseen.json() == nothing.json()


def test_nor_is_whoever_comes_later_in_the_case_led_to_it() -> None:
    sealed = Sealed()
    road = sealed.road
    draft = sealed.draft(UNCHECKED)
    extract = sealed.draft()
    Caller(sealed.second).post(f"extracts/{extract.pk}/check/")
    case = road.decided(again(sealed.case))
    road.verify(road.ordered(case, instrument=decisions.decision_of(case).instrument))
    hidden = sealed.hidden(UNCHECKED)
    assert draft.text in hidden
    place = sealed.place.province
    for user in (road.legal, make.user(Role.REGISTRAR, place), make.user(Role.DECIDING_AUTHORITY, place)):
        told(user, case, hidden)
