from collections.abc import Sequence
from typing import Any

from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

#: What each role may do with a disclosed table; `app` is refused where no event is declared.
DISCLOSED_GRANTS = {
    "app": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "auditor": {"SELECT"},
    "open_data": {"SELECT"},
}
_NEW, _OLD = "REFERENCING NEW TABLE AS n", "REFERENCING OLD TABLE AS o"
_BOTH = "REFERENCING OLD TABLE AS o NEW TABLE AS n"


def fed(table: str, collection: str, columns: Sequence[str]) -> dict[str, str]:
    """The triggers of a disclosed table, as PostgreSQL prints them: a change of these columns is a line of the feed."""
    names = ",".join(columns)
    call = f"FOR EACH STATEMENT EXECUTE FUNCTION audits_feed('{collection}', '{names}')"
    return {
        "feed_insert": f"CREATE TRIGGER feed_insert AFTER INSERT ON {table} {_NEW} {call}",
        "feed_update": f"CREATE TRIGGER feed_update AFTER UPDATE ON {table} {_BOTH} {call}",
        "feed_delete": f"CREATE TRIGGER feed_delete AFTER DELETE ON {table} {_OLD} {call}",
        "no_truncate": f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
    }


class DiscloseTable(migrations.RunSQL):
    """Feed every change of a disclosed table, and let the role `open_data` read it. Follows its CreateModel."""

    def __init__(self, table: str, collection: str, columns: Sequence[str]) -> None:
        self.arguments = [table, collection, list(columns)]
        triggers = fed(table, collection, columns)
        statements: list[Any] = []
        for name, text in triggers.items():
            statements += [text, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"]
        statements.append(f"GRANT SELECT ON {table} TO auditor, open_data")
        undo: list[Any] = [f"DROP TRIGGER {name} ON {table}" for name in triggers]
        undo += [f"REVOKE SELECT ON {table} FROM {role}" for role in ("auditor", "open_data")]  # noqa: S608
        super().__init__(statements, undo)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, self.arguments, {})

    def describe(self) -> str:
        return f"Disclose {self.arguments[0]}"


class Disclosed(models.Model):
    """A row that is public. A null in it is not shown, as `audits.queries.disclosure` says why.

    :cvar collection: its name in addresses and in the feed
    :cvar columns: what of it is public, in the order in which it is given; the others serve figures and filters
    """

    collection: str
    columns: tuple[str, ...]
    table_grants = DISCLOSED_GRANTS
    constraint_triggers: dict[str, str]

    id = models.CharField(primary_key=True, max_length=80, db_collation="C")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.id


class OpenChange(models.Model):
    """A line of the feed: a row of a disclosed table that was added, corrected or retracted.

    Written by the trigger of that table and by nothing else, in the order of commits: `seq` is handed out under a lock
    that is held to the end of the transaction. Once another line follows about the same row, this one is emptied: it
    keeps its place and says by which line it was superseded, and what was corrected or retracted is not repeated.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        CORRECTED = "corrected", _("Corrected")
        RETRACTED = "retracted", _("Retracted")

    table_grants = {"app": {"SELECT"}, "auditor": {"SELECT"}, "open_data": {"SELECT"}}
    constraint_triggers = {
        "no_truncate": "CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_openchange "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
    }

    seq = models.BigIntegerField(primary_key=True)
    collection = models.CharField(max_length=20)
    row = models.CharField(max_length=80, db_collation="C")
    kind = models.CharField(max_length=10, choices=Kind)
    revision = models.PositiveIntegerField()
    on = models.DateField()
    record = models.JSONField(null=True)
    superseded_by = models.BigIntegerField(null=True)
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "row"],
                condition=models.Q(superseded_by__isnull=True),
                name="a_row_has_one_last_change",
            ),
            models.CheckConstraint(
                condition=models.Q(record__isnull=True) | models.Q(superseded_by__isnull=True),
                name="what_was_superseded_is_not_repeated",
            ),
        ]
        indexes = [models.Index(fields=["collection", "-seq"], name="open_change_by_collection")]

    def __str__(self) -> str:
        return f"{self.seq} {self.collection} {self.row}"
