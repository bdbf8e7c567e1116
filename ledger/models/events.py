from typing import TYPE_CHECKING, Self

from django.db import models

from ledger.models.fields import StoredJSONField

if TYPE_CHECKING:
    from ledger.models.audited import Audited


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, row: "Audited") -> Self:
        """What happened to this row, and what changed it while being about another."""
        table = row._meta.db_table
        return self.filter(
            models.Q(subject_table=table, subject_id=row.pk)
            | models.Q(pk__in=_changes_of(table, row.pk).values("event_id"))
        )


def _changes_of(table: str, row_id: int) -> models.QuerySet:
    from ledger.models.changes import Change

    return Change.objects.filter(table_name=table, row_id=row_id)


class Event(models.Model):
    """One act: who did what to what, why, and when. Written by `ledger.acting` only; never changed.

    No foreign keys leave the floor: a later rename or delete must not reach into the log. `occurred_at` is
    claimed by whoever acts, `recorded_at` is the database's clock; `clock_set` says that a demonstration or
    a test had set that clock.
    """

    xid = models.BigIntegerField(editable=False)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    actor_role = models.TextField()
    verb = models.TextField()
    subject_table = models.TextField(blank=True)
    subject_id = models.BigIntegerField(null=True)
    cause_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    facts = StoredJSONField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    clock_set = models.BooleanField(default=False)
    request_id = models.TextField(blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_table", "subject_id", "id"], name="event_by_subject"),
            models.Index(fields=["actor_id", "id"], name="event_by_actor"),
            models.Index(fields=["verb", "id"], name="event_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb}"
