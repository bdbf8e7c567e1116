"""Which officers may be found to be the one a report means."""

from typing import Any

from cases.models import Complaint
from cases.models.vocabulary import Level
from officers.models import Officer
from officers.models.officers import OfficerQuerySet


def may_be_meant(user: Any, row: Complaint) -> OfficerQuerySet:
    """Those the handler sees; where the inspectorate has the report, which may be about anybody, all on the roll."""
    if row.level == Level.INSPECTORATE:
        return Officer.objects.exclude(status=Officer.Status.ENTERED_IN_ERROR)
    return Officer.objects.visible_to(user)
