"""Who is calling: a session with its CSRF token, or an API key in the `Authorization` header."""

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from officers import rules
from officers.actions import api_keys
from officers.models import ApiKey, User
from officers.queries import identify


def secret_of(request: Request) -> str | None:
    """What a request shows as its key, right or wrong; None if it shows none."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer pk_…`. The first of the two, so that a 401 names it in `WWW-Authenticate`.

    The log names the key beside its owner. Where the owner must have a second factor and has none, his keys rest.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        secret = secret_of(request)
        if secret is None:
            return None
        found = identify(secret)
        if found is None:
            raise AuthenticationFailed(_("This key is unknown, expired or revoked."))
        if rules.owes_second_factor(found[0]):
            raise PermissionDenied(
                _("The owner of this key has no second factor; until he has, it opens nothing.")
            )
        api_keys.note_use(found[1])
        return found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Probity"'


class InScope(BasePermission):
    """A key does what its scopes name and nothing else; a session does what its user may."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        scope = view.scope_of(request.method)  # type: ignore[attr-defined]
        if isinstance(request.auth, ApiKey) and scope and scope not in request.auth.scopes:
            self.message = _("This key lacks the scope %(scope)s.") % {"scope": scope.value}
            return False
        return True


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "pk_<8>_<43>",
            "description": "A key made on the page /keys/, with its scopes. Never in an address.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        from django.conf import settings

        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The sign-in of a browser; writes need the `X-CSRFToken` header too.",
        }
