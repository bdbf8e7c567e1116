from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.users import User


class Scope(models.TextChoices):
    TESTS_READ = "tests:read", _("Read tests and sheets")
    TESTS_WRITE = "tests:write", _("Enter tests and sheets")
    LABORATORY_READ = "laboratory:read", _("Read specimens by number, and a laboratory's reports")
    LABORATORY_WRITE = "laboratory:write", _("Receive specimens and report on them")
    OFFICERS_READ = "officers:read", _("Read officers and units")
    OFFICERS_WRITE = "officers:write", _("Import officers")
    REVIEWS_READ = "reviews:read", _("Read reviews of tests")
    REVIEWS_WRITE = "reviews:write", _("Review tests, and record that letters were handed over")
    COMPLAINTS_READ = "complaints:read", _("Read complaints")
    COMPLAINTS_WRITE = "complaints:write", _("Work on complaints")
    COMPLAINTS_HAND_IN = "complaints:hand_in", _("Hand in reports and ask for their state by receipt")
    CASES_READ = "cases:read", _("Read dismissal cases, orders, appeals and measures")
    CASES_WRITE = "cases:write", _("Work on dismissal cases, orders and appeals")
    AUDITS_READ = "audits:read", _("Read the log, reads, audits, reviews and findings")
    AUDITS_WRITE = "audits:write", _("Review and find as an auditor, and answer findings")
    NOTICES_READ = "notices:read", _("Read your notices")
    NOTICES_WRITE = "notices:write", _("Mark notices as read, and choose how they come")


class ApiKeyQuerySet(AuditedQuerySet["ApiKey"]):
    def visible_to(self, user: Any) -> Self:
        """One's own, and those of the users one sees. Never a secret: none is kept."""
        return self.filter(user__in=User.objects.visible_to(user))

    def live(self, now: Any) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class ApiKey(Audited):
    """A key that acts for its owner within scopes. Only the SHA-256 of its secret is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="api_keys")
    label = models.CharField(_("label"), max_length=80)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.BinaryField()
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("scopes"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"pk_{self.prefix}…"


class KeyUse(models.Model):
    """In which hour a key was last used. Not under the ledger: it is written on a request's way and explains no row."""

    key = models.OneToOneField(ApiKey, models.PROTECT, primary_key=True, related_name="use")
    hour = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key_id} {self.hour:%Y-%m-%d %H}"
