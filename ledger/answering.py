"""Same Idempotency-Key, same answer: kept in the very transaction that had the effect."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.conflict import Conflict
from ledger.models import Answer

KEPT = timedelta(hours=24)


class KeyReused(ValidationError):
    """The key was used for another request: HTTP 422."""

    problem_status = 422
    problem_type = "idempotency-key-reused"


class UnderWay(Conflict):
    """A twin of the request is being carried out: HTTP 409, to be sent again in `retry_after` seconds."""

    problem_type = "request-under-way"
    retry_after = 1


class _Replayed(Exception):
    """Leaves the act before it begins: the answer is known."""


@dataclass
class Answering:
    """One request's key and how its answer is put. `status` and `body` are filled when the block is left.

    `render` turns the action's result into (status, JSON body). An answer that holds a secret is rendered
    for the first asker only and kept as `withheld`.
    """

    account_id: int
    key: str
    fingerprint: bytes
    render: Callable[[Any], tuple[int, Any]]
    withheld: bool = False
    status: int = 0
    body: Any = None
    replayed: bool = False
    _begun: bool = field(default=False, repr=False)


_answering: ContextVar[Answering | None] = ContextVar("answering", default=None)


@contextmanager
def answering(request: Answering) -> Iterator[Answering]:
    """Around the one action that a keyed request calls.

    :raises KeyReused: if the key was used for another request
    :raises UnderWay: while a twin of this request is under way
    """
    token = _answering.set(request)
    try:
        yield request
    except _Replayed:
        pass
    finally:
        _answering.reset(token)


def answered_once(run: Callable[[], Any]) -> Any:
    """Run the outermost act of a keyed request once and keep its answer. Called by `act`, inside its transaction."""
    request = _answering.get()
    if request is None or request._begun:
        return run()
    request._begun = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{request.account_id} {request.key}"],
        )
        if not cursor.fetchone()[0]:
            raise UnderWay(_("The same request is being carried out at this moment."))
    kept = Answer.objects.filter(
        account_id=request.account_id, key=request.key, answered_at__gt=timezone.now() - KEPT
    ).first()
    if kept is not None:
        if bytes(kept.fingerprint) != request.fingerprint:
            raise KeyReused(_("This Idempotency-Key was used for another request."))
        request.status, request.body, request.replayed = kept.status, kept.body, True
        raise _Replayed
    result = run()
    request.status, request.body = request.render(result)
    Answer.objects.update_or_create(
        account_id=request.account_id,
        key=request.key,
        defaults={
            "fingerprint": request.fingerprint,
            "status": request.status,
            "body": None if request.withheld else json.dumps(request.body, ensure_ascii=False),
            "answered_at": timezone.now(),
        },
    )
    return result


def forget_old_answers() -> int:
    """Drop answers older than 24 hours; return how many."""
    return Answer.objects.filter(answered_at__lt=timezone.now() - KEPT).delete()[0]


def fingerprint(*parts: bytes) -> bytes:
    """SHA-256 over length-prefixed parts: two requests are the same exactly if all parts are."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()
