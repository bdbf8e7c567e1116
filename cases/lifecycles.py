"""Who takes which step, from which state to which. Buttons, `verbs` and tests read it."""

from cases import rules
from cases.models import Complaint, ComplaintFile, ContactOpening, FailureProposal, Pause
from ledger.lifecycle import Lifecycles, Step

S = Complaint.Status
P = Pause.Status
C = ContactOpening.Status
F = FailureProposal.Status
K = ComplaintFile.Status
OPEN = (S.RECEIVED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.CLOSING)
WORKED_ON = (S.RECEIVED, S.ACKNOWLEDGED, S.IN_PROGRESS)

STEPS = {
    Complaint: (
        Step("open", OPEN, None, rules.handles),
        Step("acknowledge", (S.RECEIVED,), S.ACKNOWLEDGED, rules.handles),
        Step("assign", WORKED_ON, None, rules.handles),
        Step("note", OPEN, None, rules.handles),
        Step("write", OPEN, None, rules.reads_and_handles),
        Step("instruct", WORKED_ON, None, rules.reads_and_handles),
        Step("take_action", WORKED_ON, S.IN_PROGRESS, rules.handles),
        Step("offer", WORKED_ON, None, rules.reads_and_handles),
        Step("take_back", WORKED_ON, None, rules.reads_and_handles),
        Step("accept", WORKED_ON, None, rules.answers_offer),
        Step("refuse", WORKED_ON, None, rules.answers_offer),
        Step("declare_conflict", WORKED_ON, None, rules.handles),
        Step("match", WORKED_ON, None, rules.reads_and_handles),
        Step("link", WORKED_ON, None, rules.reads_and_handles),
        Step("refer", WORKED_ON, None, rules.reads_and_handles),
        Step("ask_contact", OPEN, None, rules.reads_and_handles),
        Step("pause", WORKED_ON, None, rules.reads_and_handles),
        Step("close", WORKED_ON, S.CLOSING, rules.reads_and_handles),
        Step("agree", (S.CLOSING,), S.CLOSED, rules.closes_second),
        Step("send_back", (S.CLOSING,), S.IN_PROGRESS, rules.closes_second),
        Step("reopen", (S.CLOSED,), S.IN_PROGRESS, rules.reviews),
        Step("uphold", (S.CLOSED,), None, rules.reviews),
        Step("escalate", OPEN, None, rules.is_the_clock),
        Step("hear", tuple(S), None, rules.is_the_clock),
    ),
    FailureProposal: (
        Step("accept", (F.PROPOSED,), F.ACCEPTED, rules.decides_on_failure),
        Step("decline", (F.PROPOSED,), F.DECLINED, rules.decides_on_failure),
    ),
    ContactOpening: (
        Step("grant", (C.ASKED,), C.GRANTED, rules.decides_on_contact),
        Step("refuse", (C.ASKED,), C.REFUSED, rules.decides_on_contact),
    ),
    ComplaintFile: (
        Step("clear", (K.WAITING,), K.CLEARED, rules.is_the_clock),
        Step("condemn", (K.WAITING,), K.INFECTED, rules.is_the_clock),
    ),
    Pause: (
        Step("agree", (P.ASKED,), P.RULES, rules.agrees_to_pause),
        Step("refuse", (P.ASKED,), P.REFUSED, rules.agrees_to_pause),
    ),
}

_table = Lifecycles(STEPS)
advance = _table.advance
verbs = _table.verbs
