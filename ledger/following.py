"""Everything that happens afterwards reads the sealed log."""

from collections.abc import Callable

from django.db import transaction

from ledger.models import Event, Follower, Seal

BATCH = 200


def follow(name: str, handle: Callable[[Event], None], *, limit: int = 10_000) -> int:
    """Hand each sealed event after the last one to `handle`, in order; return how many.

    Each event comes at least once: what `handle` writes to the database commits together with the place
    reached, and anything else (a mail) may be repeated after a crash. A second reader of the same name waits
    for nobody: it finds the place taken and returns 0. Where `handle` fails, what came before stays done and
    the error is raised; the next call begins with the event that failed.
    """
    Follower.objects.get_or_create(name=name)
    handled = 0
    while handled < limit:
        failure: Exception | None = None
        with transaction.atomic():
            follower = Follower.objects.select_for_update(skip_locked=True).filter(name=name).first()
            if follower is None:
                break
            reached = follower.position
            seals = (
                Seal.objects.filter(position__gt=reached).select_related("event").order_by("position")[:BATCH]
            )
            for seal in seals:
                try:
                    with transaction.atomic():
                        handle(seal.event)
                except Exception as error:
                    failure = error
                    break
                reached = seal.position
            number = reached - follower.position
            follower.position = reached
            follower.save(update_fields=["position"])
        handled += number
        if failure is not None:
            raise failure
        if not number:
            break
    return handled
