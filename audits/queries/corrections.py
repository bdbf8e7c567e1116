"""Requests for correction by their days, by their receipt, and as the public counts them."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, OuterRef

from audits.models import CorrectionDrop, CorrectionRequest, OpenCorrection
from audits.models.open_data.corrections import CorrectionRequestQuerySet, Outcome
from audits.queries.disclosure import public
from cases.reckoning.receipts import kept
from ledger import clock
from ledger.models import Event
from officers.queries.settings import working_days_ahead

#: So many working days before its day inspectors are reminded.
REMINDED_BEFORE = 3


@dataclass(frozen=True)
class Told:
    """What the author of a request is told. Without `due_on` it waits to be entered."""

    received_on: date
    is_taken: bool = False
    due_on: date | None = None
    is_late: bool = False
    answered_on: date | None = None
    outcome: str = ""
    answer_km: str = ""
    answer_en: str = ""

    @property
    def outcome_label(self) -> str:
        return str(Outcome(self.outcome).label) if self.outcome else ""


def receipt_kept(receipt: str) -> str:
    """What is stored in place of a receipt: no receipt of a report opens a request, nor the other way round."""
    return kept(f"correction {receipt}", settings.PEPPER)


def told(receipt: str) -> Told | None:
    """The state of a request by its receipt; none for a wrong one, after the same work."""
    hashed = receipt_kept(receipt)
    row = CorrectionRequest.objects.filter(receipt=hashed).first()
    waiting = CorrectionDrop.objects.filter(receipt=hashed).values_list("day", flat=True).first()
    if row is None:
        return Told(waiting) if waiting else None
    is_answered = not row.is_open
    return Told(
        received_on=row.received_on,
        is_taken=row.status != CorrectionRequest.Status.RECEIVED,
        due_on=row.due_on,
        is_late=row.is_late(clock.today()),
        answered_on=row.answered_on,
        outcome=row.outcome if is_answered else "",
        answer_km=row.answer_km if is_answered else "",
        answer_en=row.answer_en if is_answered else "",
    )


def late() -> CorrectionRequestQuerySet:
    """Whose day passed without an answer."""
    return CorrectionRequest.objects.open().filter(due_on__lt=clock.today())


def due_soon() -> CorrectionRequestQuerySet:
    """Whose day is near, and of which it was not said yet."""
    near = CorrectionRequest.objects.open().filter(
        due_on__range=(clock.today(), working_days_ahead(REMINDED_BEFORE))
    )
    said = Event.objects.filter(
        subject_table=CorrectionRequest._meta.db_table,
        subject_id=OuterRef("pk"),
        verb="correction.due_soon",
    )
    return near.exclude(Exists(said))


def public_counts() -> dict[str, int]:
    """How many requests are open, late and answered, as the public reads it. Requests are counted, not people."""
    State = OpenCorrection.State
    found = dict(
        public(OpenCorrection)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
        .values_list("state", "number")
    )
    return {state: found.get(state, 0) for state in State.values}
