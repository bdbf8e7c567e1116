"""Somebody says that something published is wrong: through a box without a trace, answered by inspectors by a day.

A request edits nothing: what is wrong in the record is corrected by the acts of the record, and the answer may name
the event by which it was.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from audits import rules
from audits.actions.writing import check_fields, needs
from audits.lifecycles import advance
from audits.models import CorrectionDrop, CorrectionRequest
from audits.models.open_data.corrections import CHANGES_NOTHING, Outcome, Subject
from audits.queries.corrections import due_soon, receipt_kept
from cases.reckoning.receipts import receipt_of
from foundation.jobs.batches import Batch, each
from ledger import clock
from ledger.acting import act, record, recording
from ledger.actors import CLOCK
from ledger.models import Event
from ledger.reading import note_read
from officers.actions.sealing import seal, unseal
from officers.queries.settings import due_after

S = CorrectionRequest.Status
#: In characters: what a request says, how its author is told, which row it means, what is answered.
LONGEST, LONGEST_CONTACT, LONGEST_WHICH, LONGEST_ANSWER = 5_000, 300, 200, 2_000
#: What could not be entered so often is left for a person.
MOST_FAILURES = 10


@dataclass
class Said:
    """What somebody says is wrong."""

    about: str
    wrong: str
    which: str = ""
    instead: str = ""
    contact: str = ""
    language: str = "km"

    def check(self) -> None:
        """:raises ValidationError: by field, in the reader's language"""
        problems: dict[str, Any] = {}
        if self.about not in Subject.values:
            problems["about"] = _("Choose what it is about.")
        if not self.wrong.strip():
            problems["wrong"] = _("Say what is wrong.")
        for name, limit in (
            ("which", LONGEST_WHICH),
            ("wrong", LONGEST),
            ("instead", LONGEST),
            ("contact", LONGEST_CONTACT),
        ):
            if len(getattr(self, name)) > limit:
                problems[name] = _("This is longer than %(limit)s characters.") % {"limit": limit}
            if "\x00" in getattr(self, name):
                problems[name] = _("This holds a sign that cannot be kept.")
        if problems:
            raise ValidationError(problems)


def drop(said: Said, *, token: str) -> str:
    """Put a request into the box and return its receipt, which is said this once.

    Not an act: the log must not tell when it came. The same token again is the same request, and the same receipt.

    :param token: random, made with the form; whoever knows it knows the receipt
    :raises ValidationError: by field
    """
    said.check()
    receipt = receipt_of(f"correction {token}", settings.PEPPER)
    hashed = receipt_kept(receipt)
    if not CorrectionRequest.objects.filter(receipt=hashed).exists():
        waiting = CorrectionDrop(
            id=secrets.randbits(62), receipt=hashed, day=clock.today(), content=seal(asdict(said))
        )
        CorrectionDrop.objects.bulk_create([waiting], ignore_conflicts=True)
    return receipt


def enter_waiting() -> Batch:
    """Enter what waits in the box, in an order that tells nothing."""
    pks = list(CorrectionDrop.objects.filter(failures__lt=MOST_FAILURES).values_list("pk", flat=True))
    secrets.SystemRandom().shuffle(pks)
    batch = each(pks, _enter)
    CorrectionDrop.objects.filter(pk__in=pks).update(failures=F("failures") + 1)
    return batch


def _enter(pk: int) -> None:
    """One that another worker has entered meanwhile needs nothing more."""
    try:
        enter(CLOCK, pk)
    except Http404:
        return


@act
def enter(actor: Any, drop_id: int) -> CorrectionRequest:
    """Enter a request into the record, and forget it in the box. For the clock.

    :raises Http404: if another worker has entered it
    """
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    waiting = CorrectionDrop.objects.select_for_update(skip_locked=True).filter(pk=drop_id).first()
    if waiting is None:
        raise Http404
    said = Said(**unseal(waiting.content))
    contact = said.contact.strip()
    row = CorrectionRequest(
        receipt=waiting.receipt,
        public=secrets.token_hex(8),
        about=said.about,
        which=said.which.strip(),
        wrong=said.wrong.strip(),
        instead=said.instead.strip(),
        contact=seal(contact) if contact else None,
        language=said.language,
        received_on=waiting.day,
        due_on=_due(waiting.day),
    )
    record(row, "correction.received", actor=actor)
    waiting.delete()
    return row


def _due(received_on: Any) -> Any:
    begun = timezone.make_aware(datetime.combine(received_on, time()))
    return timezone.localdate(due_after("public_correction", begun))


@act
def take(actor: Any, request_id: int, *, version: int | None = None) -> CorrectionRequest:
    """Take a request in hand, also out of another's hands."""
    row = _locked(actor, request_id, version)
    advance(row, "take", by=actor)
    row.handler = actor
    return record(row, "correction.taken", actor=actor)


@act
def answer(
    actor: Any,
    request_id: int,
    *,
    outcome: str,
    answer_km: str,
    answer_en: str,
    event: int | None = None,
    version: int | None = None,
) -> CorrectionRequest:
    """Answer that it was wrong, and what was done: with the next publication the answer is public.

    :param event: the event of the log by which the record was corrected
    :raises ValidationError: by field
    """
    row = _locked(actor, request_id, version)
    advance(row, "answer", by=actor)
    if outcome in CHANGES_NOTHING:
        raise ValidationError({"outcome": _("An answer that changes nothing is confirmed by somebody else.")})
    row.answered_on = clock.today()
    _say(row, actor, outcome, answer_km, answer_en, event)
    return record(row, "correction.answered", actor=actor, outcome=outcome)


@act
def decline(
    actor: Any,
    request_id: int,
    *,
    outcome: str,
    answer_km: str,
    answer_en: str,
    version: int | None = None,
) -> CorrectionRequest:
    """Propose to answer that nothing changes. It is no answer until somebody else confirms it."""
    row = _locked(actor, request_id, version)
    advance(row, "decline", by=actor)
    if outcome not in CHANGES_NOTHING:
        raise ValidationError({"outcome": _("Choose why nothing changes.")})
    _say(row, actor, outcome, answer_km, answer_en, None)
    return record(row, "correction.declined", actor=actor, outcome=outcome)


@act
def confirm(actor: Any, request_id: int, *, version: int | None = None) -> CorrectionRequest:
    """Confirm an answer after which nothing changes: another than who gave it."""
    row = _locked(actor, request_id, version)
    advance(row, "confirm", by=actor)
    row.confirmed_by, row.answered_on = actor, clock.today()
    return record(row, "correction.confirmed", actor=actor, outcome=row.outcome)


@act
def return_answer(
    actor: Any, request_id: int, *, reason: str, version: int | None = None
) -> CorrectionRequest:
    """Send an answer back to who gave it, with the reason."""
    row = _locked(actor, request_id, version)
    advance(row, "return_answer", by=actor)
    return record(row, "correction.returned", actor=actor, reason=needs(reason, "reason", _("Say why.")))


@act
def reopen(actor: Any, request_id: int, *, reason: str, version: int | None = None) -> CorrectionRequest:
    """Take an answer back, for a reason: with the next publication it is not public any more."""
    row = _locked(actor, request_id, version)
    advance(row, "reopen", by=actor)
    row.answered_on = row.confirmed_by = None
    return record(row, "correction.reopened", actor=actor, reason=needs(reason, "reason", _("Say why.")))


@act
def read_contact(actor: Any, request_id: int) -> str:
    """How the author asked to be told, for who answered; each look is an event and a read.

    :raises PermissionDenied: for anybody else, and before it is answered
    :raises Http404: if he left nothing
    """
    row = _locked(actor, request_id, None)
    if not rules.reads_author(actor, row):
        raise PermissionDenied(_("You may not do this."))
    if row.contact is None:
        raise Http404
    with recording("correction.contact_read", actor=actor, subject=row):
        note_read(actor, "opened", CorrectionRequest._meta.db_table, row.pk, fields=["contact"])
    return str(unseal(row.contact))


@act
def escalate(actor: Any, request_id: int) -> CorrectionRequest | None:
    """Put a late request before the deciding authorities of the Ministry, once. For the clock."""
    row = CorrectionRequest.objects.lock(request_id)
    if not row.is_late(clock.today()) or row.escalated_on is not None:
        return None
    advance(row, "escalate", by=actor)
    row.escalated_on = clock.today()
    return record(row, "correction.escalated", actor=actor)


@act
def remind(actor: Any, request_id: int) -> bool:
    """Say that a request is due soon, once; whether it was said. For the clock."""
    if not rules.is_the_clock(actor):
        raise PermissionDenied
    row = CorrectionRequest.objects.lock(request_id)
    if not due_soon().filter(pk=row.pk).exists():
        return False
    with recording("correction.due_soon", actor=actor, subject=row):
        pass
    return True


def _say(
    row: CorrectionRequest, actor: Any, outcome: str, answer_km: str, answer_en: str, event: int | None
) -> None:
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Choose what came of it.")})
    row.outcome, row.answered_by, row.confirmed_by = outcome, actor, None
    row.answer_km = needs(answer_km, "answer_km", _("Write the answer in Khmer."))
    row.answer_en = needs(answer_en, "answer_en", _("Write the answer in English."))
    for name in ("answer_km", "answer_en"):
        if len(getattr(row, name)) > LONGEST_ANSWER:
            raise ValidationError(
                {name: _("This is longer than %(limit)s characters.") % {"limit": LONGEST_ANSWER}}
            )
    if event is not None and not Event.objects.filter(pk=event).exists():
        raise ValidationError({"event": _("The log has no such event.")})
    row.event = event
    check_fields(row)


def _locked(actor: Any, request_id: int, version: int | None) -> CorrectionRequest:
    seen = CorrectionRequest.objects.visible_to(actor).filter(pk=request_id)
    rows = CorrectionRequest.objects.select_related("handler", "answered_by")
    return rows.filter(pk__in=seen).lock(request_id, version=version)
