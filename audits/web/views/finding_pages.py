"""The steps of a finding: which buttons somebody has, and what the page of each says and does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.actions import findings as actions
from audits.lifecycles import verbs
from audits.models import Finding
from audits.web.forms.findings import Extend, FindingStep, Turn
from officers.models import User

type Words = str | Promise


@dataclass(frozen=True)
class Page:
    """What the page of a step says, asks for and does.

    :param label: of its field, and `otherwise` what is said where it was left empty
    :param leads: leads the finding on; the others stand behind
    """

    button: Words
    title: Words
    done: Words
    do: Callable[..., Finding]
    label: Words = ""
    otherwise: Words = ""
    text: Words = ""
    form: type[FindingStep] = Turn
    danger: bool = False
    leads: bool = True

    def filled(self, row: Finding, data: Any) -> FindingStep:
        if issubclass(self.form, Turn):
            return self.form(row, data, label=self.label, otherwise=self.otherwise)
        return self.form(row, data)


PAGES: Mapping[str, Page] = {
    "issue": Page(
        _("Issue the finding"),
        _("Issue %(reference)s"),
        _("The finding is issued. The unit's time to answer runs."),
        actions.issue,
        text=_("It goes to the unit as it is. Once issued it is never rewritten, only withdrawn."),
        form=FindingStep,
    ),
    "accept": Page(
        _("Accept the finding"),
        _("Accept %(reference)s"),
        _("The finding is accepted. The time to act runs."),
        actions.accept,
        label=_("What will be done, and by whom"),
        otherwise=_("Say what will be done."),
        text=_("You accept for the unit that this is wrong. The auditors read what you write."),
    ),
    "contest": Page(
        _("Contest the finding"),
        _("Contest %(reference)s"),
        _("The finding is contested. An auditor upholds or withdraws it."),
        actions.contest,
        label=_("Why the finding does not hold"),
        otherwise=_("Say why."),
        text=_("You say for the unit why the finding is not right. The auditors read what you write."),
    ),
    "act": Page(
        _("Report what was done"),
        _("Report what was done about %(reference)s"),
        _("It is reported what was done. An auditor verifies it."),
        actions.report_action,
        label=_("What was done, and how it can be verified"),
        otherwise=_("Say what was done."),
    ),
    "uphold": Page(
        _("Uphold the finding"),
        _("Uphold %(reference)s"),
        _("The finding is upheld. The unit answers anew."),
        actions.uphold,
        label=_("Why it holds all the same"),
        otherwise=_("Say why."),
    ),
    "close": Page(
        _("Close the finding"),
        _("Close %(reference)s"),
        _("The finding is closed."),
        actions.close,
        label=_("What was verified, and how"),
        otherwise=_("Say what was verified."),
    ),
    "return_action": Page(
        _("The action is not enough"),
        _("Send the action back: %(reference)s"),
        _("The action is sent back. The time to act runs anew."),
        actions.return_action,
        label=_("What is missing"),
        otherwise=_("Say what is missing."),
    ),
    "extend": Page(
        _("Give more time"),
        _("Give more time for %(reference)s"),
        _("The unit has more time."),
        actions.extend,
        label=_("Why"),
        otherwise=_("Say why."),
        form=Extend,
        leads=False,
    ),
    "reopen": Page(
        _("Open the finding anew"),
        _("Open %(reference)s anew"),
        _("The finding is open anew. The unit answers."),
        actions.reopen,
        label=_("Why"),
        otherwise=_("Say why."),
        leads=False,
    ),
    "withdraw": Page(
        _("Withdraw the finding"),
        _("Withdraw %(reference)s"),
        _("The finding is withdrawn."),
        actions.withdraw,
        label=_("Why it does not hold"),
        otherwise=_("Say why."),
        text=_("It stays to be read, with what you write."),
        danger=True,
        leads=False,
    ),
}


@dataclass(frozen=True)
class Button:
    label: Words
    url: str


def buttons(row: Finding, user: User) -> dict[str, list[Button]]:
    """The next steps, in two rows."""
    allowed = verbs(row, user)
    first = [verb for verb, page in PAGES.items() if verb in allowed and page.leads]
    then = [verb for verb, page in PAGES.items() if verb in allowed and not page.leads]
    amend = (
        [Button(_("Change the draft"), reverse("finding_amend", args=[row.pk]))] if "amend" in allowed else []
    )
    return {
        "first": [_button(row, verb) for verb in first],
        "then": [*amend, *(_button(row, verb) for verb in then)],
    }


def _button(row: Finding, verb: str) -> Button:
    return Button(PAGES[verb].button, reverse(f"finding_{verb}", args=[row.pk]))
