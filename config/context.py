"""What every page gets: navigation by role, and the mode's banner."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger import clock
from officers.models import Role

STAFF = tuple(Role)
# label, URL name, roles that see it
_PAGES = ((_, "home", STAFF),)


def furniture(request: HttpRequest) -> dict[str, Any]:
    """Template context for the base page."""
    return {"navigation": [], "mode": clock.mode()}
