"""What `manage.py check --deploy` asks of a real server about sign-in."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def second_factors(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A server for real people asks everybody with a role for a second factor, over https."""
    found: list[CheckMessage] = []
    if not settings.MFA_REQUIRED:
        found.append(
            Error(
                "Nobody is asked for a second factor: this is the setting of the embedded demonstration.",
                hint="Start it without PROBITY_EMBEDDED, or with MFA_REQUIRED=1.",
                id="probity.E001",
            )
        )
    if settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN:
        found.append(
            Error(
                "Passkeys are taken from any address, also over http.",
                hint="Set MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN to False.",
                id="probity.E002",
            )
        )
    return found
