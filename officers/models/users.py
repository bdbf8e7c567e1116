from collections.abc import Iterable
from functools import cached_property
from secrets import token_hex
from typing import Any, Self

from django.contrib.auth.hashers import check_password, is_password_usable, make_password
from django.contrib.auth.models import BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ledger import clock
from ledger.actors import Actor
from ledger.models import Audited, AuditedQuerySet
from officers.models.units import Unit


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    LABORATORY = "laboratory", _("Laboratory")
    REVIEWING_PHYSICIAN = "reviewing_physician", _("Reviewing physician")
    CASE_OFFICER = "case_officer", _("Case officer")
    SUPERVISOR = "supervisor", _("Supervisor")
    INSPECTOR = "inspector", _("Inspector")
    LEGAL_CHECKER = "legal_checker", _("Legal checker")
    DECIDING_AUTHORITY = "deciding_authority", _("Deciding authority")
    REGISTRAR = "registrar", _("Registrar")
    APPEAL_MEMBER = "appeal_member", _("Appeal member")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    PARTNER = "partner", _("Partner organisation")


class ByMail(models.TextChoices):
    """How notices that can wait reach somebody by mail. In the application they stand in any case."""

    AT_ONCE = "at_once", _("At once, each by itself")
    DAILY = "daily", _("Together, once a day")
    WEEKLY = "weekly", _("Together, once a week, on Mondays")
    NEVER = "never", _("Not by mail")


class UserQuerySet(AuditedQuerySet["User"]):
    def visible_to(self, user: Any) -> Self:
        """System administrators see the users of their units (and those without a role yet); everybody sees himself."""
        if not getattr(user, "is_active", False):
            return self.none()
        paths = user.scope(Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)
        if not paths:
            return self.filter(pk=user.pk)
        held = RoleAssignment.objects.current().filter(below(paths)).values("user_id")
        anybody = RoleAssignment.objects.current().values("user_id")
        return self.filter(Q(pk__in=held) | Q(pk=user.pk) | ~Q(pk__in=anybody))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    pass


class User(Audited):
    """Someone who signs in. Password and last sign-in stand apart, so no secret enters the log's images."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    name_km = models.CharField(_("name in Khmer"), max_length=120)
    name_latin = models.CharField(_("name in Latin letters"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("km", _("Khmer")), ("en", _("English"))], default="km"
    )
    notices_by_mail = models.CharField(
        _("notices by mail"), max_length=10, choices=ByMail, default=ByMail.AT_ONCE
    )
    digest_hour = models.PositiveSmallIntegerField(default=7)
    officer = models.OneToOneField(
        "officers.Officer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="user",
        verbose_name=_("officer"),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    is_authenticated = True
    is_anonymous = False
    last_login = None
    authenticator_set: Any  # allauth's second factors

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23), name="a_digest_comes_at_an_hour_of_the_day"
            ),
        ]
        indexes = [models.Index(fields=["username", "id"], name="user_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return (self.name_km if get_language() == "km" else self.name_latin) or self.username

    def natural_key(self) -> tuple[str]:
        return (self.username,)

    def get_username(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        return self.name

    # Django's and allauth's sign-in ask for these.

    @classmethod
    def get_email_field_name(cls) -> str:
        return cls.EMAIL_FIELD

    @property
    def password(self) -> str:
        credential = Credential.objects.filter(user_id=self.pk).first()
        return credential.password if credential else ""

    def check_password(self, raw: str) -> bool:
        """A rehash with newer parameters goes to the credentials, which are not captured."""
        return check_password(raw, self.password, self.set_password)

    def set_password(self, raw: str | None) -> None:
        """Sign-in calls this on a user that does not exist, so that an unknown name takes as long as a known one."""
        if self.pk is None:
            make_password(raw)
            return
        Credential.keep(self.pk, password=make_password(raw))

    def has_usable_password(self) -> bool:
        return bool(self.password) and is_password_usable(self.password)

    _renewed = ""

    def get_session_auth_hash(self) -> str:
        return self._renewed or self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterable[str]:
        from django.conf import settings

        return (self._session_hash(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def _session_hash(self, secret: str | None) -> str:
        kept = Credential.objects.filter(user_id=self.pk).values_list("password", "sessions").first()
        return salted_hmac(
            "officers.User.session", "".join(kept or ()), secret=secret, algorithm="sha256"
        ).hexdigest()

    def sign_out(self, why: str) -> None:
        """End all his sessions, for one of the reasons in `SignedOut`: part of the act that is the reason.

        Each request holds its session against what stands here, so none survives by being saved again, as a
        deleted row would by a request under way that gives its session a new key. Where he himself acts, his door
        may renew its own session, with what is written here and not with what a later act writes.
        """
        Credential.keep(self.pk, sessions=token_hex(8), signed_out=why)
        self._renewed = self._session_hash(None)

    @property
    def has_second_factor(self) -> bool:
        """An authenticator app or a passkey; recovery codes alone are none."""
        return self.authenticator_set.exclude(type="recovery_codes").exists()

    # What he may do follows from his roles and their units.

    via = ""

    def as_actor(self) -> Actor:
        """How the log names him: roles as held at the moment, and the API key where one was used."""
        roles = ", ".join(sorted({held.role for held in self.held_roles})) or "none"
        return Actor(
            self.pk, self.name_latin or self.username, f"{roles} via key {self.via}" if self.via else roles
        )

    @cached_property
    def held_roles(self) -> list["RoleAssignment"]:
        return list(RoleAssignment.objects.current().filter(user_id=self.pk).select_related("unit"))

    @property
    def is_partner(self) -> bool:
        """Hands in reports for an organisation outside the police, and is nothing else here."""
        return {held.role for held in self.held_roles} == {Role.PARTNER}

    @cached_property
    def headed_paths(self) -> list[str]:
        """Paths of the units he heads as an officer: whoever serves there is under his command."""
        if not self.officer_id:
            return []
        from officers.models.officers import Posting

        headed = Posting.objects.filter(
            officer_id=self.officer_id, is_head=True, held__contains=clock.today()
        )
        return list(headed.values_list("unit__path", flat=True))

    def has_role(self, *roles: str) -> bool:
        return self.is_active and any(held.role in roles for held in self.held_roles)

    def scope(self, *roles: str) -> list[str]:
        """Paths of the units in which he holds any of these roles; each counts for all that is below it."""
        if not self.is_active:
            return []
        return sorted({held.unit.path for held in self.held_roles if held.role in roles})

    def serves(self, unit: Unit, *roles: str) -> bool:
        """Whether he holds any of these roles for this unit."""
        return any(unit.path.startswith(path) for path in self.scope(*roles))


def below(paths: Iterable[str], unit: str = "unit") -> Q:
    """Rows whose unit is one of these or below; nothing for no paths."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{unit}__path__startswith": path})
    return condition


class SignedOut(models.TextChoices):
    """Why somebody's sessions were ended, as the sign-in page says it."""

    ROLES = "roles", _("Your roles were changed, so you were signed out.")
    SUSPENDED = "suspended", _("Your account was suspended, so you were signed out.")
    PASSWORD = "password", _("Your password was set anew, so you were signed out.")
    SECOND_FACTOR = "second_factor", _("Your second factor was changed, so you were signed out.")


class Credential(models.Model):
    """Not under the ledger: a password's hash must not be copied into images.

    `sessions` goes into what each session is held against: another value ends them all.
    """

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="credential")
    password = models.CharField(max_length=128, default="")
    sessions = models.CharField(max_length=16, default="")
    signed_out = models.CharField(max_length=20, default="")  # why, last: one of `SignedOut`

    def __str__(self) -> str:
        return str(self.user_id)

    @staticmethod
    def keep(user_id: int, **values: str) -> None:
        """Write these and leave the others as they are, in one statement: of two at once none is lost or refused."""
        Credential.objects.bulk_create(
            [Credential(user_id=user_id, **values)],
            update_conflicts=True,
            unique_fields=["user_id"],
            update_fields=list(values),
        )


class RoleAssignmentQuerySet(AuditedQuerySet["RoleAssignment"]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        return self.filter(user__in=User.objects.visible_to(user))


class RoleAssignment(Audited):
    """A role for a unit and all below it. Nobody gives or takes his own; the database sees to it too.

    `granted_by` is empty only for the first administrator, who is made from the command line.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="role_assignments")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="role_assignments", verbose_name=_("unit"))
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="roles_granted")
    granted_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="roles_ended")
    ended_at = models.DateTimeField(null=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(granted_by=F("user")),
                name="nobody_grants_himself_a_role",
                violation_error_message=_("Nobody grants himself a role."),
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("user")),
                name="nobody_ends_his_own_role",
                violation_error_message=_("Nobody ends his own role."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="a_role_ends_by_somebody",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_role_is_one_that_there_is"),
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(ended_at__isnull=True),
                name="a_role_is_held_once_for_a_unit",
                violation_error_message=_("This user holds this role for this unit already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit}"
