"""Steps on reviews and findings, each one action."""

from collections.abc import Callable, Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from audits.actions import findings, reviews
from audits.api import examples
from audits.api.serializers import work as takes
from audits.api.views.work import OnFindings, OnReviews
from cases.api.ways import Way
from foundation.api.headers import version_of
from officers.api.documented import operation

REVIEWS: Mapping[str, Way] = {
    "start": Way(
        reviews.start,
        takes.StepIn,
        {"version": 1},
        "Begin a review, with the checklist in force",
        shows=examples.REVIEW_BEGUN,
    ),
    "answer": Way(
        reviews.answer,
        takes.AnswerIn,
        {
            "question": "case_on_time",
            "kind": "no",
            "note": "Three steps came late.",
            "events": [4711],
            "version": 2,
        },
        "Answer a question, or answer it otherwise",
        "What was answered before stays in the log. Whatever is not `yes` or `not_applicable` says why.",
    ),
    "complete": Way(
        reviews.complete,
        takes.CompleteIn,
        {"result": "shortcomings", "summary": "In order but for its delays.", "version": 20},
        "Complete a review in which every question has an answer",
        shows=examples.REVIEW_DONE,
    ),
    "hand_over": Way(
        reviews.hand_over,
        takes.ReviewHandOverIn,
        {"reviewer": 31, "reason": "I know his family.", "version": 2},
        "Give a review to another auditor",
    ),
    "reopen": Way(
        reviews.reopen,
        takes.BecauseIn,
        {"reason": "The appeal was overlooked.", "version": 21},
        "Open a completed review anew, while its audit runs",
    ),
}
S = takes.FindingWordsIn
FINDINGS: Mapping[str, Way] = {
    "amend": Way(
        findings.amend,
        takes.AmendIn,
        examples.AMEND_IN,
        "Change a draft, the whole of it",
        "Once issued a finding stays as it is.",
        examples.DRAFTED | {"version": 2},
    ),
    "issue": Way(findings.issue, takes.StepIn, {"version": 1}, "Address a finding to its unit"),
    "accept": Way(
        findings.accept,
        S,
        {"text": "We will name somebody by Monday.", "version": 2},
        "Accept a finding, for the unit",
        "The time to act runs.",
        examples.ACCEPTED,
    ),
    "contest": Way(
        findings.contest,
        S,
        {"text": "Six of the ten were in time.", "version": 2},
        "Contest a finding, for the unit",
    ),
    "act": Way(
        findings.report_action,
        S,
        {"text": "Somebody watches the days now.", "version": 3},
        "Report what the unit did",
    ),
    "uphold": Way(
        findings.uphold,
        S,
        {"text": "The log says otherwise.", "version": 3},
        "Uphold a finding that was contested",
    ),
    "return_action": Way(
        findings.return_action,
        S,
        {"text": "Nobody was named in two districts.", "version": 4},
        "Send back an action that is not enough",
    ),
    "extend": Way(
        findings.extend,
        takes.ExtendFindingIn,
        {"due_on": "2027-02-01", "text": "A post is vacant until then.", "version": 3},
        "Give the unit more time",
    ),
    "close": Way(
        findings.close,
        S,
        {"text": "Seen in the log of January.", "version": 4},
        "Close a finding whose action was verified",
        "By an auditor who never answered it.",
        examples.CLOSED,
    ),
    "reopen": Way(
        findings.reopen, S, {"text": "It is as before.", "version": 5}, "Open a closed finding anew"
    ),
    "withdraw": Way(
        findings.withdraw,
        S,
        {"text": "It was of another unit.", "version": 2},
        "Withdraw a finding that does not hold",
    ),
}


def method_of(verb: str) -> str:
    """The name of a step's method: a door has an `answer` of its own."""
    return f"take_{verb}"


def _method(noun: str, verb: str, way: Way, out: Any, shows: Any) -> Callable[..., Response]:
    @operation(
        f"{verb}_{noun}",
        way.summary,
        takes=way.takes,
        sends=[("For instance", way.sends)],
        gives=out,
        shows=way.shows or shows,
        description=way.description,
    )
    def take(self: Any, request: Request, pk: int) -> Response:
        given, version = self.given(way.takes), version_of(request)
        return self.answer(lambda: way.action(request.user, pk, version=version, **given))

    take.__name__ = method_of(verb)
    return take


class ReviewSteps(OnReviews):
    """What whoever reviews a record does."""

    serializer_class: Any = takes.AuditReviewStepOut
    pagination_class = None
    filter_backends = ()


class FindingSteps(OnFindings):
    """What auditors do with a finding, and what the unit answers."""

    serializer_class: Any = takes.FindingStepOut
    pagination_class = None
    filter_backends = ()


for _verb, _way in REVIEWS.items():
    setattr(
        ReviewSteps,
        method_of(_verb),
        _method("audit_review", _verb, _way, takes.AuditReviewStepOut, examples.REVIEW_BEGUN),
    )
for _verb, _way in FINDINGS.items():
    setattr(
        FindingSteps, method_of(_verb), _method("finding", _verb, _way, takes.FindingStepOut, examples.ISSUED)
    )
