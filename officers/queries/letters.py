"""Sealed letters, found by the number on the outside, by those who may record that one was handed over."""

from typing import Any

from officers import rules
from officers.models import DoorCode
from officers.models.users import Role
from officers.reckoning.numbers import letter_of

#: Whose units' letters somebody may be asked to hand over.
HANDS_OVER = (Role.REGISTRAR, Role.INSPECTOR, Role.CASE_OFFICER, Role.ADMINISTRATOR)


def letter_numbered(user: Any, text: str) -> DoorCode | None:
    """The letter, if he may record its hand-over. To all others, whatever the cause, there is none.

    :raises ValueError: if the number's check digits are wrong
    """
    pk = letter_of(text)
    if pk is None:
        return None
    found = DoorCode.objects.visible_to(user).select_related("officer__unit").filter(pk=pk).first()
    return found if found is not None and rules.records_service(user, found) else None
