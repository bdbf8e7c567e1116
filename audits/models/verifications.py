from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.audits import NEVER_DELETED
from cases.models.guarded import kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import User
from officers.models.users import Role

TABLE = "audits_verification"
#: A run may take so long; one that began earlier and has not ended has died.
LONGEST = timedelta(minutes=10)
#: Older than this a result says nothing of today.
STALE = timedelta(hours=30)


class VerificationQuerySet(AuditedQuerySet["Verification"]):
    def visible_to(self, user: Any) -> Self:
        if not getattr(user, "is_active", False) or not user.has_role(Role.AUDITOR):
            return self.none()
        return self.filter()

    def waiting(self) -> Self:
        """Asked for by somebody, and not ended."""
        return self.filter(ended_at__isnull=True, asked_by__isnull=False)

    def that_looked(self) -> Self:
        """Those that came to a result."""
        return self.filter(result__in=(Verification.Result.WHOLE, Verification.Result.BENT))


class Verification(Audited):
    """One verification of the whole log: asked for, begun, ended with a result that is never changed.

    `found` is the true number; `findings` keeps the first of each kind, with where each is and a sentence. What else
    was seen at the end stands beside it: work that was late, when a head was last written outside the database, events
    that waited for their place. A run that died has no end.
    """

    class Result(models.TextChoices):
        WHOLE = "WHOLE", _("The log is whole")
        BENT = "BENT", _("Something was found")
        FAILED = "FAILED", _("Could not be verified")

    constraint_triggers = (
        {
            "a_verification_that_ended_is_never_changed": (
                "CREATE TRIGGER a_verification_that_ended_is_never_changed BEFORE UPDATE ON audits_verification "
                "FOR EACH ROW WHEN (old.ended_at IS NOT NULL) EXECUTE FUNCTION officers_refuse_change()"
            )
        }
        | unchanging("a_verification_stays_as_it_was_asked", TABLE, asked_by_id="?", asked_at="")
        | kept(TABLE, NEVER_DELETED)
    )

    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for"))
    begun_at = models.DateTimeField(_("begun"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    head = models.CharField(_("head at the end"), max_length=100, blank=True)
    heads = models.PositiveIntegerField(_("heads from outside"), default=0)
    first_head = models.CharField(max_length=100, blank=True)
    last_head = models.CharField(max_length=100, blank=True)
    head_written_at = models.DateTimeField(_("last head written outside"), null=True)
    found = models.PositiveIntegerField(_("findings"), default=0)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    late_jobs = models.JSONField(default=list)
    unsealed = models.PositiveIntegerField(_("events that wait for their place"), default=0)
    unsealed_seconds = models.PositiveIntegerField(default=0)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(ended_at__isnull=True, asked_by__isnull=False),
                name="one_verification_waits_at_a_time",
                violation_error_message=_("A verification was asked for at the same moment."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, result="")
                | Q(ended_at__isnull=False, begun_at__isnull=False)
                & (Q(result="WHOLE", found=0) | Q(result="BENT", found__gte=1) | Q(result="FAILED", found=0)),
                name="a_verification_ends_with_its_result",
            ),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="verification_by_age")]

    def __str__(self) -> str:
        return f"{self.asked_at} {self.result}"

    def has_died(self, now: datetime) -> bool:
        """Whether its run was cut off: begun too long ago to be still under way."""
        return self.ended_at is None and self.begun_at is not None and self.begun_at < now - LONGEST

    def is_stale(self, now: datetime) -> bool:
        return self.ended_at is None or self.ended_at < now - STALE
