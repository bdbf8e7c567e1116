"""Reads about files that were uploaded."""

from datetime import timedelta

from django.db.models import Max

from ledger import clock
from ledger.models import Event
from officers.models import Import


def waiting_imports() -> tuple[int, timedelta]:
    """How many files wait for a worker, and for how long the oldest has been as it is."""
    waiting = list(Import.objects.waiting().values_list("pk", flat=True))
    since = (
        Event.objects.filter(subject_table=Import._meta.db_table, subject_id__in=waiting, clock_set=False)
        .values("subject_id")
        .annotate(last=Max("recorded_at"))
        .values_list("last", flat=True)
    )
    now = clock.now()
    return len(waiting), max((now - moment for moment in since), default=timedelta(0))
