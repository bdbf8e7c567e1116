"""What every act of this floor begins with: an audit, locked, and texts that say something."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from audits.models import Audit
from cases.actions.grounds import check_fields, needs
from officers.models import User

__all__ = ["check_fields", "locked_audit", "needs", "next_number", "open_user"]


def locked_audit(actor: Any, audit_id: int, version: int | None = None) -> Audit:
    """An audit, locked, as its auditor sees it.

    :raises Http404: if he does not
    """
    seen = Audit.objects.visible_to(actor)
    rows = Audit.objects.select_related("unit", "lead")
    return rows.filter(pk__in=seen.filter(pk=audit_id)).lock(audit_id, version=version)


def next_number(rows: Any) -> int:
    """The number of a further row, of those that are locked through what they belong to."""
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def open_user(user_id: int, field: str) -> User:
    """:raises ValidationError: if there is no such user who may sign in"""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise ValidationError({field: _("Choose a user.")})
    return user


def days_in_order(first: date, last: date, field: str) -> None:
    """:raises ValidationError: if the last is before the first"""
    if last < first:
        raise ValidationError({field: _("The last day is before the first.")})
