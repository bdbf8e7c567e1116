"""Events in words, whatever floor they are of: what was done, in which role, and why."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.queries.words import VERBS as OWN
from cases.queries.histories import VERBS as OF_CASES
from ledger.models import Event
from officers.models.users import Role
from officers.queries.timelines import VERBS as OF_OFFICERS

#: What no other page tells of.
_UNTOLD: Mapping[str, Any] = {
    "complaint.reckoned_anew": gettext_lazy("Days reckoned anew"),
    "failure.accepted": gettext_lazy("Complaint about the unit opened"),
    "failure.declined": gettext_lazy("Left as it is"),
    "failure.proposed": gettext_lazy("Complaint about the unit proposed"),
}
# A review of an auditor and one of a physician are two things that have verbs of one name.
_OTHERS: Mapping[str, Any] = {**_UNTOLD, **OWN, **OF_OFFICERS, **OF_CASES}
_AUDITS: Mapping[str, Any] = {**_OTHERS, **OWN}
_ROLES: Mapping[str, Any] = {
    "clock": gettext_lazy("the system"),
    "officer with personal code": gettext_lazy("the officer, with his personal code"),
    "migrator": gettext_lazy("an upgrade"),
    "migration": gettext_lazy("an upgrade"),
    "anonymous": gettext_lazy("somebody who was not signed in"),
    "none": gettext_lazy("no role"),
    **{str(role): role.label for role in Role},
}


def words_of(event: Event) -> Any:
    words = _AUDITS if event.subject_table.startswith("audits_") else _OTHERS
    return words.get(event.verb, event.verb)


def role_words(role: str) -> str:
    """A role as the log keeps it, in words: several, and a key where one was used."""
    roles, _via, key = role.partition(" via key ")
    words = ", ".join(str(_ROLES.get(one, one)) for one in roles.split(", "))
    return _("%(roles)s, by the key %(key)s") % {"roles": words, "key": key} if key else words


def reason_of(event: Event) -> str:
    """Why somebody wished to know how a reporter can be reached may say who that is: it stays sealed."""
    if event.verb.startswith("complaint.contact_") and event.reason:
        return _("sealed")
    return event.reason
