"""Who takes which step, from which state to which. Buttons, `verbs` and tests read it."""

from ledger.lifecycle import Lifecycles, Step
from officers import rules
from officers.models import DrugTest, Import, Officer, Review, SelfReferral, Sheet, Specimen

S = Sheet.Status
T = DrugTest.Status
F = Import.Status
P = Officer.Status
X = Specimen.Status
R = Review.Status
C = SelfReferral.Status

STEPS = {
    Officer: (
        Step("correct", tuple(s for s in P if s != P.ENTERED_IN_ERROR), None, rules.keeps_officer),
        Step("renumber", (P.SERVING, P.SUSPENDED), None, rules.keeps_officer),
        Step("post", (P.SERVING, P.SUSPENDED), None, rules.keeps_officer),
        Step("leave", (P.SERVING, P.SUSPENDED), None, rules.keeps_officer),
    ),
    Sheet: (
        Step("enter", (S.OPEN,), None, rules.administers),
        Step("amend", (S.OPEN,), None, rules.administers),
        Step("send", (S.OPEN,), S.SENT, rules.administers),
        Step("void", (S.OPEN, S.SENT), S.VOID, rules.administers),
    ),
    DrugTest: (
        Step(
            "correct",
            (T.NEGATIVE, T.CONFIRMATION_NEEDED, T.AT_LABORATORY, T.REPEAT_NEEDED, T.NOT_TAKEN),
            None,
            rules.corrects,
        ),
        Step(
            "void",
            (T.NEGATIVE, T.CONFIRMATION_NEEDED, T.AT_LABORATORY, T.REPEAT_NEEDED, T.NOT_TAKEN),
            T.VOID,
            rules.corrects,
        ),
        Step("dispatch", (T.CONFIRMATION_NEEDED,), T.AT_LABORATORY, rules.dispatches),
        Step("claim", (T.NOT_TAKEN,), None, rules.claims),
    ),
    Specimen: (
        Step("direct", (X.IN_CUSTODY,), None, rules.directs),
        Step("hand_over", (X.IN_CUSTODY, X.RECEIVED), None, rules.hands_over),
        Step("receive", (X.IN_CUSTODY,), X.RECEIVED, rules.works_at_laboratory),
        Step("receive_second", (X.RECEIVED,), None, rules.works_at_second),
        Step("redesignate", (X.RECEIVED,), None, rules.works_at_laboratory),
        Step("reject", (X.IN_CUSTODY, X.RECEIVED), X.REJECTED, rules.works_at_laboratory),
        Step("report", (X.RECEIVED,), None, rules.works_at_laboratory),
        Step("report_second", (X.RECEIVED,), None, rules.works_at_second),
    ),
    Review: (
        Step("take", (R.OPEN,), None, rules.reviews),
        Step("attempt", (R.OPEN,), None, rules.has_review),
        Step("hear", (R.OPEN,), None, rules.has_review),
        Step("write_letter", (R.OPEN, R.VERIFIED, R.TOLD, R.RETEST, R.CLOSED), None, rules.has_review),
        Step("verify", (R.OPEN,), R.VERIFIED, rules.has_review_of_report),
        Step("clear", (R.OPEN,), R.CLOSED, rules.has_review_of_report),
        Step("cancel", (R.OPEN, R.VERIFIED), R.CLOSED, rules.has_review),
        Step("determine", (R.OPEN,), R.CLOSED, rules.has_review_of_claim),
        Step("explain", (R.OPEN,), None, rules.speaks_for_himself),
        Step("ask_retest", (R.TOLD,), R.RETEST, rules.speaks_for_himself),
        Step("send_second", (R.RETEST,), None, rules.has_review),
        Step("close_window", (R.TOLD,), R.CLOSED, rules.is_the_clock),
        Step("reopen", (R.VERIFIED, R.TOLD, R.CLOSED), R.OPEN, rules.reviews),
    ),
    SelfReferral: (
        Step("take", (C.ASKED,), C.IN_CARE, rules.cares),
        Step("take", (C.OFFERED,), C.IN_CARE, rules.offered),
        Step("end", (C.IN_CARE,), C.ENDED, rules.cares),
        Step("end", (C.OFFERED,), C.ENDED, rules.offered),
    ),
    Import: (
        Step("check", (F.CHECKING,), F.CHECKED, rules.is_the_clock),
        Step("give_up", (F.CHECKING,), F.UNREADABLE, rules.is_the_clock),
        Step("describe", (F.CHECKED,), F.CHECKING, rules.owns_import),
        Step("take", (F.CHECKED, F.STOPPED), F.TAKING, rules.owns_import),
        Step("stop", (F.TAKING,), F.STOPPED, rules.stops_import),
        Step("go_on", (F.TAKING,), None, rules.is_the_clock),
        Step("recheck", (F.TAKING,), F.CHECKING, rules.is_the_clock),
        Step("finish", (F.TAKING,), F.TAKEN, rules.is_the_clock),
        Step("cancel", (F.CHECKING, F.CHECKED), F.CANCELLED, rules.owns_import),
        Step("undo", (F.TAKEN, F.STOPPED), F.UNDONE, rules.undoes_import),
    ),
}

_table = Lifecycles(STEPS)
advance = _table.advance
verbs = _table.verbs
