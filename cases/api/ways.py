"""How a step on a case is described: the action it leads to, what it takes, and what it is for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from foundation.api.serializers import VersionedSerializer


@dataclass(frozen=True)
class Way:
    """A step: the action it leads to, and how it is described. An action gives the case, or what belongs to it."""

    action: Callable[..., Any]
    takes: type[VersionedSerializer]
    sends: dict[str, Any]
    summary: str
    description: str = ""
    shows: dict[str, Any] | None = None
