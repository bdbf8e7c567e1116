"""Forgetting counters that have run out."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from foundation.jobs.timetable import job
from foundation.limits.models import Counter


@job(title=_("Clearing of counters"), every=timedelta(hours=1), late_after=timedelta(hours=6))
def clear_counters(**kwargs: Any) -> int:
    return Counter.objects.filter(expires_at__lt=Now()).delete()[0]
