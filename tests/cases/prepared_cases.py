"""A request for every door to dismissal cases that writes, each about one brought as far as the step needs it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.actions import (
    appeals,
    cases,
    closing,
    complaints,
    decisions,
    extracts,
    hearings,
    intake,
    prosecutions,
    suspensions,
)
from cases.models import Accused, Case, Complaint, Extract
from ledger import clock
from ledger.actors import CLOCK
from officers.actions import officers
from officers.models import Officer
from officers.models.users import Role
from tests import make
from tests.dismissals import PAPER, Road, again, days_ago, scan
from tests.officers.calling import Prepared
from tests.results import Way

Body = dict[str, Any] | Callable[[Case], dict[str, Any]]
GROUND = {"kind": "drug_involvement", "text": "He sold drugs at the gate.", "paper": PAPER}
PROPOSAL = {
    "measure": "dismissal",
    "articles": ["DR-01"],
    "reasons": "He used drugs.",
    "lesser": "A demotion would leave him in service.",
    "no_conflict": True,
}
DECISION = {"measure": "dismissal", "reasons": "Proved.", "no_conflict": True, "password": make.PASSWORD}
WITHOUT = {"reasons": "Not ripe.", "no_conflict": True, "password": make.PASSWORD}
LAWFUL = {"text": "Lawful.", "rests_on_no_screen": True, "no_conflict": True}
REASON = {"reason": "Because."}
LODGING = {"ground": "unreasonable", "text": "Not heard in full."}


def named(row: Any) -> dict[str, Any]:
    return {"service_number": row.service_number, "birth_year": row.birth_year}


def on(
    verb: str,
    sends: Body,
    state: Callable[[Road], Case] = lambda road: road.opened(),
    by: str = "case_officer",
) -> Callable[[], Prepared]:
    """A step on a case in a state, by one of the people of its road."""

    def prepare() -> Prepared:
        road = Road()
        row = state(road)
        body = sends(row) if callable(sends) else sends
        path = f"cases/{row.pk}/{verb.replace('_', '-')}/"
        return Prepared(getattr(road, by), path, lambda: body, body | {"version": 2**31 - 1})

    return prepare


def closed_complaint(officer: Officer, **said: Any) -> Complaint:
    """One in which this officer was identified, and that was closed and found to be true."""
    unknown = intake.Named("officer", "The tall one")
    row = make.complaint(category="extortion", **said | {"named": [unknown, *said.get("named", ())]})
    inspector = make.user(Role.INSPECTOR)
    accused = Accused.objects.get(complaint=row, kind="officer")
    complaints.match(
        inspector, row.pk, accused_id=accused.pk, officer_id=officer.pk, evidence="Name and post."
    )
    closing.close(
        inspector,
        row.pk,
        finding="substantiated",
        closure_reason="referred_prosecutor",
        summary=said.get("summary", "It is true."),
        answer="It was true.",
    )
    return Complaint.objects.get(pk=row.pk)


def drafted(road: Road) -> Extract:
    case = road.opened()
    row = closed_complaint(case.officer)
    return extracts.draft(road.case_officer, case.pk, complaint_id=row.pk, text="He took money at the gate.")


def of_the_clock(road: Road) -> Case:
    """A case opened for a final positive, of which nobody has confirmed who the officer is."""
    row = cases.open_for_test(CLOCK, Way(road.unit).final().pk)
    assert row is not None
    return row


def suspended(road: Road) -> Case:
    row = road.opened()
    suspensions.suspend(road.supervisor, row.pk, reasons="He could reach the witnesses.")
    return again(row)


def referred(road: Road) -> Case:
    row = road.opened()
    prosecutions.refer(road.case_officer, row.pk, court="Kandal", number="1/26")
    return again(row)


def stayed(road: Road) -> Case:
    return cases.stay(road.case_officer, road.opened().pk, reason="The court has it.")


def dead(road: Road) -> Case:
    row = road.opened()
    officers.leave(road.registrar, row.officer_id, status="DECEASED", reason="Illness.")
    ended = cases.end_by_death(CLOCK, row.pk)
    assert ended is not None
    return ended


def heard(road: Road) -> Case:
    row = road.served()
    return hearings.complete(road.supervisor, row.pk)


def extending(row: Case) -> dict[str, Any]:
    assert row.response_until is not None
    return {"until": str(row.response_until.date() + timedelta(days=9)), "reason": "A witness is abroad."}


def withdrawing(row: Case) -> dict[str, Any]:
    return {"ground": row.grounds.get().pk, **REASON}


def result(row: Case) -> dict[str, Any]:
    return {"prosecution": row.prosecutions.get().pk, "result": "convicted", "number": "9/26"}


def assigning(row: Case) -> dict[str, Any]:
    return {"case_officer": make.user(Role.CASE_OFFICER).pk}


def drafting(row: Case) -> dict[str, Any]:
    return {"complaint": closed_complaint(row.officer).pk, "text": "He took money at the gate."}


STEPS: dict[str, Callable[[], Prepared]] = {
    "identify": on("identify", lambda row: named(row.officer), of_the_clock),
    "assign": on("assign", assigning),
    "add_ground": on("add_ground", GROUND),
    "withdraw_ground": on("withdraw_ground", withdrawing),
    "add_paper": on("add_paper", {"kind": "record", "title": "Roster"}),
    "draft_extract": on("draft_extract", drafting),
    "assess": on("assess", {"severity": "gross", "reasons": "Grave."}),
    "issue_notice": on("issue_notice", {}, Road.assessed),
    "respond": on("respond", {"text": "Not mine."}, Road.served),
    "complete": on("complete", {}, Road.served, "supervisor"),
    "ask_time": on("ask_time", {"text": "A witness is abroad."}, Road.served),
    "extend": on("extend", extending, Road.served),
    "investigate": on("investigate", {"text": "It was his."}, heard),
    "propose": on("propose", PROPOSAL, Road.investigated),
    "find_lawful": on("find_lawful", LAWFUL, Road.proposed, "legal"),
    "send_back": on("send_back", {"text": "Incomplete.", "no_conflict": True}, Road.proposed, "legal"),
    "decide": on("decide", DECISION, Road.checked, "authority"),
    "find_no_case": on("find_no_case", WITHOUT, Road.checked, "authority"),
    "return_for_work": on("return_for_work", WITHOUT, Road.checked, "authority"),
    "reconsider": on("reconsider", REASON, Road.decided, "authority"),
    "lodge": on("lodge", LODGING, Road.told),
    "stay": on("stay", REASON),
    "resume": on("resume", REASON, stayed),
    "suspend": on("suspend", {"reasons": "He could reach the witnesses."}, by="supervisor"),
    "review_suspension": on(
        "review_suspension", {"goes_on": False, "reasons": "All were heard."}, suspended, "supervisor"
    ),
    "refer": on("refer", {"court": "Kandal", "number": "1/26"}),
    "record_result": on("record_result", result, referred),
    "declare_conflict": on("declare_conflict", REASON),
    "discontinue": on("discontinue", REASON, by="supervisor"),
    "go_on_for_family": on("go_on_for_family", REASON, dead),
}


def opening() -> Prepared:
    road = Road()
    officer = road.officer()
    body = {"officer": officer.pk, **named(officer)}
    return Prepared(road.case_officer, "cases/", lambda: body, body | {"birth_year": 1950})


def sending_a_scan() -> Prepared:
    def form(text: bytes = b"Record of the search.") -> dict[str, Any]:
        return {"file": SimpleUploadedFile("record.txt", text)}

    return Prepared(make.user(Role.CASE_OFFICER), "cases/files/", form, form(b"Another record."), "multipart")


def registering() -> Prepared:
    road = Road()
    row = road.decided()
    body = {
        "cases": [row.pk],
        "instrument": "ministerial_decision",
        "number": "12 MOI",
        "signed_on": str(clock.today()),
        "signed_by": "The minister",
        "effective_on": str(clock.today()),
        "files": [scan().token],
    }
    return Prepared(road.registrar, "orders/", lambda: body, body | {"number": "13 MOI"})


def on_order(verb: str, by: str) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        road = Road()
        order = road.ordered(road.decided())
        typed = {
            "number": order.number,
            "signed_on": str(order.signed_on),
            "effective_on": str(order.effective_on),
        }
        body: dict[str, Any] = typed if verb == "verify" else REASON
        return Prepared(
            getattr(road, by), f"orders/{order.pk}/{verb}/", lambda: body, body | {"version": 2**31 - 1}
        )

    return prepare


DRAFT = {"outcome": "overturned", "reasons": "The locker was shared."}


def on_appeal(verb: str, body: dict[str, Any], by: str, *before: str) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        road = Road()
        row = road.appealed()
        if "admit" in before:
            appeals.admit(road.member, row.pk)
        if "draft" in before:
            appeals.draft(road.member, row.pk, **DRAFT)
        path = f"appeals/{row.pk}/{verb}/"
        return Prepared(getattr(road, by), path, lambda: body, body | {"version": 2**31 - 1})

    return prepare


def on_extract(verb: str) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        row = drafted(Road())
        body = {"remark": "It leads to him."}
        by = make.user(Role.INSPECTOR)
        return Prepared(by, f"extracts/{row.pk}/{verb}/", lambda: body, body | {"version": 2**31 - 1})

    return prepare


def acting() -> dict[str, Any]:
    return {
        "taker": make.user(Role.SUPERVISOR).pk,
        "unit": make.root().pk,
        "paper": "31 MOI",
        "starts_on": str(clock.today()),
        "ends_on": str(days_ago(-14)),
    }


def delegating() -> Prepared:
    body = acting()
    return Prepared(
        make.user(Role.DECIDING_AUTHORITY), "delegations/", lambda: body, body | {"paper": "32 MOI"}
    )


def ending() -> Prepared:
    giver = make.user(Role.DECIDING_AUTHORITY)
    about = acting()
    row = decisions.delegate(
        giver,
        taker_id=about["taker"],
        unit_id=about["unit"],
        paper="31",
        starts_on=clock.today(),
        ends_on=days_ago(-14),
    )
    return Prepared(giver, f"delegations/{row.pk}/end/", lambda: REASON, REASON | {"version": 7})


PREPARED: dict[str, Callable[[], Prepared]] = {
    "post /api/v1/cases/": opening,
    "post /api/v1/cases/files/": sending_a_scan,
    "post /api/v1/orders/": registering,
    "post /api/v1/orders/{id}/verify/": on_order("verify", "verifier"),
    "post /api/v1/orders/{id}/reject/": on_order("reject", "registrar"),
    "post /api/v1/appeals/{id}/admit/": on_appeal("admit", {}, "member"),
    "post /api/v1/appeals/{id}/refuse/": on_appeal("refuse", REASON, "member"),
    "post /api/v1/appeals/{id}/draft/": on_appeal("draft", DRAFT, "member", "admit"),
    "post /api/v1/appeals/{id}/send-back/": on_appeal("send-back", REASON, "second_member", "admit", "draft"),
    "post /api/v1/appeals/{id}/agree/": on_appeal(
        "agree", {"no_conflict": True}, "second_member", "admit", "draft"
    ),
    "post /api/v1/extracts/{id}/check/": on_extract("check"),
    "post /api/v1/extracts/{id}/send-back/": on_extract("send-back"),
    "post /api/v1/delegations/": delegating,
    "post /api/v1/delegations/{id}/end/": ending,
    **{f"post /api/v1/cases/{{id}}/{verb.replace('_', '-')}/": prepare for verb, prepare in STEPS.items()},
}
