from django.db import models

from cases.models.complaints import Complaint
from ledger.models import Audited, AuditedQuerySet


class IntakeItem(models.Model):
    """Something a reporter sent, waiting for the hourly act that enters it among others.

    Not under the ledger: an event for each would tell when it came. The id is random, only the day is kept, and the
    content is encrypted, so that nobody who reads the table reads it before it has a handler.
    """

    class Kind(models.TextChoices):
        REPORT = "report"
        MESSAGE = "message"

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    receipt = models.CharField(max_length=64, db_index=True)
    once = models.CharField(max_length=64, unique=True)  # the same form sent twice is one
    day = models.DateField()
    content = models.BinaryField()
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Reporter(Audited):
    """How a reporter can be reached, if he said so: sealed, encrypted with keys that lie apart from the data."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="reporter")
    contact = models.BinaryField()

    objects = AuditedQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.complaint_id)
