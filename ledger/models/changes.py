from django.db import models

from ledger.models.events import Event
from ledger.models.fields import StoredJSONField


class Change(models.Model):
    """A row as it was written under an event. Made by the capture triggers; no role may insert here.

    `image_hash` is SHA-256 over the salt and the image's bytes as stored. Erasure empties `image` and `salt`
    and leaves the hash. On a delete (`D`) the image is the row that went.
    """

    KINDS = [("I", "insert"), ("U", "update"), ("D", "delete")]

    # Without a constraint: `ledger_current` has just read the event, and each of a bulk act's 300,000 images
    # would be looked up again at commit. An image whose event is gone is a finding of `verify_log`.
    event = models.ForeignKey(Event, models.PROTECT, related_name="changes", db_constraint=False)
    table_name = models.TextField()
    row_id = models.BigIntegerField()
    version = models.IntegerField()
    kind = models.CharField(max_length=1, choices=KINDS)
    image = StoredJSONField(null=True)
    salt = models.BinaryField(null=True)
    image_hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table_name", "row_id", "version"], name="a_version_of_a_row_is_written_once"
            ),
            models.CheckConstraint(
                condition=models.Q(image__isnull=True, salt__isnull=True)
                | models.Q(image__isnull=False, salt__isnull=False),
                name="an_image_and_its_salt_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} v{self.version}"


class Renaming(models.Model):
    """A column that changed its name: images up to `last_change` still carry the old one."""

    table_name = models.TextField()
    old = models.TextField()
    new = models.TextField()
    last_change = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.table_name}.{self.old} -> {self.new}"
