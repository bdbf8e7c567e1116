"""Officers against whom a case may be opened."""

from typing import Any

from cases.models.cases import WORKS
from officers.models import Officer, Unit
from officers.models.officers import OfficerQuerySet


def may_open_against(user: Any) -> OfficerQuerySet:
    """The officers somebody sees; for who works at the Ministry's inspectorate all on the roll. Never himself."""
    everywhere = any(
        held.unit.kind == Unit.Kind.INSPECTORATE_GENERAL and held.role in WORKS for held in user.held_roles
    )
    officers = Officer.objects.exclude(status=Officer.Status.ENTERED_IN_ERROR)
    seen = officers if everywhere else officers.filter(pk__in=Officer.objects.visible_to(user))
    return seen.exclude(pk=user.officer_id or 0)
