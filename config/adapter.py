"""How sign-in (django-allauth) meets our users, our limits and our log."""

import base64
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from foundation.limits.addresses import UNKNOWN, client_address, client_network
from foundation.limits.counting import Limit, Limited
from officers.actions import users
from officers.models import User

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


class CodeAgain(ReauthenticateForm):
    """The second factor before a change, with guesses counted."""

    def clean_code(self) -> str:
        """:raises Limited: for one guess too many"""
        return _counted(self.user, super().clean_code)


def _counted(user: User, check: Any) -> str:
    CODES.take(str(user.pk))
    code: str = check()
    USED_CODE.take(str(user.pk), code)
    CODES.forget(str(user.pk))
    return code


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted under a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    # Derived from the pepper, which is never replaced, so that rotating the secret key locks nobody out.
    key = HKDF(SHA256(), length=32, salt=None, info=b"probity second factor").derive(settings.PEPPER)
    return Fernet(base64.urlsafe_b64encode(key))
