"""Saved searches of the queue: one's own, and nobody else's."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from cases.models import SEES, SavedSearch
from cases.queries.searches import Outdated, read
from ledger import clock
from ledger.acting import act, record
from officers.models import User

#: So many are kept for one user at a time.
MOST_KEPT = 50


@act
def save(actor: User, *, name: str, query: Mapping[str, Any], in_digest: bool = False) -> SavedSearch:
    """Keep what somebody asks of the queue under a name.

    :raises PermissionDenied: for who sees no complaints
    :raises ValidationError: if he has as many as are kept, or another of this name, or asks for nothing
    """
    if not actor.has_role(*SEES):
        raise PermissionDenied(_("You see no complaints."))
    _room_for_one_more(actor)
    row = SavedSearch(user=actor, name=name.strip(), query=_readable(actor, query), in_digest=in_digest)
    row.full_clean()
    return record(row, "saved_search.kept", actor=actor)


@act
def change(
    actor: User,
    search_id: int,
    *,
    name: str | None = None,
    query: Mapping[str, Any] | None = None,
    in_digest: bool | None = None,
    version: int | None = None,
) -> SavedSearch:
    """Give a saved search another name or another question, or have its number told in digests or not."""
    row = SavedSearch.objects.kept().visible_to(actor).lock(search_id, version=version)
    if name is not None:
        row.name = name.strip()
    if query is not None:
        row.query = _readable(actor, query)
    if in_digest is not None:
        row.in_digest = in_digest
    row.full_clean()
    return record(row, "saved_search.changed", actor=actor)


@act
def remove(actor: User, search_id: int, *, version: int | None = None) -> SavedSearch:
    """Take a saved search away; it can be restored."""
    row = SavedSearch.objects.kept().visible_to(actor).lock(search_id, version=version)
    row.removed_at = clock.now()
    return record(row, "saved_search.removed", actor=actor)


@act
def restore(actor: User, search_id: int, *, version: int | None = None) -> SavedSearch:
    """Take a removal back. Of what is not removed it changes nothing.

    :raises ValidationError: if there is no room for it any more, or another of its name
    """
    row = SavedSearch.objects.visible_to(actor).lock(search_id, version=version)
    if row.removed_at is None:
        return row
    _room_for_one_more(actor)
    row.removed_at = None
    row.full_clean()
    return record(row, "saved_search.restored", actor=actor)


def _room_for_one_more(actor: User) -> None:
    User.objects.visible_to(actor).lock(actor.pk)  # or two requests at once would each find room for one
    if SavedSearch.objects.kept().visible_to(actor).count() >= MOST_KEPT:
        raise ValidationError(
            _("You have %(number)d saved searches, and no more are kept. Remove one first.")
            % {"number": MOST_KEPT}
        )


def _readable(actor: User, query: Mapping[str, Any]) -> dict[str, Any]:
    try:
        asked = read(actor, query).as_kept()
    except Outdated as outdated:
        words = _("There is nothing like this to search for: %(names)s.")
        raise ValidationError({"query": words % {"names": ", ".join(outdated.names)}}) from outdated
    if not asked:
        raise ValidationError({"query": _("Choose something of the list first.")})
    return asked
