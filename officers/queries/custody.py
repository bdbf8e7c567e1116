"""Where bottles went, what is in question about it, and where they may be sent."""

from typing import Any

from django.db.models import Q, QuerySet

from officers.models import CustodyProblem, SettingVersion, Unit
from officers.models.laboratory import SEES_RESULTS
from officers.models.users import below
from officers.queries.settings import rows_in_force


def problems_before(user: Any) -> QuerySet[CustodyProblem]:
    """What is or was in question about custody, for those who have a say over results, or audit."""
    of_units: Q = below(user.scope(*SEES_RESULTS), "specimen__test__sheet__unit")
    return CustodyProblem.objects.visible_to(user).filter(of_units)


def laboratories() -> QuerySet[Unit]:
    return Unit.objects.open().filter(kind=Unit.Kind.LABORATORY).order_by("code")


def panel_authorities() -> list[str]:
    """Whose panels there are, in the order of the setting."""
    return list(dict.fromkeys(row["authority"] for row in rows_in_force(SettingVersion.Kind.PANELS)))
