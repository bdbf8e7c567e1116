from django.db import models

from ledger.models.events import Event


class Pending(models.Model):
    """A committed event that has no place in the order yet. Filled by trigger, emptied by the sealer.

    A queue, not `id > last_id`: an id is handed out before its transaction commits, so it can surface late.
    """

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, db_constraint=False)


class Seal(models.Model):
    """An event's place in the one unbroken order, and the chain's head at that place.

    `digest` is SHA-256 over the previous digest and the event's leaf; see `ledger.sealing`.
    """

    position = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="seal")
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(position__gte=1), name="the_order_begins_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.position}:{bytes(self.digest).hex()}"


class Follower(models.Model):
    """How far a reader of the log has come in the sealed order."""

    name = models.TextField(primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"
