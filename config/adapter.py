"""How sign-in (django-allauth) meets our users, our limits and our log."""

import base64
import time
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.limits.addresses import UNKNOWN, client_address, client_network
from foundation.limits.counting import Limit, Limited
from officers import rules
from officers.actions import second_factors, users
from officers.models import User
from officers.web.forms.second_factors import AnswerField, understood

#: Guesses at one account from one network; the true password starts the count anew.
SIGN_IN = Limit("sign-in", 10, timedelta(minutes=5), fallback="database")
#: Attempts from one network, whatever the account. A whole province may sit behind one address.
SIGN_IN_NETWORK = Limit("sign-in-network", 300, timedelta(minutes=5), fallback="database")
#: Codes tried for one account: six digits do not bear many guesses.
CODES = Limit("codes", 5, timedelta(minutes=5), fallback="database")
#: A code that was seen on its way is worth nothing afterwards, whichever process is asked.
USED_CODE = Limit("used-code", 1, timedelta(minutes=2), fallback="database")
#: Requests for a link, by network; and links really sent to one account.
RESETS = Limit("password-reset-network", 20, timedelta(hours=1), fallback="database")
RESET_MAILS = Limit("password-reset", 3, timedelta(hours=1), fallback="database")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given, never taken; attempts are counted; passwords change through the action."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        address = client_address(request)
        return "0.0.0.0" if address == UNKNOWN else address  # noqa: S104 - the list of devices needs some address

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """:raises Limited: for one attempt too many, right or wrong"""
        network = client_network(request)
        SIGN_IN_NETWORK.take(network)
        SIGN_IN.take(network, _name(credentials))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            SIGN_IN.forget(client_network(request), _name(credentials))
        return user

    def login(self, request: HttpRequest, user: Any) -> None:
        """Recorded first: who cannot be recorded is not let in."""
        users.signed_in(user)
        super().login(request, user)

    def set_password(self, user: Any, password: str) -> None:
        users.set_password(user, user.pk, password=password)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for the first factor right after signing in: a password given a minute ago is not asked for again."""
        user: Any = self.request.user
        records = get_authentication_records(self.request, user)
        signed_in = (
            bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        )
        if app == "allauth.mfa" and signed_in and rules.owes_second_factor(user):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use the authenticator app or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [way | {"description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def clean_email(self, email: str) -> str:
        """Asked for by the page that sends a link.

        :raises Limited: for one request too many from a network, so that nobody is flooded with mails
        """
        RESETS.take(client_network(self.request))
        return super().clean_email(email)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        try:
            RESET_MAILS.take(str(user.pk))
        except Limited:
            return  # in silence: a refusal would tell that the address is known
        with translation.override(user.language):
            super().send_password_reset_mail(user, email, context | {"public_url": settings.PUBLIC_URL})


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).lower()


class Code(AuthenticateForm):
    """The second factor at sign-in, with guesses counted."""

    def clean_code(self) -> str:
        """:raises Limited: for one guess too many"""
        return _counted(self.user, super().clean_code)

    def save(self) -> None:
        _record(self.authenticator)
        super().save()


class CodeAgain(ReauthenticateForm):
    """The second factor before a change, with guesses counted."""

    def clean_code(self) -> str:
        """:raises Limited: for one guess too many"""
        return _counted(self.user, super().clean_code)

    def save(self) -> None:
        _record(self.authenticator)
        super().save()


class Passkey(AuthenticateWebAuthnForm):
    """A passkey as the second factor."""

    credential = AnswerField()

    def clean_credential(self) -> Authenticator:
        return understood(super().clean_credential)


class PasskeyAgain(ReauthenticateWebAuthnForm):
    """A passkey before a change."""

    credential = AnswerField()

    def clean_credential(self) -> Authenticator:
        return understood(super().clean_credential)


class PasskeyAlone(LoginWebAuthnForm):
    """Sign-in by a passkey alone, with attempts counted."""

    credential = AnswerField()

    def clean_credential(self) -> Authenticator:
        """:raises Limited: for one attempt too many, right or wrong"""
        SIGN_IN_NETWORK.take(client_network(context.request))
        return understood(super().clean_credential)


def _record(used: Authenticator) -> None:
    """The use of a recovery code is an event of its own: its owner is told by mail."""
    if used.type == Authenticator.Type.RECOVERY_CODES:
        second_factors.use_code(used.user)


def _counted(user: User, check: Any) -> str:
    CODES.take(str(user.pk))
    code: str = check()
    USED_CODE.take(str(user.pk), code)
    CODES.forget(str(user.pk))
    return code


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted under a key that is not in the database.

    Apps and devices show the user name beside our own, not the e-mail address.
    """

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code or passkey is not the right one.")
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = user.authenticator_set.filter(type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return super().get_public_key_credential_user_entity(user) | {"name": user.username}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    # Derived from the pepper, which is never replaced, so that rotating the secret key locks nobody out.
    key = HKDF(SHA256(), length=32, salt=None, info=b"probity second factor").derive(settings.PEPPER)
    return Fernet(base64.urlsafe_b64encode(key))
