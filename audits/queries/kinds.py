"""What each kind of finding means, and what to do: in words for people who do not know the machine."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """`means` what was found; `todo` what comes next. `is_grave`: somebody changed or "
    "removed what is on the record."""

    title: Promise
    means: Promise
    todo: Promise
    is_grave: bool = True


_RECORDS = _(
    "Change nothing. Keep this result, and have the database and the last backup kept as "
    "they are: the backup shows what "
    "stood there. Take it to the inspectors, and not to those who run the machine."
)
_OWNERS = _(
    "Only somebody with the owner's or a superuser's rights can do this, or a migration "
    "that was interrupted. Ask who was "
    "signed in there before anything is brought back in order."
)
_MACHINE = _("Ask those who run the machine to mend it, and verify again.")

KINDS: dict[str, Kind] = {
    "gap": Kind(
        _("Gap in the order"),
        _(
            "Every event has its number in one unbroken order. Here numbers are missing: events "
            "were taken out."
        ),
        _RECORDS,
    ),
    "missing-event": Kind(
        _("Missing event"),
        _("The order, an image or the queue names an event, and the event is gone."),
        _RECORDS,
    ),
    "altered-event": Kind(
        _("Altered event"),
        _(
            "An event, what it changed, or the order of two events is not what was sealed: who "
            "acted, what he did, when or "
            "why was rewritten."
        ),
        _RECORDS,
    ),
    "other-head": Kind(
        _("Another log than the one kept outside"),
        _(
            "At this place the log is another one than the head kept outside the database says: "
            "it was written anew."
        ),
        _RECORDS,
    ),
    "cut-tail": Kind(
        _("End cut off"),
        _(
            "A head kept outside knows of more events than the log has: its end was cut off, or "
            "an older backup was restored."
        ),
        _("Ask whether a backup was restored, and when. If none was: as for a missing event."),
    ),
    "clock": Kind(
        _("Clock that went backwards"),
        _(
            "Times do not follow each other: the server's clock went back, was set, or something "
            "was entered with an earlier "
            "time afterwards."
        ),
        _(
            "Ask whether the server's clock was wrong that day. A clock that went back explains "
            "many, and never a single one."
        ),
        is_grave=False,
    ),
    "unsealed-event": Kind(
        _("Event without a place"),
        _(
            "An event has no place in the order and does not wait for one either: it was put in "
            "past the door."
        ),
        _RECORDS,
    ),
    "altered-image": Kind(
        _("Altered image"),
        _("What the log keeps of a record's earlier state was changed afterwards."),
        _RECORDS,
    ),
    "erased-image": Kind(
        _("Erased image"),
        _("What the log kept of a record's state is gone, and no event says who erased it and why."),
        _RECORDS,
    ),
    "version": Kind(
        _("Version that does not follow"),
        _("The versions of a record do not follow one another: one was taken out, or put between."),
        _RECORDS,
    ),
    "row": Kind(
        _("Record that is not its last version"),
        _(
            "The record as it stands differs from its last version in the log: it was changed "
            "past the log. The columns are named."
        ),
        _RECORDS,
    ),
    "missing-row": Kind(
        _("Missing record"),
        _("The log knows a record that is gone, and no event removed it."),
        _RECORDS,
    ),
    "row-without-event": Kind(
        _("Record without an event"),
        _("A record stands there that no event made, or that an event had removed."),
        _RECORDS,
    ),
    "renaming": Kind(
        _("Renaming without an event"),
        _(
            "A column is said to have had another name, and no migration says so. Differences "
            "could be hidden in that way."
        ),
        _OWNERS,
    ),
    "missing-trigger": Kind(
        _("Missing trigger"),
        _("A guard of the database that writes the log, or refuses what must not be, is gone."),
        _OWNERS,
    ),
    "altered-trigger": Kind(
        _("Altered trigger"),
        _("A guard of the database does something else than it should."),
        _OWNERS,
    ),
    "disabled-trigger": Kind(
        _("Trigger that is switched off"),
        _("A guard of the database does not work: what was written meanwhile may not be in the log."),
        _OWNERS,
    ),
    "foreign-trigger": Kind(
        _("Foreign trigger"),
        _("Something runs at each change of a table that does not belong to this system."),
        _OWNERS,
    ),
    "altered-function": Kind(
        _("Altered function"),
        _("A function by which the database writes or guards the log is not the one of this release."),
        _OWNERS,
    ),
    "foreign-grant": Kind(
        _("Foreign right"),
        _("A role of the database may do what it must not be able to, or can become another role."),
        _OWNERS,
    ),
    "altered-table": Kind(
        _("Altered table"),
        _(
            "A table is not as the last migration left it: a column, a rule or a constraint came, "
            "went or changed."
        ),
        _OWNERS,
    ),
    "public-row": Kind(
        _("Public row that the feed does not know"),
        _(
            "A row of what is public was changed, taken away or put in past the system: the feed of changes says "
            "something else."
        ),
        _RECORDS,
    ),
    "public-line": Kind(
        _("Bent line of the feed"),
        _(
            "A line of the feed of public changes was rewritten, filled again or taken out, or no act of publishing "
            "made it."
        ),
        _RECORDS,
    ),
    "unreadable": Kind(
        _("Unreadable"),
        _("A part of the log could not be read, and so was not verified."),
        _MACHINE,
        is_grave=False,
    ),
}
#: Of a release that knew kinds which this one does not.
OTHER = Kind(_("Another kind"), _("This release has no words for it."), _MACHINE)
