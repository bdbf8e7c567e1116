"""Who acts. The log knows an id, a name and a role, so that no later rename reaches into it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Somebody as the log names him. By itself it holds no role anywhere: rules ask it as they ask a user."""

    id: int | None
    name: str
    role: str

    is_active = False
    officer_id = None
    held_roles = ()
    headed_paths = ()

    @property
    def pk(self) -> int | None:
        return self.id

    def has_role(self, *roles: str) -> bool:
        return False

    def scope(self, *roles: str) -> list[str]:
        return []

    def serves(self, unit: Any, *roles: str) -> bool:
        return False


CLOCK = Actor(None, "clock", "clock")
NOBODY = Actor(None, "", "anonymous")


def who(actor: Any) -> Actor:
    """The log's view of a user (which offers `as_actor()`), or of the clock, a migration, nobody."""
    if isinstance(actor, Actor):
        return actor
    as_actor = getattr(actor, "as_actor", None)
    return as_actor() if as_actor else NOBODY
