"""The pages that stand beside each other: orders, what is in force, who is suspended, who acts for whom, appeals."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models.orders import SEES_ORDERS
from officers.models.register import SEES_REGISTER
from officers.models.users import Role

#: Who sees the appeals against measures in the cases that are his to see.
SEES_APPEALS = (Role.APPEAL_MEMBER, *SEES_ORDERS)


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that the user may open, and on which of them he is; none where there is nothing to choose."""
    user: Any = request.user
    pages = (
        (_("Orders"), "orders", SEES_ORDERS),
        (_("Measures in force"), "measures", SEES_ORDERS),
        (_("Suspensions"), "suspensions", SEES_ORDERS),
        (_("Appeals"), "appeals", SEES_APPEALS),
        (_("Delegations"), "delegations", SEES_ORDERS),
        (_("Barred register"), "register", SEES_REGISTER),
    )
    found = [
        {"label": label, "url": reverse(name), "current": request.path == reverse(name)}
        for label, name, roles in pages
        if user.has_role(*roles)
    ]
    return found if len(found) > 1 else []
