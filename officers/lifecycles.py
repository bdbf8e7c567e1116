"""Who takes which step, from which state to which. Buttons, `verbs` and tests read it."""

from ledger.lifecycle import Lifecycles, Step
from officers import rules
from officers.models import DrugTest, Import, Officer, Sheet

S = Sheet.Status
T = DrugTest.Status
F = Import.Status
P = Officer.Status

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
        Step("undo", (F.TAKEN, F.STOPPED), F.UNDONE, rules.owns_import),
    ),
}

_table = Lifecycles(STEPS)
advance = _table.advance
verbs = _table.verbs
