"""The steps on a case: which buttons somebody has, and what the page of each plain one says and does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import lifecycles
from cases.actions import cases as actions
from cases.actions import grounds, hearings, prosecutions
from cases.models import Case
from cases.web.forms import cases as forms
from cases.web.forms.grounds import AddPaper, WithdrawGround
from cases.web.forms.hearings import AskTime, Complete, Extend, Investigate, Respond
from ledger import clock
from officers.models import Officer, User

type Words = str | Promise
S = Case.Status

#: What leads the case on stands first and in colour; the rest in a second row.
FIRST: Mapping[str, Words] = {
    "identify": _("Confirm who the officer is"),
    "assess": _("Assess the severity"),
    "issue_notice": _("Issue the notice of the allegations"),
    "investigate": _("Write down what was found"),
    "propose": _("Propose a measure"),
    "find_lawful": _("Find the proposal lawful"),
    "send_back": _("Send the proposal back"),
    "decide": _("Decide"),
    "find_no_case": _("Decide that there is no case"),
    "return_for_work": _("Return for work"),
    "register": _("Enter the order"),
    "resume": _("Resume the case"),
    "go_on_for_family": _("Go on for the family"),
}
THEN: Mapping[str, Words] = {
    "add_ground": _("Add a ground"),
    "withdraw_ground": _("Withdraw a ground"),
    "add_paper": _("Add a paper"),
    "draft_extract": _("Draft an extract of a complaint"),
    "write_letter": _("Write a letter with a personal code"),
    "respond": _("Write down what the officer says"),
    "complete": _("The officer has said all"),
    "ask_time": _("The officer asks for more time"),
    "extend": _("Give the officer more time"),
    "assign": _("Put somebody in charge"),
    "suspend": _("Suspend the officer for now"),
    "review_suspension": _("Look at the suspension again"),
    "refer": _("Refer to the prosecutor"),
    "record_result": _("Record what the prosecutor answered"),
    "lodge": _("Lodge an appeal"),
    "reconsider": _("Take the decision back"),
    "stay": _("Stay the case"),
    "discontinue": _("Discontinue the case"),
    "declare_conflict": _("Declare a conflict of interest"),
}


def _in_time(row: Case) -> bool:
    return row.responded_at is None and row.response_until is not None and clock.now() < row.response_until


def _time_is_over(row: Case) -> bool:
    return row.response_until is not None and not _in_time(row)


def _suspended(row: Case) -> bool:
    return row.suspensions.filter(ended_on=None).exists()


#: Steps that the table allows and the facts do not: their actions would refuse.
_ROOM: Mapping[str, Callable[[Case], bool]] = {
    "identify": lambda row: row.identified_by_id is None,
    "assess": lambda row: row.identified_by_id is not None,
    "withdraw_ground": lambda row: row.grounds.exclude(status="WITHDRAWN").exists(),
    "write_letter": lambda row: row.notices.exists(),
    "respond": _in_time,
    "ask_time": _in_time,
    "complete": lambda row: row.responded_at is None,
    "investigate": _time_is_over,
    "suspend": lambda row: row.officer.status == Officer.Status.SERVING and not _suspended(row),
    "review_suspension": _suspended,
    "record_result": lambda row: row.prosecutions.exclude(result__in=forms.LAST_RESULTS).exists(),
    "register": lambda row: not row.order_lines.filter(void=False).exists(),
    "go_on_for_family": lambda row: row.outcome == Case.Outcome.DECEASED,
}


def page_name(verb: str) -> str:
    return f"case-{verb.replace('_', '-')}"


@dataclass(frozen=True)
class Button:
    verb: str
    label: Words
    url: str


def buttons(row: Case, user: User) -> dict[str, list[Button]]:
    """The next steps, in two rows."""
    allowed = {verb for verb in lifecycles.verbs(row, user) if verb not in _ROOM or _ROOM[verb](row)}
    return {"first": _made(FIRST, allowed, row), "then": _made(THEN, allowed, row)}


def _made(labels: Mapping[str, Words], allowed: set[str], row: Case) -> list[Button]:
    return [
        Button(verb, label, reverse(page_name(verb), args=[row.pk]))
        for verb, label in labels.items()
        if verb in allowed
    ]


@dataclass(frozen=True)
class Page:
    """What the page of a step says and does."""

    form: Callable[..., Any]
    do: Callable[..., Any]
    title: Words
    done: Words
    text: Words = ""
    danger: bool = False
    rows: Callable[[Case], list[tuple[Any, Any]]] = lambda _row: []


def _officer(row: Case) -> list[tuple[Any, Any]]:
    """Who it is, without what is to be typed."""
    return [(_("Officer"), row.officer.name), (_("Unit"), row.officer_unit.name)]


def _times(row: Case) -> list[tuple[Any, Any]]:
    asked = row.statements.filter(kind="more_time").order_by("-pk").first()
    return [
        (_("May respond until"), row.response_until),
        (_("Why the officer needs more time"), asked.text if asked else None),
    ]


def _said(row: Case) -> list[tuple[Any, Any]]:
    """What the officer said, which the investigation weighs."""
    return [
        (one.get_kind_display(), one.text)
        for one in row.statements.order_by("pk")
        if one.text and one.kind != "more_time"
    ]


PAGES = {
    "identify": Page(
        forms.Identify,
        actions.identify,
        _("Confirm who the officer of %(reference)s is"),
        _("It is confirmed who the officer is."),
        text=_("The case was opened by itself after a test. Type number and year of birth from his papers."),
        rows=_officer,
    ),
    "withdraw_ground": Page(
        WithdrawGround,
        lambda user, pk, *, ground, **said: grounds.withdraw_ground(user, pk, ground, **said),
        _("Withdraw a ground of %(reference)s"),
        _("The ground is withdrawn. It stays in the case, with the reason."),
        text=_(
            "For a ground that fell, or was a mistake. What was proposed on it is proposed anew without it."
        ),
        danger=True,
    ),
    "add_paper": Page(
        AddPaper,
        grounds.add_paper,
        _("Add a paper to %(reference)s"),
        _("The paper is in the file."),
    ),
    "assess": Page(
        forms.Assess,
        actions.assess,
        _("Assess the severity of %(reference)s"),
        _("The severity is assessed."),
        text=_(
            "How grave it would be if it is true. Every ground is read again; one that fell stops the case."
        ),
    ),
    "respond": Page(
        Respond,
        hearings.respond,
        _("Write down what the officer says to %(reference)s"),
        _("What the officer says is in the file."),
        text=_(
            "For what he says or hands in himself. With his personal code he writes himself, without you."
        ),
        rows=lambda row: [(_("May respond until"), row.response_until)],
    ),
    "complete": Page(
        Complete,
        hearings.complete,
        _("The officer has said all: %(reference)s"),
        _("The officer's time to respond is over."),
        rows=lambda row: [(_("May respond until"), row.response_until)],
        danger=True,
    ),
    "ask_time": Page(
        AskTime,
        hearings.ask_time,
        _("The officer asks for more time: %(reference)s"),
        _("The request is in the file."),
        text=_("His time runs on until more is given."),
        rows=lambda row: [(_("May respond until"), row.response_until)],
    ),
    "extend": Page(
        Extend,
        hearings.extend,
        _("Give the officer more time: %(reference)s"),
        _("The officer has more time."),
        rows=_times,
    ),
    "investigate": Page(
        Investigate,
        hearings.investigate,
        _("What the investigation of %(reference)s found"),
        _("What was found is written down."),
        rows=_said,
    ),
    "stay": Page(
        forms.Stay,
        actions.stay,
        _("Stay %(reference)s"),
        _("The case is stayed."),
        text=_(
            "While a court or prosecutor has the matter. The officer's time to respond stands still meanwhile."
        ),
    ),
    "resume": Page(
        forms.Because,
        actions.resume,
        _("Resume %(reference)s"),
        _("The case goes on."),
        text=_("It goes on where it was stayed; the time to respond is longer by the time it stood still."),
        rows=lambda row: [
            (_("Stayed since"), row.stayed_at),
            (_("Why it is stayed"), row.stay_reason),
            (_("Goes on as"), S(row.stayed_from).label if row.stayed_from else None),
        ],
    ),
    "discontinue": Page(
        forms.Discontinue,
        actions.discontinue,
        _("Discontinue %(reference)s"),
        _("The case is closed."),
        text=_("The case ends without a measure. A retirement or resignation is no reason for it."),
        danger=True,
    ),
    "refer": Page(
        forms.Refer,
        prosecutions.refer,
        _("Refer the matter of %(reference)s to the prosecutor"),
        _("It is recorded that the matter was referred."),
        text=_("The case may go on beside it, or be stayed."),
    ),
    "record_result": Page(
        forms.RecordResult,
        lambda user, pk, *, prosecution, **said: prosecutions.record_result(user, pk, prosecution, **said),
        _("What the prosecutor answered in %(reference)s"),
        _("The answer is recorded."),
        text=_("A conviction becomes a ground only if it is added as one."),
    ),
    "declare_conflict": Page(
        forms.DeclareConflict,
        lambda user, pk, *, reason, version: actions.declare_conflict(user, pk, reason=reason),
        _("Declare a conflict of interest: %(reference)s"),
        _("It is recorded. The case is no longer for you to see."),
        text=_("You are related to the officer, or cannot be impartial. You will never see this case again."),
        danger=True,
    ),
    "go_on_for_family": Page(
        forms.GoOnForFamily,
        actions.go_on_for_family,
        _("Go on with %(reference)s for the family"),
        _("The case goes on where it ended."),
        text=_("The family of an officer who died asks for a finding. No measure can come of it."),
    ),
}
