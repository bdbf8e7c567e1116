"""Events of the log that an answer or a finding may point at, and what they are called."""

from collections.abc import Iterable
from typing import Any

from audits.queries.subjects import MODELS, visible
from audits.queries.threads import thread
from audits.queries.words import VERBS
from cases.queries.histories import VERBS as OF_CASES
from foundation.web.templatetags.web import moment
from ledger.models import Event
from officers.queries.timelines import VERBS as OF_OFFICERS
from officers.queries.timelines import item_of

WORDS = OF_OFFICERS | OF_CASES | VERBS
#: So many of the newest are offered.
MOST_OFFERED = 200


def events_of(about: str, row: Any, user: Any) -> list[tuple[int, str]]:
    """What happened to a record, in its order and in words: what is offered to be pointed at."""
    return [
        (one.event_id, f"{moment(one.recorded_at)}: {one.words} ({one.actor})")
        for one in thread(about, row, user)[-MOST_OFFERED:]
    ]


def choices(about: str, row: Any, user: Any, also: Iterable[int] = ()) -> list[tuple[int, str]]:
    """The same for a field; with those that were chosen already, whatever they are about."""
    offered = events_of(about, row, user) if row is not None else []
    missing = set(also) - {pk for pk, _words in offered}
    return [*pointed_at(missing).items(), *offered]


def in_words(event: Event) -> str:
    item = item_of(event, words=WORDS)
    return f"{moment(event.recorded_at)}: {item['title']} ({item['by']})"


def pointed_at(ids: Iterable[int]) -> dict[int, str]:
    """Events that are pointed at, in words."""
    return {event.pk: in_words(event) for event in Event.objects.filter(pk__in=set(ids)).order_by("pk")}


def seen_row(about: str, row_id: int | None, user: Any) -> Any:
    """The record, if somebody sees it and is not kept from it."""
    if about not in MODELS or row_id is None:
        return None
    return visible(about, user).filter(pk=row_id).first()
