"""Who had which part in a case, and who is kept away from it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseBar
from officers.models import User

#: The parts as the database names them, in the order in which they are had.
PARTS = {
    "collector": _("Collected the specimen"),
    "laboratory": _("Laboratory"),
    "reviewer": _("Reviewing physician"),
    "proposer": _("Worked on the case and proposed"),
    "checker": _("Checked the legality"),
    "decider": _("Decided"),
    "registrar": _("Entered the order"),
    "verifier": _("Verified the order"),
    "appeal member": _("Sat on the appeal"),
}


@dataclass(frozen=True)
class Party:
    name: str
    parts: list[str]


def parties(case: Case) -> list[Party]:
    """Everybody with a part, in the order of the parts."""
    users = User.objects.in_bulk(case.parts)
    order = list(PARTS)
    rows = sorted(case.parts.items(), key=lambda row: min(order.index(part) for part in row[1]))
    return [
        Party(users[pk].name, [str(PARTS[part]) for part in order if part in parts]) for pk, parts in rows
    ]


def kept_away(case: Case) -> list[CaseBar]:
    """Who declared a conflict of interest, and which. Who serves with or below the officer is kept away besides."""
    return list(case.bars.select_related("user").order_by("pk"))
