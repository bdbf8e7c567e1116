from typing import Any, Self

from django.db import models
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _

from ledger.conflict import Conflict


class AuditedQuerySet[M: "Audited"](models.QuerySet[M]):
    def update(self, **values: Any) -> int:
        """As Django's, with each row's version raised by one, which the database insists on."""
        values.setdefault("version", F("version") + 1)
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def lock(self, pk: int, *, version: int | None = None) -> M:
        """The row, locked until the act ends.

        :raises Http404: if this queryset does not hold it (invisible is the same as absent)
        :raises Conflict: if the caller looked at another `version`
        """
        row = self.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise Http404
        if version is not None and row.version != version:
            raise Conflict(
                _("Somebody changed this record while you looked at it (version %(now)s, not %(then)s).")
                % {"now": row.version, "then": version}
            )
        return row

    def visible_to(self, user: Any) -> Self:
        """Every audited thing says who may see it; until it does, nobody may."""
        return self.none()


class Audited(models.Model):
    """A row whose every version is in the log. The database refuses to write it without an event.

    Saved by `ledger.acting.record`; a save of one's own is refused by the capture trigger.
    """

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    last_event: Any = None
    """The event under which `ledger.acting.record` last saved this row in this process."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert as version 1, or write all columns over the version that was read.

        :raises Conflict: if the row has moved on since
        """
        if self._state.adding:
            self.version = 1
            super().save(force_insert=True)
            return
        read, self.version = self.version, self.version + 1
        values = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if not field.primary_key and not field.generated
        }
        rows: models.QuerySet[Any] = models.QuerySet(type(self)).filter(pk=self.pk, version=read)
        if not models.QuerySet.update(rows, **values):
            self.version = read
            raise Conflict(_("Somebody changed this record while you looked at it."))
