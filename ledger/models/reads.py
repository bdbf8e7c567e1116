from django.contrib.postgres.fields import ArrayField
from django.db import models

from ledger.models.fields import StoredJSONField


class Read(models.Model):
    """Who looked at which record, which sensitive fields, and why; searches and exports too. Never changed."""

    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField()
    actor_role = models.TextField()
    table_name = models.TextField()
    row_id = models.BigIntegerField(null=True)
    fields = ArrayField(models.TextField(), default=list)
    what = models.TextField()
    reason = models.TextField(blank=True)
    detail = StoredJSONField()
    read_at = models.DateTimeField()
    request_id = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="read_by_row"),
            models.Index(fields=["actor_id", "id"], name="read_by_actor"),
            models.Index(fields=["read_at", "id"], name="read_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.what} {self.table_name} {self.row_id}"
