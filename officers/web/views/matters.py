"""What stands on the officer's door: his matters, from each floor that has some.

A floor declares a function that says which matters an officer has, and `DOOR` in the settings names it, so that the
door on this floor shows what a higher floor knows without importing it. A matter brings its own template to read, and
the acts that are possible now; the door draws fields and buttons, asks once more where an act says so, calls the act
with the officer as actor, and puts a refusal beside the field. A matter of which the officer was not told does not
belong in the list: `officers.queries.doors.waits` holds the door shut until he opened it knowingly.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from officers.models import Officer


@dataclass(frozen=True)
class Ask:
    """Something that an act asks for besides its text: one of the choices, or where there are none a second text.

    :param name: of the action's argument; a refusal of that name stands beside this field
    :param first: whether it stands above the text
    """

    name: str
    label: str
    hint: str = ""
    choices: Sequence[tuple[str, Any]] = ()
    first: bool = False


@dataclass(frozen=True)
class Act:
    """Something that the officer can do about a matter.

    :param do: calls one action with the officer, the matter's `pk`, what he wrote, and by name what else is asked for
    :param label: of the field in which he writes
    :param done: what is said afterwards
    :param sure: if given, he is asked once more, with these words
    :param also: what is asked for besides the text
    """

    do: Callable[..., Any]
    label: str
    hint: str
    button: str
    done: str
    sure: str = ""
    also: tuple[Ask, ...] = ()


@dataclass(frozen=True)
class Matter:
    """
    :param kind: one word for the matters of this sort; with `pk` it names fields and buttons
    :param at: since when; the newest matter stands first
    :param template: draws what it is and how things stand, from `matter`; what he can do follows
    :param more: draws the evidence, below that
    :param said: whatever the templates need
    :param acts: by verb, those that are possible now
    :param papers: whether there is something worth a page to print
    """

    kind: str
    pk: int
    at: datetime
    title: str
    template: str
    more: str
    said: Any
    acts: dict[str, Act] = field(default_factory=dict)
    papers: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"

    def field(self, verb: str, name: str = "") -> str:
        """What a field of an act is called: that of its text, or of what it asks for besides."""
        return f"{verb}{name and '_'}{name}-{self.key}"

    def asked(self, verb: str) -> list[tuple[str, Ask]]:
        """The fields of an act by name, in their order."""
        act = self.acts[verb]
        text = (self.field(verb), Ask("text", act.label, act.hint))
        also = [(self.field(verb, one.name), one) for one in act.also]
        above = [pair for pair in also if pair[1].first]
        return [*above, text, *(pair for pair in also if not pair[1].first)]


def matters_of(officer: Officer) -> list[Matter]:
    found = [one for source in _sources() for one in source(officer)]
    return sorted(found, key=lambda matter: matter.at, reverse=True)


@cache
def _sources() -> list[Callable[[Officer], Iterable[Matter]]]:
    return [import_string(name) for name in settings.DOOR]
