"""What every page gets: navigation by role, and the mode's banner."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits import rules as of_audits
from audits.models.findings import ANSWERS as ANSWERS_FINDINGS
from cases.models import SEES as SEES_COMPLAINTS
from cases.models.orders import SEES_ORDERS
from cases.queries.docket import has_cases
from cases.queries.figures import SEES_FIGURES
from config.middleware import SIGNED_OUT
from ledger import clock
from officers import rules
from officers.models.officers import SEES_OFFICERS
from officers.models.register import SEES_REGISTER
from officers.models.sheets import SEES_RESULTS, SEES_TESTS
from officers.models.users import Role, SignedOut
from officers.queries import notices
from officers.queries.letters import HANDS_OVER


def _staff(user: Any) -> bool:
    return not user.is_partner


STAFF = [role for role in Role.values if role != Role.PARTNER]


def _reads_mails_here(user: Any) -> bool:
    return settings.LOCAL_OUTBOX and rules.reads_the_outbox(user)


def _holding(*roles: str) -> Callable[[Any], bool]:
    return lambda user: user.has_role(*roles)


def _sees_the_register_alone(user: Any) -> bool:
    """Others come to it from the orders."""
    return user.has_role(*SEES_REGISTER) and not user.has_role(*SEES_ORDERS)


def _answers_findings_alone(user: Any) -> bool:
    """Auditors come to them from their audits."""
    return user.has_role(*ANSWERS_FINDINGS) and not user.has_role(Role.AUDITOR)


# label, URL name, who sees it, how the addresses of its pages begin
PAGES: tuple[tuple[Any, str, Callable[[Any], bool], tuple[str, ...]], ...] = (
    (_("Home"), "home", _staff, ()),
    (_("Sheets"), "sheets", _holding(*SEES_TESTS), ("/sheets/",)),
    (_("Tests"), "tests", _holding(*SEES_TESTS), ("/tests/",)),
    (_("Laboratory"), "laboratory", _holding(Role.LABORATORY), ("/laboratory/",)),
    (
        _("Custody in question"),
        "custody_problems",
        _holding(Role.REVIEWING_PHYSICIAN, Role.INSPECTOR),
        ("/custody/",),
    ),
    (_("Reviews"), "reviews", _holding(*SEES_RESULTS), ("/reviews/",)),
    (_("Letters"), "letters", _holding(*HANDS_OVER), ("/letters/",)),
    (_("Complaints"), "complaints", _holding(*SEES_COMPLAINTS), ("/complaints/", "/misses/")),
    (_("Cases"), "cases", has_cases, ("/cases/",)),
    (
        _("Orders"),
        "orders",
        _holding(*SEES_ORDERS),
        ("/orders/", "/measures/", "/suspensions/", "/delegations/", "/appeals/", "/register/"),
    ),
    (_("Appeals"), "appeals", _holding(Role.APPEAL_MEMBER), ("/appeals/",)),
    (_("Barred register"), "register", _sees_the_register_alone, ("/register/",)),
    (
        _("Requests for treatment"),
        "self_referrals",
        _holding(Role.REVIEWING_PHYSICIAN),
        ("/treatment/requests/",),
    ),
    (_("Audits"), "audits", _holding(Role.AUDITOR), ("/audits/",)),
    (_("Findings"), "findings", _answers_findings_alone, ("/audits/findings/",)),
    (_("Requests for correction"), "corrections", of_audits.handles_requests, ("/audits/corrections/",)),
    (_("Figures"), "figures", _holding(*SEES_FIGURES), ("/figures/", "/earlier-measures/")),
    (_("Officers"), "officers", _holding(*SEES_OFFICERS), ("/officers/",)),
    (_("Units"), "units", _holding(*STAFF), ("/units/",)),
    (
        _("Imports"),
        "imports",
        _holding(
            Role.ADMINISTRATOR, Role.LABORATORY, Role.REGISTRAR, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR
        ),
        ("/imports/",),
    ),
    (_("Users"), "users", _holding(Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR), ("/users/", "/roles/")),
    (_("Keys of the open data"), "staff_open_keys", of_audits.revokes_open_keys, ("/audits/open-keys/",)),
    (_("Settings"), "settings", _holding(*STAFF), ("/settings/",)),
    (_("Outbox"), "outbox", _reads_mails_here, ("/outbox/",)),
)


def furniture(request: HttpRequest) -> dict[str, Any]:
    """Template context for the base page."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {"mode": clock.mode(), "navigation": []}
    if user is None or not user.is_authenticated:
        why, _dot, lost = request.COOKIES.get(SIGNED_OUT, "").partition(".")
        if why in SignedOut.values:
            context["signed_out"] = {"why": SignedOut(why).label, "lost": bool(lost)}
        return context
    context["user_name"] = user.name
    context["unread"] = cache(
        lambda: notices.unread(user)
    )  # counted where the head is shown, not for a fragment
    context["most_counted"] = notices.MOST_COUNTED
    context["navigation"] = [
        {
            "label": label,
            "url": reverse(name),
            "current": request.path.startswith(beginnings) or request.path == reverse(name),
        }
        for label, name, sees, beginnings in PAGES
        if sees(user)
    ]
    return context
