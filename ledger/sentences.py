"""What the database refuses, said in the user's language.

Constraint names are sentences; a model's `violation_error_message` says the same translated.
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from ledger.conflict import Conflict

SERIALIZATION, DEADLOCK = "40001", "40P01"
REFERENCE, UNIQUE = "23503", "23505"


@cache
def _constraints() -> dict[str, Any]:
    return {c.name: c for model in apps.get_models() for c in model._meta.constraints}


@cache
def _triggers() -> dict[str, Any]:
    """What triggers refuse, as the models say it in `trigger_messages`."""
    return {
        name: message
        for model in apps.get_models()
        for name, message in getattr(model, "trigger_messages", {}).items()
    }


def refusal_of(error: IntegrityError | OperationalError) -> Exception | None:
    """The refusal that a database error means to the user, or None where it is a fault of ours."""
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state in (SERIALIZATION, DEADLOCK):
        return Conflict(_("Somebody changed this record at the same moment. Look at it again."))
    name = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if not isinstance(error, IntegrityError) or not name:
        return None
    constraint = _constraints().get(name)
    # A field's own uniqueness or reference was looked at before the write: only a race gets here, and the
    # constraint's name is no sentence.
    if constraint is None and state in (REFERENCE, UNIQUE):
        return Conflict(_("Somebody changed this record at the same moment. Look at it again."))
    message = _triggers().get(name) or name.replace("_", " ").capitalize() + "."
    if constraint is not None and (
        constraint.violation_error_message != constraint.default_violation_error_message
    ):
        message = constraint.get_violation_error_message()
    return ValidationError(message, code=name)
