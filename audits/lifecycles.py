"""Who takes which step, from which state to which. Buttons, `verbs` and tests read it."""

from audits import rules
from audits.models import (
    Audit,
    CorrectionRequest,
    Finding,
    OutcomeNotice,
    Review,
    Sample,
    SeriesRelease,
)
from ledger.lifecycle import Lifecycles, Step

A = Audit.Status
S = Sample.Status
R = Review.Status
F = Finding.Status
N = OutcomeNotice.Status
L = SeriesRelease.Status
C = CorrectionRequest.Status
ISSUED = (F.ISSUED, F.ACCEPTED, F.CONTESTED, F.ACTED)

STEPS = {
    Audit: (
        Step("amend", (A.PLANNED, A.RUNNING), None, rules.works_on),
        Step("start", (A.PLANNED,), A.RUNNING, rules.leads),
        Step("freeze", (A.RUNNING,), None, rules.works_on),
        Step("review", (A.RUNNING,), None, rules.works_on),
        Step("find", (A.RUNNING, A.REPORTED), None, rules.works_on),
        Step("report", (A.RUNNING,), A.REPORTED, rules.leads),
        Step("drop", (A.PLANNED, A.RUNNING), A.DROPPED, rules.leads),
    ),
    Sample: (
        Step("draw", (S.FROZEN,), S.DRAWN, rules.draws),
        Step("void", (S.FROZEN, S.DRAWN), S.VOID, rules.voids),
    ),
    Review: (
        Step("hand_over", (R.ASSIGNED, R.STARTED), None, rules.gives_reviews),
        Step("start", (R.ASSIGNED,), R.STARTED, rules.reviews),
        Step("answer", (R.STARTED,), None, rules.reviews),
        Step("complete", (R.STARTED,), R.COMPLETED, rules.reviews),
        Step("reopen", (R.COMPLETED,), R.STARTED, rules.reopens),
    ),
    Finding: (
        Step("amend", (F.DRAFT,), None, rules.finds),
        Step("issue", (F.DRAFT,), F.ISSUED, rules.judges),
        Step("accept", (F.ISSUED,), F.ACCEPTED, rules.answers),
        Step("contest", (F.ISSUED,), F.CONTESTED, rules.answers),
        Step("accept", (F.CONTESTED,), F.ACCEPTED, rules.answers),
        Step("uphold", (F.CONTESTED,), F.ISSUED, rules.judges),
        Step("act", (F.ACCEPTED,), F.ACTED, rules.answers),
        Step("return_action", (F.ACTED,), F.ACCEPTED, rules.judges),
        Step("extend", (F.ISSUED, F.ACCEPTED), None, rules.judges),
        Step("close", (F.ACTED,), F.CLOSED, rules.judges),
        Step("reopen", (F.CLOSED,), F.ISSUED, rules.judges),
        Step("withdraw", (F.DRAFT, *ISSUED), F.WITHDRAWN, rules.judges),
        Step("escalate", (F.ISSUED, F.ACCEPTED), None, rules.is_the_clock),
    ),
    SeriesRelease: (
        Step("confirm", (L.ENTERED,), L.CONFIRMED, rules.confirms),
        Step("reject", (L.ENTERED,), L.REJECTED, rules.rejects),
    ),
    OutcomeNotice: (
        Step("end", (N.SHOWN,), N.OVER, rules.is_the_clock),
        Step("retract", (N.SHOWN,), N.RETRACTED, rules.is_the_clock),
        Step("withhold", (N.SHOWN,), N.WITHHELD, rules.withholds_notice),
    ),
    CorrectionRequest: (
        Step("take", (C.RECEIVED, C.TAKEN), C.TAKEN, rules.takes_request),
        Step("answer", (C.TAKEN,), C.ANSWERED, rules.answers_request),
        Step("decline", (C.TAKEN,), C.PROPOSED, rules.answers_request),
        Step("confirm", (C.PROPOSED,), C.ANSWERED, rules.confirms_request),
        Step("return_answer", (C.PROPOSED,), C.TAKEN, rules.confirms_request),
        Step("reopen", (C.ANSWERED,), C.TAKEN, rules.reopens_request),
        Step("escalate", (C.RECEIVED, C.TAKEN, C.PROPOSED), None, rules.is_the_clock),
    ),
}

_table = Lifecycles(STEPS)
advance = _table.advance
verbs = _table.verbs
