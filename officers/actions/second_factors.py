"""The second factor at sign-in: an authenticator app or passkeys, and recovery codes for when they are lost.

The rows are allauth's and are not captured, since they hold secrets; the log says what happened to them, and
never more than which kind it was. Whoever set a factor up or removed one goes on in the browser he did it in
(the door renews its session); all his other sessions end.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from ledger.acting import act, recording
from officers import rules
from officers.actions.problems import needs_reason
from officers.models import User
from officers.models.users import SignedOut

#: An authenticator app is one; of passkeys somebody may have a few.
MOST_PASSKEYS = 10
LONGEST_NAME = 60
Type = Authenticator.Type


@act
def add_app(actor: User, *, secret: str) -> list[str]:
    """Take an authenticator app into use, whose first code the door has checked.

    With the first factor recovery codes are made and returned, to be shown this once.

    :raises ValidationError: if there is one already
    """
    user = _own(actor)
    if user.authenticator_set.filter(type=Type.TOTP).exists():
        raise ValidationError(_("You have an authenticator app already. Remove it first."))
    with recording("user.second_factor_added", actor=actor, subject=user, kind=Type.TOTP.value):
        TOTP.activate(user, secret)
        return _with_codes(actor, user)


@act
def add_passkey(actor: User, *, name: str, credential: dict[str, Any]) -> list[str]:
    """Take a passkey into use, whose answer the door has checked. Recovery codes as with an app.

    :raises ValidationError: for one more than `MOST_PASSKEYS`, or a name that is too long
    """
    user, name = _own(actor), _named(name)
    if user.authenticator_set.filter(type=Type.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise ValidationError(
            _("You have %(number)d passkeys, and no more are kept. Remove one first.")
            % {"number": MOST_PASSKEYS}
        )
    with recording("user.second_factor_added", actor=actor, subject=user, kind=Type.WEBAUTHN.value):
        WebAuthn.add(user, name, credential)
        return _with_codes(actor, user)


def _with_codes(actor: User, user: User) -> list[str]:
    """Recovery codes where there are none yet; the other sessions end, which were begun without the factor."""
    actor.sign_out(SignedOut.SECOND_FACTOR)
    if user.authenticator_set.filter(type=Type.RECOVERY_CODES).exists():
        return []
    return RecoveryCodes.activate(user).get_unused_codes()


@act
def rename_passkey(actor: User, passkey_id: int, *, name: str) -> None:
    """Call a passkey something else."""
    user = _own(actor)
    passkey = _factor(user, passkey_id, Type.WEBAUTHN)
    with recording("user.passkey_renamed", actor=actor, subject=user):
        passkey.wrap().name = _named(name)
        passkey.save()


@act
def remove(actor: User, factor_id: int) -> None:
    """Put the app or a passkey out of use; with the last of them the recovery codes go too."""
    user = _own(actor)
    factor = _factor(user, factor_id, Type.TOTP, Type.WEBAUTHN)
    with recording("user.second_factor_removed", actor=actor, subject=user, kind=factor.type):
        factor.delete()
        if not user.has_second_factor:
            user.authenticator_set.all().delete()
        actor.sign_out(SignedOut.SECOND_FACTOR)


@act
def make_codes(actor: User) -> list[str]:
    """Make a new set of recovery codes and return it, to be shown this once; the old ones are worth nothing.

    :raises ValidationError: without a factor that they could stand in for
    """
    user = _own(actor)
    if not user.has_second_factor:
        raise ValidationError(_("Set up a second factor first: recovery codes stand in for it."))
    with recording("user.recovery_codes_made", actor=actor, subject=user):
        user.authenticator_set.filter(type=Type.RECOVERY_CODES).delete()
        return RecoveryCodes.activate(user).get_unused_codes()


@act
def use_code(actor: User) -> None:
    """Record that a recovery code stood in for the second factor, and how many are left."""
    user = _own(actor)
    codes = user.authenticator_set.filter(type=Type.RECOVERY_CODES).first()
    left = len(codes.wrap().get_unused_codes()) if codes else 0
    with recording("user.recovery_code_used", actor=actor, subject=user, left=left):
        pass


@act
def reset(actor: Any, user_id: int, *, reason: str, version: int | None = None) -> User:
    """Take away every second factor of somebody who lost them all, so that he sets up a new one; sign him out.

    :raises PermissionDenied: for one's own, for an account of a unit the actor does not keep, and for who sent
        the link for its password or changed the account within `rules.APART`
    :raises ValidationError: without a reason, or where there is nothing to take away
    """
    user = User.objects.visible_to(actor).lock(user_id, version=version)
    if not rules.resets_second_factor(actor, user):
        raise PermissionDenied(
            _(
                "You may not reset this second factor: the account is your own or of a unit you do not keep, or "
                "you changed it or sent the link for its password within the last %(days)d days. Then another "
                "system administrator does it."
            )
            % {"days": rules.APART.days}
        )
    needs_reason(reason)
    if not user.authenticator_set.exists():
        raise ValidationError(_("This account has no second factor."))
    with recording("user.second_factor_reset", actor=actor, subject=user, reason=reason):
        user.authenticator_set.all().delete()
        user.sign_out(SignedOut.SECOND_FACTOR)
    return user


def _own(actor: User) -> User:
    return User.objects.visible_to(actor).lock(actor.pk)


def _factor(user: User, factor_id: int, *types: str) -> Authenticator:
    factor = user.authenticator_set.filter(pk=factor_id, type__in=types).first()
    if factor is None:
        raise Http404
    return factor


def _named(name: str) -> str:
    """:raises ValidationError: unless it is 1 to `LONGEST_NAME` characters"""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValidationError(
            {"name": _("A passkey's name has 1 to %(number)d characters.") % {"number": LONGEST_NAME}}
        )
    return name
