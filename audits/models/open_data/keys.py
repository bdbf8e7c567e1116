"""Keys of the open data, by which a program is known to be the same one: anybody gets one for an e-mail address."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.open_data.corrections import of_the_ministry
from ledger.models import Audited, AuditedQuerySet
from officers.models.users import Role

#: What the role `open_data` reads of a key, to know one that is shown to it.
READ_BY_OPEN_DATA = ("prefix", "digest", "confirmed_at", "expires_at", "revoked_at")


class OpenKeyQuerySet(AuditedQuerySet["OpenKey"]):
    def visible_to(self, user: Any) -> Self:
        """System administrators of the Ministry, who revoke them; auditors of it, without address or credential."""
        roles = (Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)
        if getattr(user, "is_active", False) and of_the_ministry(user, *roles):
            return self.filter()
        return self.none()

    def live(self, now: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class OpenKey(Audited):
    """A key of somebody outside. Of its secret only the SHA-256 is kept, of the address only what is sealed and hashed.

    `owner` is a keyed hash of the address: it finds the keys of one address and tells nobody which it is.
    """

    table_grants = {
        "app": {"SELECT", "INSERT", "UPDATE", "DELETE"},
        "auditor": {"SELECT"},
        "open_data": {f"SELECT ({column})" for column in READ_BY_OPEN_DATA},
    }

    label = models.CharField(_("label"), max_length=80)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.BinaryField()
    address = models.BinaryField()
    owner = models.CharField(_("hash of the address"), max_length=64, db_index=True)
    language = models.CharField(max_length=2)
    confirmed_at = models.DateTimeField(_("confirmed"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True)
    warned_on = models.DateField(_("told that it expires"), null=True)

    objects = OpenKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"ok_{self.prefix}…"


class OpenKeyLink(models.Model):
    """A link that was mailed to an address, until it is used or over. Not under the ledger: an address whose owner
    confirmed nothing is forgotten with it.
    """

    digest = models.BinaryField(unique=True)
    address = models.BinaryField()
    owner = models.CharField(max_length=64)
    label = models.CharField(max_length=80)
    language = models.CharField(max_length=2)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
