from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models import User


class SavedSearchQuerySet(AuditedQuerySet["SavedSearch"]):
    def visible_to(self, user: Any) -> Self:
        """One's own alone: what somebody looks for says whom he suspects. What was removed is there to be restored."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(user_id=user.pk)

    def kept(self) -> Self:
        return self.filter(removed_at=None)


class SavedSearch(Audited):
    """What a user asks of the queue again and again, under a name: the question, never what it found."""

    user = models.ForeignKey(User, models.PROTECT, related_name="saved_searches", db_index=False)
    name = models.CharField(_("name"), max_length=80)
    query = models.JSONField(_("what is searched for"))
    in_digest = models.BooleanField(_("number in digests"), default=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=Q(removed_at=None),
                name="a_user_has_one_saved_search_of_a_name",
                violation_error_message=_("You have a saved search of this name already."),
            ),
        ]
        indexes = [models.Index(fields=["user", "name", "id"], name="saved_search_by_name")]

    def __str__(self) -> str:
        return self.name
