"""Users, their roles, their passwords."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from ledger import clock
from ledger.acting import act, record, recording
from ledger.actors import CLOCK
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import Officer, RoleAssignment, Unit, User
from officers.models.users import Role, SignedOut


@act
def create(
    actor: Any,
    *,
    username: str,
    name_km: str,
    name_latin: str,
    email: str = "",
    language: str = "km",
    officer_id: int | None = None,
) -> User:
    """Make an account without a role and without a password; its owner sets one by the link he is sent.

    :raises PermissionDenied: unless the actor keeps users
    """
    if not rules.keeps_users(actor):
        raise PermissionDenied(_("You do not keep the users."))
    return _create(actor, username, name_km, name_latin, email, language, officer_id)


def _create(
    actor: Any,
    username: str,
    name_km: str,
    name_latin: str,
    email: str,
    language: str,
    officer_id: int | None,
    reason: str = "",
) -> User:
    if officer_id is not None and not Officer.objects.visible_to(actor).filter(pk=officer_id).exists():
        raise ValidationError({"officer": _("There is no such officer.")})
    user = User(
        username=username.strip().lower(),
        name_km=name_km.strip(),
        name_latin=name_latin.strip(),
        email=email.strip(),
        language=language,
        officer_id=officer_id,
    )
    user.full_clean()
    return record(user, "user.created", actor=actor, reason=reason)


@act
def update(
    actor: Any,
    user_id: int,
    *,
    name_km: str,
    name_latin: str,
    email: str,
    language: str,
    version: int | None = None,
) -> User:
    """Change the names, address and language of another's account.

    :raises PermissionDenied: unless the actor keeps this user; nobody changes his own; nor the address, for who
        took the account's second factor away
    """
    user = _kept(actor, user_id, version)
    if email.strip() != user.email and not rules.sends_link(actor, user):
        raise PermissionDenied(_apart())
    user.name_km, user.name_latin = name_km.strip(), name_latin.strip()
    user.email, user.language = email.strip(), language
    user.full_clean()
    return record(user, "user.updated", actor=actor)


@act
def speak(actor: User, *, language: str) -> User:
    """Choose one's own language."""
    user = User.objects.visible_to(actor).lock(actor.pk)
    user.language = language
    user.full_clean()
    return record(user, "user.language_chosen", actor=actor)


@act
def invite(actor: Any, user_id: int) -> User:
    """Have the link for setting a password sent again, as when the first one expired or the password is lost.

    :raises PermissionDenied: for who took the account's second factor away
    :raises ValidationError: if the account has no address, or is suspended
    """
    user = _kept(actor, user_id, None)
    if not rules.sends_link(actor, user):
        raise PermissionDenied(_apart())
    if not user.is_active:
        raise ValidationError(_("The account is suspended."))
    if not user.email:
        raise ValidationError(_("The account has no e-mail address to send the link to."))
    with recording("user.invited", actor=actor, subject=user):
        pass
    return user


@act
def suspend(actor: Any, user_id: int, *, reason: str, version: int | None = None) -> User:
    """Keep a user from signing in."""
    user = _kept(actor, user_id, version)
    needs_reason(reason)
    user.is_active = False
    user.sign_out(SignedOut.SUSPENDED)
    return record(user, "user.suspended", actor=actor, reason=reason)


@act
def restore(actor: Any, user_id: int, *, reason: str, version: int | None = None) -> User:
    """Let a suspended user sign in again."""
    user = _kept(actor, user_id, version)
    needs_reason(reason)
    user.is_active = True
    return record(user, "user.restored", actor=actor, reason=reason)


@act
def grant(actor: Any, user_id: int, *, role: str, unit_id: int) -> RoleAssignment:
    """Give a user a role for a unit and all below it; he signs in anew.

    :raises PermissionDenied: for one's own account, or a unit the actor does not keep
    """
    user = User.objects.visible_to(actor).lock(user_id)
    unit = Unit.objects.visible_to(actor).lock(unit_id)
    if not rules.grants(actor, user, unit):
        raise PermissionDenied(
            _("You may not give this role: it is your own, or for a unit you do not keep.")
        )
    if unit.valid_to is not None:
        raise ValidationError({"unit": _("This unit exists no more.")})
    assignment = RoleAssignment(
        user=user,
        role=Role(role).value if role in Role.values else role,
        unit=unit,
        granted_by=actor,
        granted_at=clock.now(),
    )
    assignment.full_clean(exclude=["ended_by", "ended_at"])
    user.sign_out(SignedOut.ROLES)
    return record(assignment, "role.granted", actor=actor, user=user.pk, role=role, unit=unit.pk)


@act
def end_role(actor: Any, assignment_id: int, *, reason: str, version: int | None = None) -> RoleAssignment:
    """Take a role from a user; he signs in anew.

    :raises PermissionDenied: for one's own, or a unit the actor does not keep
    """
    assignment = (
        RoleAssignment.objects.current()
        .visible_to(actor)
        .select_related("user", "unit")
        .lock(assignment_id, version=version)
    )
    if not rules.ends(actor, assignment):
        raise PermissionDenied(_("You may not end this role: it is your own, or for a unit you do not keep."))
    needs_reason(reason)
    assignment.user.sign_out(SignedOut.ROLES)
    assignment.ended_by, assignment.ended_at = actor, clock.now()
    return record(
        assignment, "role.ended", actor=actor, reason=reason, user=assignment.user_id, role=assignment.role
    )


@act
def set_password(actor: Any, user_id: int, *, password: str) -> User:
    """Set one's own password; the door has asked for the old one, or for the link sent by mail. All sessions end,
    but that of a door which renews it.

    :raises ValidationError: if it is too short, common, or like the name
    """
    user = User.objects.filter(pk=actor.pk).lock(user_id)
    validate_password(password, user)
    with recording("user.password_set", actor=actor, subject=user):
        user.set_password(password)
        actor.sign_out(SignedOut.PASSWORD)
    return user


@act
def signed_in(actor: User) -> None:
    """Record a sign-in."""
    with recording("user.signed_in", actor=actor, subject=actor):
        pass


@act
def begin(
    actor: Any,
    *,
    username: str,
    name_km: str,
    name_latin: str,
    email: str,
    password: str,
    roles: list[tuple[str, int]],
    reason: str = "",
) -> User:
    """Make an account with roles and a password at once: the first administrator, and demonstrations.

    Only the clock, that is the command line, may.
    """
    if actor is not CLOCK:
        raise PermissionDenied
    user = _create(actor, username, name_km, name_latin, email, "km", None, reason=reason)
    validate_password(password, user)
    user.set_password(password)
    for role, unit_id in roles:
        assignment = RoleAssignment(user=user, role=role, unit_id=unit_id, granted_at=clock.now())
        record(assignment, "role.granted", actor=actor, user=user.pk, role=role, unit=unit_id)
    return user


def _apart() -> str:
    return _(
        "You reset this account's second factor. Until it has a new one, another system administrator sends the "
        "link for its password or changes its address."
    )


def _kept(actor: Any, user_id: int, version: int | None) -> User:
    user = User.objects.visible_to(actor).lock(user_id, version=version)
    if not rules.keeps_user(actor, user):
        raise PermissionDenied(
            _("You may not change this account: it is your own, or of a unit you do not keep.")
        )
    return user
