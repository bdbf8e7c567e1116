"""Who acts. The log knows an id, a name and a role, so that no later rename reaches into it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Actor:
    id: int | None
    name: str
    role: str


CLOCK = Actor(None, "clock", "clock")
MIGRATION = Actor(None, "migration", "migrator")
NOBODY = Actor(None, "", "anonymous")


def who(actor: Any) -> Actor:
    """The log's view of a user (which offers `as_actor()`), or of the clock, a migration, nobody."""
    if isinstance(actor, Actor):
        return actor
    as_actor = getattr(actor, "as_actor", None)
    return as_actor() if as_actor else NOBODY
