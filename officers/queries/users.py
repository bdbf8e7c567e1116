from datetime import datetime
from typing import Any

from django.db.models import Q

from ledger.models import Event
from officers.models import Credential, RoleAssignment, Unit, User
from officers.models.users import UserQuerySet, below


def find_users(
    user: Any, text: str = "", *, role: str = "", unit: Unit | None = None, suspended: bool = False
) -> UserQuerySet:
    """The accounts a user may see, by part of a name, by a role now held (`none`: without any), by unit.

    A unit counts with all below it.
    """
    found = User.objects.visible_to(user)
    if text:
        found = found.filter(
            Q(username__icontains=text) | Q(name_km__icontains=text) | Q(name_latin__icontains=text)
        )
    if suspended:
        found = found.filter(is_active=False)
    held = RoleAssignment.objects.current()
    if role == "none":
        return found.exclude(pk__in=held.values("user_id"))
    if role:
        held = held.filter(role=role)
    if unit:
        held = held.filter(below([unit.path]))
    return found.filter(pk__in=held.values("user_id")) if role or unit else found


def last_sign_in(user: User) -> datetime | None:
    """When this user signed in last, as the log has it."""
    events = Event.objects.filter(subject_table="officers_user", subject_id=user.pk, verb="user.signed_in")
    return events.order_by("-id").values_list("recorded_at", flat=True).first()


def why_signed_out(user_id: int) -> str:
    """Why this user's sessions were last ended (`SignedOut`); empty if they never were."""
    return Credential.objects.filter(user_id=user_id).values_list("signed_out", flat=True).first() or ""
