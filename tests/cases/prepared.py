"""A request for every door to complaints that writes, each about a case brought as far as the step needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.actions import (
    closing,
    complaints,
    contacts,
    escalations,
    failures,
    intake,
    pauses,
    referrals,
    searches,
)
from cases.models import Accused, Complaint, FailureProposal
from ledger import clock
from ledger.actors import CLOCK
from officers.models import User
from officers.models.users import Role
from officers.reckoning.defaults import AUTHORITIES
from tests import make
from tests.officers.calling import Prepared

TOKEN = "a report's own"
CLOSING = {
    "finding": "unfounded",
    "closure_reason": "no_evidence",
    "summary": "Nothing was found.",
    "answer": "We found nothing there.",
}
ACTION = {"kind": "visited", "text": "Went there with two officers."}
REFERRAL = {"authority": AUTHORITIES[0]["code"], "text": "Acetone without a licence.", "letter": "112/26"}
REPORT = {"category": "trafficking_place", "narrative": "They meet behind the market."}


@dataclass
class Case:
    """A complaint at a district inspectorate, with those who work there."""

    place: make.Province
    officer: User
    supervisor: User
    row: Complaint


def case(**said: Any) -> Case:
    place = make.Province()
    return Case(
        place,
        make.user(Role.CASE_OFFICER, place.district),
        make.user(Role.SUPERVISOR, place.district),
        make.complaint(at=place.commune, **{"category": "trafficking_place", "token": TOKEN, **said}),
    )


Sends = dict[str, Any] | Callable[[Case], dict[str, Any]]


def on(
    verb: str,
    sends: Sends,
    before: Callable[[Case], object] = lambda case: None,
    by: Callable[[Case], User] = lambda case: case.officer,
    **said: Any,
) -> Callable[[], Prepared]:
    """A step on a case, after what `before` does to it."""

    def prepare() -> Prepared:
        here = case(**said)
        before(here)
        body = sends(here) if callable(sends) else sends
        return Prepared(
            by(here), f"complaints/{here.row.pk}/{verb}/", lambda: body, body | {"version": 2**31 - 1}
        )

    return prepare


def supervisor(here: Case) -> User:
    return here.supervisor


def offered(here: Case) -> None:
    complaints.offer(here.officer, here.row.pk, unit_id=here.place.province.pk, reason="Theirs.")


def at_the_province(here: Case) -> User:
    return make.user(Role.CASE_OFFICER, here.place.province)


def proposed(here: Case) -> None:
    closing.close(here.officer, here.row.pk, **CLOSING)


def closed(here: Case) -> None:
    proposed(here)
    closing.agree(here.supervisor, here.row.pk)


def other_supervisor(here: Case) -> User:
    return make.user(Role.SUPERVISOR, here.place.district)


def reviewed(here: Case) -> None:
    closed(here)
    heard("Look again.", "review")


def disputed(here: Case) -> None:
    complaints.take_action(here.officer, here.row.pk, **ACTION)
    heard("Nobody came.", "dispute")


def heard(text: str, kind: str) -> None:
    from django.conf import settings

    from cases.reckoning.receipts import receipt_of

    intake.reply(receipt_of(TOKEN, settings.PEPPER), text, token=f"{kind} {text}", kind=kind)
    intake.enter_waiting()


def pause_asked(here: Case) -> None:
    until = clock.today() + timedelta(days=20)
    pauses.ask(here.officer, here.row.pk, reason="court", text="It is there.", until=until)


def contact_asked(here: Case) -> None:
    contacts.ask(here.officer, here.row.pk, reason="A court needs a witness.")


def referred(here: Case) -> None:
    referrals.refer(here.officer, here.row.pk, **REFERRAL)


def hearing(here: Case) -> dict[str, Any]:
    return {"referral": here.row.referrals.get().pk, "answer": "The shop was closed."}


def matching(here: Case) -> dict[str, Any]:
    accused = Accused.objects.get(complaint=here.row)
    officer = make.officer(here.place.other_commune)
    return {"accused": accused.pk, "officer": officer.pk, "evidence": "Name and post agree."}


def linking(here: Case) -> dict[str, Any]:
    first = make.complaint(at=here.place.commune, category="trafficking_place")
    return {"original": first.pk}


def moved_up(here: Case) -> int:
    """The id of the district's miss."""
    row = here.row
    later = clock.now() + timedelta(days=40)
    with clock.at(later):
        escalations.escalate(CLOCK, row.pk)
    return row.misses.get().pk


def explaining() -> Prepared:
    here = case()
    body = {"explanation": "The car was broken."}
    return Prepared(here.officer, f"misses/{moved_up(here)}/explain/", lambda: body, body | {"version": 7})


def failing(place: make.Province) -> FailureProposal:
    """The district has missed three deadlines of as many matters, which is put to the province."""
    rows = [
        make.complaint(
            at=place.commune,
            category="trafficking_place",
            narrative=f"No. {days}",
            received_on=clock.today() - timedelta(days=days),
        )
        for days in range(failures.MISSES)
    ]
    with clock.at(clock.now() + timedelta(days=40)):
        for row in rows:
            escalations.escalate(CLOCK, row.pk)
        made = failures.propose(CLOCK, place.district.pk)
    assert made is not None
    return made


def deciding(verb: str) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        place = make.Province()
        path = f"failures/{failing(place).pk}/{verb}/"
        by = make.user(Role.SUPERVISOR, place.province)
        return Prepared(by, path, lambda: REASON, REASON | {"version": 7})

    return prepare


def handing_in() -> Prepared:
    place = make.Province()
    body = REPORT | {"place_code": place.commune.admin_code}
    return Prepared(
        make.user(Role.CASE_OFFICER, make.unit()),
        "complaints/",
        lambda: body,
        body | {"happened": "At night"},
    )


def sending_a_file() -> Prepared:
    def form(text: bytes = b"What the neighbour saw.") -> dict[str, Any]:
        return {"file": SimpleUploadedFile("said.txt", text)}

    by = make.user(Role.CASE_OFFICER, make.unit())
    return Prepared(by, "complaints/files/", form, form(b"Something else."), "multipart")


SEARCH = {"name": "Late ones", "query": {"overdue": True}}


def keeping() -> Prepared:
    return Prepared(
        make.user(Role.CASE_OFFICER), "saved-searches/", lambda: SEARCH, SEARCH | {"name": "Others"}
    )


def on_search(verb: str, body: dict[str, Any]) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        row = searches.save(make.user(Role.CASE_OFFICER), **SEARCH)
        if verb == "restore/":
            row = searches.remove(row.user, row.pk)
        other = body | {"version": 2**31 - 1}
        return Prepared(row.user, f"saved-searches/{row.pk}/{verb}", lambda: body, other)

    return prepare


REASON = {"reason": "Because."}
CONTACT = "By telephone."
UNKNOWN = [intake.Named("officer", "The tall one")]
STEPS = {
    "open": on("open", {}),
    "acknowledge": on("acknowledge", {"text": "Thank you."}),
    "assign": on("assign", lambda here: {"handler": here.supervisor.pk}),
    "note": on("note", {"text": "Seen."}),
    "write": on("write", {"text": "We are looking at it."}),
    "instruct": on("instruct", {"instruction": "Look there after dark."}),
    "take_action": on("take_action", ACTION),
    "offer": on("offer", lambda here: {"unit": here.place.province.pk, **REASON}),
    "take_back": on("take_back", {}, offered),
    "accept": on("accept", {}, offered, at_the_province),
    "refuse": on("refuse", REASON, offered, at_the_province),
    "declare_conflict": on("declare_conflict", REASON),
    "match": on("match", matching, named=UNKNOWN),
    "link": on("link", linking),
    "refer": on("refer", REFERRAL),
    "hear_from": on("hear_from", hearing, referred),
    "pause": on(
        "pause",
        lambda here: {
            "reason": "court",
            "text": "The prosecutor has it.",
            "until": str(clock.today() + timedelta(days=9)),
        },
    ),
    "decide_pause": on("decide_pause", {"agree": True}, pause_asked, supervisor),
    "ask_contact": on("ask_contact", REASON, contact=CONTACT),
    "decide_contact": on("decide_contact", {"grant": True}, contact_asked, supervisor, contact=CONTACT),
    "close": on("close", CLOSING),
    "agree": on("agree", {}, proposed, supervisor),
    "send_back": on("send_back", REASON, proposed, supervisor),
    "reopen": on("reopen", REASON, closed, other_supervisor),
    "uphold": on("uphold", REASON, reviewed, other_supervisor),
    "settle": on("settle", {"happened": False, "text": "Nobody was there."}, disputed, supervisor),
}
PREPARED: dict[str, Callable[[], Prepared]] = {
    "post /api/v1/complaints/": handing_in,
    "post /api/v1/complaints/files/": sending_a_file,
    "post /api/v1/misses/{id}/explain/": explaining,
    "post /api/v1/failures/{id}/accept/": deciding("accept"),
    "post /api/v1/failures/{id}/decline/": deciding("decline"),
    "post /api/v1/saved-searches/": keeping,
    "patch /api/v1/saved-searches/{id}/": on_search("", {"name": "Later ones"}),
    "post /api/v1/saved-searches/{id}/remove/": on_search("remove/", {}),
    "post /api/v1/saved-searches/{id}/restore/": on_search("restore/", {}),
    **{f"post /api/v1/complaints/{{id}}/{verb}/": prepare for verb, prepare in STEPS.items()},
}
