"""The steps on a complaint: which buttons somebody has, and what the page of each says and does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import lifecycles, rules
from cases.actions import closing, contacts, pauses, referrals
from cases.actions import complaints as actions
from cases.models import Complaint, ContactOpening, Deed, Pause, Reporter
from cases.models.vocabulary import ABOUT_DRUGS
from cases.web.forms import acts as forms
from officers.models import User

type Words = str | Promise

LABELS: Mapping[str, Words] = {
    "acknowledge": _("Acknowledge"),
    "take_action": _("Record an action"),
    "close": _("Close"),
    "accept": _("Take over"),
    "refuse": _("Refuse to take over"),
    "agree": _("Agree to closing"),
    "send_back": _("Send back"),
    "decide_pause": _("Answer the request for a pause"),
    "decide_contact": _("Answer the request to reach the reporter"),
    "read_contact": _("Read how the reporter can be reached"),
    "settle": _("Settle what is disputed"),
    "reopen": _("Take up again"),
    "uphold": _("Leave it closed"),
    "write": _("Write to the reporter"),
    "note": _("Write a note"),
    "assign": _("Put somebody in charge"),
    "instruct": _("Write a task for the post"),
    "offer": _("Offer to another unit"),
    "take_back": _("Take the offer back"),
    "match": _("Identify an officer"),
    "link": _("Link to an earlier complaint"),
    "refer": _("Refer to a ministry"),
    "pause": _("Ask for a pause"),
    "ask_contact": _("Ask how the reporter can be reached"),
    "declare_conflict": _("Declare a conflict of interest"),
}
#: What comes next for most complaints stands first and in colour; the rest in a second row.
FIRST = (
    "acknowledge",
    "take_action",
    "accept",
    "refuse",
    "agree",
    "send_back",
    "decide_pause",
    "decide_contact",
    "read_contact",
    "settle",
    "reopen",
    "uphold",
    "close",
)
_ROOM: Mapping[str, Callable[[Complaint], bool]] = {
    "write": lambda row: row.receipt is not None,
    "offer": lambda row: row.offered_to_id is None,
    "take_back": lambda row: row.offered_to_id is not None,
    "close": lambda row: row.offered_to_id is None and row.disputed_on is None,
    "uphold": lambda row: row.review_asked_on is not None,
    "match": lambda row: row.accused.filter(officer=None).exists(),
    "pause": lambda row: pause_asked(row) is None,
    "ask_contact": lambda row: Reporter.objects.filter(complaint=row).exists() and contact_asked(row) is None,
}


@dataclass(frozen=True)
class Button:
    verb: str
    label: Words
    url: str


def buttons(row: Complaint, user: User) -> dict[str, list[Button]]:
    """The next steps, in two rows."""
    allowed = set(lifecycles.verbs(row, user))
    allowed = {verb for verb in allowed if verb not in _ROOM or _ROOM[verb](row)}
    if (pause := pause_asked(row)) and row.is_open and lifecycles.verbs(pause, user):
        allowed.add("decide_pause")
    if (
        (opening := contact_asked(row))
        and (row.is_open or opening.for_audit)
        and lifecycles.verbs(opening, user)
    ):
        allowed.add("decide_contact")
    if contact_granted(row, user):
        allowed.add("read_contact")
    if (deed := disputed(row)) and row.is_open and rules.settles(user, deed):
        allowed.add("settle")
    made = [
        Button(verb, label, reverse(f"complaint_{verb}", args=[row.pk]))
        for verb, label in LABELS.items()
        if verb in allowed
    ]
    return {
        "first": [one for one in made if one.verb in FIRST],
        "then": [one for one in made if one.verb not in FIRST],
    }


def pause_asked(row: Complaint) -> Pause | None:
    found: Pause | None = row.pauses.filter(status=Pause.Status.ASKED).select_related("asked_by").first()
    if found is not None:
        found.complaint = row
    return found


def contact_asked(row: Complaint) -> ContactOpening | None:
    """The wish to know how the reporter can be reached that waits for a second person."""
    waiting = ContactOpening.objects.filter(complaint=row, status=ContactOpening.Status.ASKED)
    found: ContactOpening | None = waiting.select_related("asked_by").first()
    if found is not None:
        found.complaint = row
    return found


def contact_granted(row: Complaint, user: User) -> ContactOpening | None:
    """What this user was granted and may still read."""
    return contacts.granted(row, user).first()


def disputed(row: Complaint) -> Deed | None:
    """The action of which the reporter says that it did not happen."""
    if row.disputed_on is None:
        return None
    found: Deed | None = row.deeds.filter(stands=True).exclude(disputed="").order_by("-pk").first()
    if found is not None:
        found.complaint = row
    return found


@dataclass(frozen=True)
class Page:
    """What the page of a step says and does; `text` and `done` may depend on the complaint."""

    form: Callable[..., forms.Step]
    do: Callable[..., Complaint]
    title: Words
    done: Words | Callable[[Complaint], Words]
    text: Words | Callable[[Complaint], Words] = ""
    danger: bool = False
    rows: Callable[[Complaint], list[tuple[Any, Any]]] = lambda _row: []


def _closing(row: Complaint) -> Words:
    if row.category not in ABOUT_DRUGS:
        return _("The reporter reads the answer and may ask for a review.")
    return _(
        "A report about drugs that is closed without action waits until a second person agrees: no evidence, "
        "reported before, withdrawn, not a matter for the police, or more was needed. Until then the clocks run on."
    )


def _proposed(row: Complaint) -> list[tuple[Any, Any]]:
    """What the second person is asked to agree to."""
    return [
        (_("What is reported"), row.get_category_display()),
        (_("Closing proposed by"), row.closing_by.name if row.closing_by else ""),
        (_("Finding"), row.get_finding_display()),
        (_("Reason for closing"), row.get_closure_reason_display()),
        (_("Summary"), row.summary),
        (_("Answer to the reporter"), row.answer),
    ]


def _closed(row: Complaint) -> Words:
    if row.is_open:
        return _("A second person is asked to agree. Until then the complaint is open and its clocks run on.")
    return _("The complaint is closed.")


PAGES = {
    "acknowledge": Page(
        forms.Acknowledge,
        actions.acknowledge,
        _("Acknowledge %(reference)s"),
        _("The reporter is told."),
        text=_("It does not stop the clock of acting."),
    ),
    "note": Page(
        forms.Note,
        lambda user, pk, *, text, version: actions.note(user, pk, text=text),
        _("A note on %(reference)s"),
        _("The note is kept."),
        text=_("It stops no clock."),
    ),
    "write": Page(
        forms.Write,
        actions.write,
        _("Write to the reporter of %(reference)s"),
        _("The message is kept for the reporter."),
        text=_("It counts as news for the reporter, and not as acting."),
    ),
    "instruct": Page(
        forms.Instruct,
        lambda user, pk, *, instruction, version: actions.instruct(
            user, pk, text=instruction, version=version
        ),
        _("Task for the post: %(reference)s"),
        _("The task is kept."),
    ),
    "take_action": Page(
        forms.TakeAction,
        actions.take_action,
        _("Record an action on %(reference)s"),
        _("The action is recorded."),
        text=_(
            "Only what was done counts: it stops the clock of acting. Opening, assigning, a note or a letter does not."
        ),
    ),
    "take_back": Page(
        forms.Step,
        actions.take_back,
        _("Take the offer of %(reference)s back"),
        _("The offer is taken back."),
    ),
    "accept": Page(
        forms.Step,
        actions.accept,
        _("Take over %(reference)s"),
        _("Your unit has taken over the complaint."),
        text=_("The days to keep stay what they are: forwarding is not acting."),
    ),
    "refuse": Page(
        forms.Because,
        actions.refuse,
        _("Refuse to take over %(reference)s"),
        _("The offer is refused."),
    ),
    "declare_conflict": Page(
        forms.Because,
        actions.declare_conflict,
        _("Declare a conflict of interest: %(reference)s"),
        _("It is recorded. The complaint is no longer for you to see."),
        text=_(
            "You are related to somebody in it, or cannot be impartial. You will never see this complaint again."
        ),
        danger=True,
    ),
    "refer": Page(
        forms.Refer,
        referrals.refer,
        _("Refer %(reference)s to a ministry"),
        _("The referral is recorded."),
        text=_(
            "The ministry has days to acknowledge and to answer. Referring is not acting: record that by itself."
        ),
    ),
    "pause": Page(
        forms.Pause,
        pauses.ask,
        _("Ask for a pause: %(reference)s"),
        _("A second person is asked."),
        text=_("The clocks run on until a second person agrees. A pause ends by itself."),
    ),
    "ask_contact": Page(
        forms.Because,
        contacts.ask,
        _("Ask how the reporter of %(reference)s can be reached"),
        _("A second person is asked."),
        text=_(
            "Ask only where the thread by receipt is not enough. Nothing is opened until a second person agrees. "
            "Where an auditor asks, that is an inspector, and the inspectorate is told."
        ),
    ),
    "close": Page(
        forms.Close,
        closing.close,
        _("Close %(reference)s"),
        _closed,
        text=_closing,
    ),
    "agree": Page(
        forms.Step,
        closing.agree,
        _("Agree to closing %(reference)s"),
        _("The complaint is closed."),
        text=_("You are the second person. The answer goes to the reporter."),
        rows=_proposed,
    ),
    "send_back": Page(
        forms.Because,
        closing.send_back,
        _("Send %(reference)s back"),
        _("The complaint is open as before."),
        rows=_proposed,
    ),
    "reopen": Page(
        forms.Because,
        closing.reopen,
        _("Take %(reference)s up again"),
        _("The complaint is open again."),
        text=_("The clocks begin anew today. What happened so far stays."),
    ),
    "uphold": Page(
        forms.Answering,
        closing.uphold,
        _("Leave %(reference)s closed"),
        _("The complaint stays closed."),
    ),
}
