from django.db import models
from django.db.models.functions import Now

from ledger.models.fields import StoredJSONField


class Answer(models.Model):
    """What a request with an Idempotency-Key was answered, kept 24 hours in the same transaction as its effect."""

    account_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    body = StoredJSONField(null=True)
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "key"], name="a_key_is_answered_once"),
        ]
        indexes = [models.Index(fields=["answered_at"], name="answer_by_age")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.key}"
