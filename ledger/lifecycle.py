"""The machinery under each floor's `lifecycles.py`: who may take which step, from which state to which."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from ledger.conflict import Conflict

Rule = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Step:
    """`verb` leads from any of `sources` to `target` (None: the state stays) for whom `rule` allows it."""

    verb: str
    sources: tuple[str, ...]
    target: str | None
    rule: Rule


class Lifecycles:
    """A floor's table of steps by model. It feeds buttons, the API's `verbs` and the tests."""

    def __init__(self, steps: Mapping[Any, Sequence[Step]]) -> None:
        self.steps = {model: tuple(of_model) for model, of_model in steps.items()}

    def advance(self, row: Any, verb: str, *, by: Any) -> None:
        """Move a locked row along a step, in memory.

        :raises PermissionDenied: if the rule of no such step allows it to `by`
        :raises Conflict: if the row is not in a state the step starts from
        """
        named = [step for step in self.steps[type(row)] if step.verb == verb]
        if not named:
            raise LookupError(f"{type(row).__name__} has no step {verb!r}")
        allowed = [step for step in named if step.rule(by, row)]
        if not allowed:
            raise PermissionDenied(_("You may not do this."))
        for step in allowed:
            if row.status in step.sources:
                row.status = step.target or row.status
                return
        raise Conflict(
            _("This is not possible while the record is “%(status)s”.") % {"status": row.get_status_display()}
        )

    def verbs(self, row: Any, user: Any) -> list[str]:
        """What `user` may do with the row now."""
        return list(
            dict.fromkeys(
                step.verb
                for step in self.steps.get(type(row), ())
                if row.status in step.sources and step.rule(user, row)
            )
        )
