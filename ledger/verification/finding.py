"""One thing that is not as it must be."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What each kind means, for people.
KINDS: dict[str, Promise] = {
    "gap": _("A place in the sealed order is missing"),
    "missing-event": _("An event is gone"),
    "altered-event": _("An event is not what was sealed"),
    "unsealed-event": _("An event is neither sealed nor waits for it"),
    "clock": _("The clock went backwards or was set"),
    "other-head": _("The log is not the one whose head was kept outside"),
    "cut-tail": _("The end of the log was cut off"),
    "altered-image": _("An image of a record is not what was written"),
    "erased-image": _("An image of a record was erased without an event"),
    "version": _("A version of a record is missing or out of order"),
    "missing-row": _("A record is gone without an event"),
    "row-without-event": _("A record was written without an event"),
    "row": _("A record is not what the log says it is"),
    "renaming": _("A column was renamed without an event"),
    "missing-trigger": _("A rule of the database is gone"),
    "altered-trigger": _("A rule of the database was changed"),
    "disabled-trigger": _("A rule of the database is switched off"),
    "foreign-trigger": _("A rule of the database does not belong there"),
    "altered-function": _("A function of the log was changed"),
    "altered-table": _("The database was changed by something other than a migration"),
    "foreign-grant": _("Somebody may do in the database what nobody granted"),
    "unreadable": _("A part of the log cannot be read"),
}
_ROW = re.compile(r"(?P<table>\w+) (?P<id>\d+)(?: version \d+)?")
_EVENT = re.compile(r"event (?P<id>\d+)(?: at position \d+)?")


@dataclass(frozen=True)
class Finding:
    """A kind (a slug), what it concerns, and a sentence."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.sentence}"

    @property
    def title(self) -> Promise | str:
        """The kind in words, translated where it is shown."""
        return KINDS.get(self.kind, self.kind)

    @property
    def event(self) -> int | None:
        """The id of the event it concerns, if it concerns one."""
        found = _EVENT.fullmatch(self.where)
        return int(found["id"]) if found else None

    @property
    def row(self) -> tuple[str, int] | None:
        """Table and id of the row it concerns, if it concerns one."""
        found = _ROW.fullmatch(self.where)
        return (found["table"], int(found["id"])) if found and "_" in found["table"] else None
