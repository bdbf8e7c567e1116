"""Whom the publication policy names."""

from datetime import date

from django.utils import timezone

from cases.models import Measure
from cases.queries.powers import rank_orders
from officers.models import SettingVersion


def named_from(on: date) -> int:
    """From which place in the ladder of ranks on the policy of a day names; 0 for nobody."""
    version = SettingVersion.objects.in_force(SettingVersion.Kind.PUBLICATION, on)
    rows = version.content["publication"] if version else []
    return next((row["value"] for row in rows if row["code"] == "naming_from_rank"), 0)


def is_named(measure: Measure, today: date) -> bool:
    """Whether the policy of today and that of the day of the decision both name an officer of this rank.

    So nobody is named for what was decided before the policy, and nobody any more once the policy is taken back.
    """
    if measure.case.decided_at is None:
        return False
    place = rank_orders().get(measure.rank)
    least = [named_from(today), named_from(timezone.localdate(measure.case.decided_at))]
    return place is not None and all(least) and place >= max(least)
