from django.db.models import OuterRef, Subquery

from ledger.models import AuditedQuerySet, Change


def stamped[Q: AuditedQuerySet](rows: Q) -> Q:
    """Each row with `changed_at`, when the version it has was recorded, by the database's clock."""
    change = Change.objects.filter(
        table_name=rows.model._meta.db_table, row_id=OuterRef("pk"), version=OuterRef("version")
    )
    return rows.annotate(changed_at=Subquery(change.values("event__recorded_at")[:1]))
