"""A request for every door to reviews and findings that writes, each about one brought as far as the step needs it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from audits.actions import findings, reviews
from audits.models import Finding, Review
from ledger import clock
from officers.models import User
from officers.models.users import Role
from tests import make
from tests.auditing import Bench
from tests.dismissals import Road
from tests.officers.calling import Prepared

Body = dict[str, Any] | Callable[[Any], dict[str, Any]]
WORDS = {"text": "Because."}
DRAFT = {
    "severity": "high",
    "title": "Steps come late",
    "text": "Of ten cases seven had a step that came late.",
    "recommendation": "Name somebody who watches the days.",
}


def on_review(
    verb: str, sends: Body, state: Callable[[Bench], Review], by: str = "second"
) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        bench = Bench()
        row = state(bench)
        body = sends(row) if callable(sends) else sends
        path = f"audits/reviews/{row.pk}/{verb.replace('_', '-')}/"
        return Prepared(getattr(bench, by), path, lambda: body, body | {"version": 2**31 - 1})

    return prepare


def _case() -> Any:
    return Road().decided()


def handing(row: Review) -> dict[str, Any]:
    return {"reviewer": make.user(Role.AUDITOR).pk, "reason": "I am ill."}


REVIEWS = {
    "start": on_review("start", {}, lambda bench: bench.assigned(_case())),
    "answer": on_review(
        "answer", {"question": "case_on_time", "kind": "yes"}, lambda bench: bench.started(_case())
    ),
    "complete": on_review(
        "complete",
        {"result": "in_order", "summary": "All is in order."},
        lambda bench: bench.answered(_case()),
    ),
    "hand_over": on_review("hand_over", handing, lambda bench: bench.assigned(_case()), "lead"),
    "reopen": on_review(
        "reopen", {"reason": "One was overlooked."}, lambda bench: bench.completed(_case()), "lead"
    ),
}


def answers(bench: Bench) -> User:
    return make.user(Role.INSPECTOR)


def second(bench: Bench) -> User:
    return bench.second


def on_finding(
    verb: str, sends: Body, state: Callable[[Bench], Finding], by: Callable[[Bench], User] = second
) -> Callable[[], Prepared]:
    def prepare() -> Prepared:
        bench = Bench()
        row = state(bench)
        body = sends(row) if callable(sends) else sends
        path = f"audits/findings/{row.pk}/{verb.replace('_', '-')}/"
        return Prepared(by(bench), path, lambda: body, body | {"version": 2**31 - 1})

    return prepare


def contested(bench: Bench) -> Finding:
    return findings.contest(answers(bench), bench.issued().pk, text="No.")


def accepted(bench: Bench) -> Finding:
    return findings.accept(answers(bench), bench.issued().pk, text="Yes.")


def acted(bench: Bench) -> Finding:
    return findings.report_action(answers(bench), accepted(bench).pk, text="Done.")


def closed(bench: Bench) -> Finding:
    return findings.close(bench.second, acted(bench).pk, text="Seen.")


def later(row: Finding) -> dict[str, Any]:
    return {"due_on": str(clock.today() + timedelta(days=200)), **WORDS}


FINDINGS = {
    "amend": on_finding("amend", lambda row: {**DRAFT, "unit": row.unit_id}, lambda bench: bench.drafted()),
    "issue": on_finding("issue", {}, lambda bench: bench.drafted()),
    "accept": on_finding("accept", WORDS, lambda bench: bench.issued(), answers),
    "contest": on_finding("contest", WORDS, lambda bench: bench.issued(), answers),
    "act": on_finding("act", WORDS, accepted, answers),
    "uphold": on_finding("uphold", WORDS, contested),
    "return_action": on_finding("return_action", WORDS, acted),
    "extend": on_finding("extend", later, lambda bench: bench.issued()),
    "close": on_finding("close", WORDS, acted),
    "reopen": on_finding("reopen", WORDS, closed),
    "withdraw": on_finding("withdraw", WORDS, lambda bench: bench.issued()),
}


def drafting() -> Prepared:
    bench = Bench()
    body = {**DRAFT, "audit": bench.running().pk, "unit": bench.unit.pk}
    return Prepared(bench.second, "audits/findings/", lambda: body, body | {"title": "Another"})


def of_a_review() -> dict[str, Any]:
    """What a finding of a review is made of."""
    bench = Bench()
    row = reviews.start(bench.second, bench.assigned(_case()).pk)
    return {**DRAFT, "audit": row.audit_id, "unit": bench.unit.pk, "review": row.pk}


PREPARED: dict[str, Callable[[], Prepared]] = {
    "post /api/v1/audits/findings/": drafting,
    **{
        f"post /api/v1/audits/reviews/{{id}}/{verb.replace('_', '-')}/": prepare
        for verb, prepare in REVIEWS.items()
    },
    **{
        f"post /api/v1/audits/findings/{{id}}/{verb.replace('_', '-')}/": prepare
        for verb, prepare in FINDINGS.items()
    },
}
