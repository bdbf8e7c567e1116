"""The counter that stands in while Redis is gone."""

from datetime import timedelta

from django.db import connections, models, router, transaction

_COUNT = """
INSERT INTO limits_counter AS counter (key, count, expires_at)
VALUES (%(key)s, 1, statement_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN counter.expires_at <= statement_timestamp() THEN 1 ELSE counter.count + 1 END,
    expires_at = CASE WHEN counter.expires_at <= statement_timestamp()
        THEN EXCLUDED.expires_at ELSE counter.expires_at END
RETURNING count, extract(epoch FROM expires_at - statement_timestamp())
"""


class CounterQuerySet(models.QuerySet["Counter"]):
    def hit(self, key: str, window: timedelta) -> tuple[int, float]:
        """Count one more: (count, seconds until it starts anew).

        :raises RuntimeError: inside a transaction: its rollback would take the count back, and a guesser
            whose every guess fails would go uncounted
        """
        using = router.db_for_write(self.model)
        with transaction.atomic(using=using, durable=True), connections[using].cursor() as cursor:
            cursor.execute(_COUNT, {"key": key, "seconds": window.total_seconds()})
            count, seconds = cursor.fetchone()
        return count, float(seconds)


class Counter(models.Model):
    """Not audited: keyed hashes that mean nothing the next day."""

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    objects = CounterQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
