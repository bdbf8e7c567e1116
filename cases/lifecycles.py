"""Who takes which step, from which state to which. Buttons, `verbs` and tests read it."""

from cases import rules
from cases.models import (
    Appeal,
    Case,
    CaseFile,
    Complaint,
    ComplaintFile,
    ContactOpening,
    Extract,
    FailureProposal,
    Order,
    Pause,
)
from ledger.lifecycle import Lifecycles, Step

S = Complaint.Status
P = Pause.Status
C = ContactOpening.Status
F = FailureProposal.Status
K = ComplaintFile.Status
OPEN = (S.RECEIVED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.CLOSING)
N = Case.Status
E = Extract.Status
O = Order.Status  # noqa: E741 - beside the others
A = Appeal.Status
UNDER_WORK = (N.OPENED, N.ASSESSED, N.NOTIFIED, N.RESPONSE, N.INVESTIGATED)
UNDECIDED = (*UNDER_WORK, N.PROPOSED, N.CHECKED)
PENDING = (*UNDECIDED, N.AWAITING_INSTRUMENT)
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
        Step("ask_contact", tuple(S), None, rules.audits),
        Step("pause", WORKED_ON, None, rules.reads_and_handles),
        Step("close", WORKED_ON, S.CLOSING, rules.reads_and_handles),
        Step("agree", (S.CLOSING,), S.CLOSED, rules.closes_second),
        Step("send_back", (S.CLOSING,), S.IN_PROGRESS, rules.closes_second),
        Step("reopen", (S.CLOSED,), S.IN_PROGRESS, rules.reviews),
        Step("uphold", (S.CLOSED,), None, rules.reviews),
        Step("escalate", OPEN, None, rules.is_the_clock),
        Step("hear", tuple(S), None, rules.is_the_clock),
    ),
    Case: (
        Step("identify", (N.OPENED,), None, rules.works_on),
        Step("assign", (*PENDING, N.STAYED), None, rules.works_on),
        Step("add_ground", (N.OPENED, N.ASSESSED), None, rules.works_on),
        Step("add_ground", (N.NOTIFIED, N.RESPONSE, N.INVESTIGATED), N.ASSESSED, rules.works_on),
        Step("withdraw_ground", UNDER_WORK, None, rules.works_on),
        Step("add_paper", (*UNDECIDED, N.STAYED), None, rules.works_on),
        Step("draft_extract", UNDER_WORK, None, rules.works_on),
        Step("assess", (N.OPENED,), N.ASSESSED, rules.works_on),
        Step("issue_notice", (N.ASSESSED,), N.NOTIFIED, rules.works_on),
        Step("write_letter", tuple(N), None, rules.works_on),
        Step("serve", (N.NOTIFIED,), N.RESPONSE, rules.is_the_clock),
        Step("respond", (N.RESPONSE,), None, rules.speaks),
        Step("complete", (N.RESPONSE,), None, rules.completes),
        Step("ask_time", (N.RESPONSE,), None, rules.speaks),
        Step("extend", (N.RESPONSE,), None, rules.works_on),
        Step("investigate", (N.RESPONSE,), N.INVESTIGATED, rules.works_on),
        Step("propose", (N.INVESTIGATED,), N.PROPOSED, rules.works_on),
        Step("find_lawful", (N.PROPOSED,), N.CHECKED, rules.checks_legality),
        Step("send_back", (N.PROPOSED,), N.INVESTIGATED, rules.checks_legality),
        Step("decide", (N.CHECKED,), N.AWAITING_INSTRUMENT, rules.decides),
        Step("find_no_case", (N.CHECKED,), N.CLOSED, rules.decides),
        Step("return_for_work", (N.CHECKED,), N.INVESTIGATED, rules.decides),
        Step("reconsider", (N.AWAITING_INSTRUMENT,), N.INVESTIGATED, rules.decides),
        Step("register", (N.AWAITING_INSTRUMENT,), None, rules.registers),
        Step("enforce", (N.AWAITING_INSTRUMENT,), N.IN_FORCE, rules.carries_out),
        Step("tell_decision", (N.IN_FORCE,), None, rules.is_the_clock),
        Step("lodge", (N.IN_FORCE, N.FINAL), N.APPEALED, rules.lodges),
        Step("become_final", (N.IN_FORCE,), N.FINAL, rules.is_the_clock),
        Step("stay", PENDING, N.STAYED, rules.works_on),
        Step("resume", (N.STAYED,), None, rules.works_on),
        Step("suspend", (*PENDING, N.STAYED), None, rules.supervises_case),
        Step("review_suspension", (*PENDING, N.STAYED), None, rules.supervises_case),
        Step("refer", (*PENDING, N.STAYED), None, rules.works_on),
        Step("record_result", tuple(N), None, rules.works_on),
        Step("declare_conflict", tuple(N), None, rules.declares_conflict),
        Step("discontinue", (*UNDER_WORK, N.STAYED), N.CLOSED, rules.supervises_case),
        Step("end_by_death", (*PENDING, N.STAYED), N.CLOSED, rules.is_the_clock),
        Step("go_on_for_family", (N.CLOSED,), None, rules.works_on),
    ),
    Extract: (
        Step("check", (E.DRAFT,), E.CHECKED, rules.checks_extract),
        Step("send_back", (E.DRAFT,), E.RETURNED, rules.checks_extract),
    ),
    Order: (
        Step("verify", (O.REGISTERED,), O.VERIFIED, rules.verifies),
        Step("reject", (O.REGISTERED, O.VERIFIED), O.REJECTED, rules.rejects),
        Step("enforce", (O.VERIFIED,), O.IN_FORCE, rules.carries_out),
    ),
    Appeal: (
        Step("admit", (A.LODGED,), A.ADMITTED, rules.sits),
        Step("refuse", (A.LODGED,), A.INADMISSIBLE, rules.sits),
        Step("draft", (A.ADMITTED,), A.DRAFTED, rules.sits),
        Step("send_back", (A.DRAFTED,), A.ADMITTED, rules.agrees_to_appeal),
        Step("agree", (A.DRAFTED,), A.DECIDED, rules.agrees_to_appeal),
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
    CaseFile: (
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
