from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import closing, complaints, contacts, pauses, referrals
from cases.api import examples
from cases.api.serializers import steps as takes
from cases.api.serializers.complaints import GoneOut, StepOut
from cases.api.views.complaints import OnComplaint, complaint_rows
from cases.models import Complaint
from foundation.api.headers import version_of
from officers.api.documented import operation

AFTER = PolymorphicProxySerializer(
    component_name="ComplaintAfterStep",
    serializers=[StepOut, GoneOut],
    resource_type_field_name=None,
)


@dataclass(frozen=True)
class Way:
    """A step: the action it leads to, and how it is described."""

    action: Callable[..., Complaint]
    takes: type[takes.VersionedSerializer]
    sends: dict[str, Any]
    summary: str
    description: str = ""
    shows: dict[str, Any] | None = None


R = takes.WithReasonIn
#: By verb, which is its address too.
STEPS: dict[str, Way] = {
    "open": Way(
        complaints.open,
        takes.PlainIn,
        {"version": 1},
        "Note that somebody of the unit has looked at it",
        "It stops no clock but that of opening. The second time changes nothing.",
    ),
    "acknowledge": Way(
        complaints.acknowledge,
        takes.AcknowledgeIn,
        {"text": "We will look at it this week.", "version": 1},
        "Tell the reporter that the report has arrived",
        "Whoever does it is in charge, unless somebody is.",
    ),
    "assign": Way(complaints.assign, takes.AssignIn, {"handler": 7, "version": 2}, "Put somebody in charge"),
    "note": Way(
        complaints.note,
        takes.NoteIn,
        {"text": "The neighbour knows more."},
        "Write something for the other handlers",
        "It stops no clock.",
    ),
    "write": Way(
        complaints.write,
        takes.NoteIn,
        {"text": "We were there on Monday.", "version": 2},
        "Write to the reporter",
        "News for the reporter, and not an action.",
    ),
    "instruct": Way(
        complaints.instruct,
        takes.InstructIn,
        {"instruction": "Look at the house behind the market after dark.", "version": 2},
        "Write the task for a commune post, which does not get to read the report",
    ),
    "take_action": Way(
        complaints.take_action,
        takes.TakeActionIn,
        {
            "kind": "visited",
            "text": "Went there with two officers.",
            "done_on": "2026-11-20",
            "told_reporter": True,
        },
        "Record a substantive action",
        "The only thing that stops the clock of acting.",
        examples.AFTER | {"verbs": ["note", "take_action", "close"]},
    ),
    "offer": Way(
        complaints.offer,
        takes.OfferIn,
        {"unit": 410, "reason": "It is beyond our district.", "version": 2},
        "Offer it to another unit",
        "Until that accepts, this unit stays in charge and its clocks run on.",
    ),
    "take_back": Way(
        complaints.take_back, takes.PlainIn, {"version": 3}, "Take an offer back that was not answered"
    ),
    "accept": Way(
        complaints.accept,
        takes.PlainIn,
        {"version": 3},
        "Take over what was offered",
        "The days in time stay what they are: forwarding is not acting.",
    ),
    "refuse": Way(
        complaints.refuse, R, {"reason": "The place lies in another district."}, "Refuse what was offered"
    ),
    "declare_conflict": Way(
        complaints.declare_conflict,
        R,
        {"reason": "He is my cousin."},
        "Declare that you are related to somebody in it",
        "From then on it is not there for you.",
        examples.GONE,
    ),
    "match": Way(
        complaints.match,
        takes.MatchIn,
        {"accused": 31, "officer": 1234, "evidence": "Name, rank and post agree; the plate is his."},
        "Confirm which officer is meant",
        "He, his unit and all below are barred. Where the complaint lies with them it moves up at once.",
    ),
    "link": Way(
        complaints.link,
        takes.LinkIn,
        {"original": 4711820045512, "version": 2},
        "Say that it reports the same matter as an earlier one",
        "Neither is closed by that; the earlier one gains weight.",
    ),
    "refer": Way(
        referrals.refer,
        takes.ReferIn,
        {
            "authority": "health",
            "text": "Acetone sold without a licence.",
            "letter": "112/26",
            "sent_on": "2026-11-20",
        },
        "Refer the matter to a listed ministry",
        "It is no action by itself: that is `take_action`.",
    ),
    "hear_from": Way(
        referrals.hear_from,
        takes.HearFromIn,
        {"referral": 9, "answer": "The shop was inspected and closed."},
        "Write down that a ministry acknowledged or answered",
    ),
    "pause": Way(
        pauses.ask,
        takes.PauseIn,
        {"reason": "laboratory", "text": "The result is awaited.", "until": "2026-12-10"},
        "Ask for its clocks to stand still",
        "They run on until a second person agrees.",
    ),
    "decide_pause": Way(
        pauses.decide,
        takes.DecidePauseIn,
        {"agree": True, "version": 3},
        "Agree to a pause that somebody else asked for, or refuse it",
    ),
    "ask_contact": Way(
        contacts.ask,
        R,
        {"reason": "A court needs a witness."},
        "Ask how the reporter can be reached",
        "Nothing is opened until a second person agrees; what was granted is read on the page alone.",
    ),
    "decide_contact": Way(
        contacts.decide,
        takes.DecideContactIn,
        {"grant": False, "version": 3},
        "Grant what somebody else asked for, or refuse it",
    ),
    "close": Way(
        closing.close,
        takes.CloseIn,
        {
            "finding": "substantiated",
            "closure_reason": "referred_prosecutor",
            "summary": "Two were arrested, the house is sealed.",
            "answer": "What you reported was true, and a prosecutor has it now.",
            "version": 4,
        },
        "Close it with a finding, a reason, a summary and an answer to the reporter",
        "A report about drugs on which nothing is done waits for a second person.",
    ),
    "agree": Way(closing.agree, takes.PlainIn, {"version": 5}, "Agree to a closing, as a second person"),
    "send_back": Way(
        closing.send_back, R, {"reason": "Nobody asked the neighbours."}, "Do not agree to a closing"
    ),
    "reopen": Way(
        closing.reopen,
        R,
        {"reason": "A neighbour confirms it."},
        "Take a closed complaint up again",
        "By somebody who did not close it.",
    ),
    "uphold": Way(
        closing.uphold,
        R,
        {"reason": "Nothing new was said."},
        "Leave it closed after a review was asked for",
        "The reporter reads the reason.",
    ),
    "settle": Way(
        complaints.settle,
        takes.SettleIn,
        {"happened": False, "text": "Nobody of the unit was there that day.", "version": 4},
        "Settle what the reporter disputes",
        "By a supervisor who did not do it himself. What did not happen does not count.",
    ),
}


def _method(verb: str, way: Way) -> Callable[..., Response]:
    @operation(
        f"{verb}_complaint",
        way.summary,
        takes=way.takes,
        sends=[("For instance", way.sends)],
        gives=AFTER,
        shows=way.shows or examples.AFTER,
        description=way.description,
    )
    def take(self: "Steps", request: Request, pk: int) -> Response:
        return self.step(way, pk)

    take.__name__ = verb
    return take


class Steps(OnComplaint):
    """What handlers do. An answer has no word of the report: it is kept for its Idempotency-Key."""

    serializer_class = StepOut
    pagination_class = None
    filter_backends = ()

    def step(self, way: Way, pk: int) -> Response:
        given, version = self.given(way.takes), version_of(self.request)
        return self.answer(
            lambda: way.action(self.request.user, pk, version=version, **given), render=self._after
        )

    def _after(self, row: Complaint) -> Any:
        seen = complaint_rows().visible_to(self.request.user).filter(pk=row.pk).first()  # type: ignore[attr-defined]
        if seen is None:
            return {"id": row.pk, "reference": row.reference, "gone": True}
        return self.shown(seen, out=StepOut)


for _verb, _way in STEPS.items():
    setattr(Steps, _verb, _method(_verb, _way))
