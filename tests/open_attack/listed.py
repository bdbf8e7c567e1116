"""Worlds of measures, made of older lists: nothing else has so few rules to keep."""

from datetime import date

from django.db import transaction

from cases.models import EarlierMeasure
from ledger import clock
from ledger.acting import record, record_all
from ledger.actors import CLOCK

_NUMBERS = iter(range(10**9))


def found_in_a_list(people: int, /, *, about: str = "", **said) -> list[EarlierMeasure]:
    """Measures of an older list, of as many people, or of one where `about` gives his number."""
    said = {
        "kind": "dismissal",
        "ground": "confirmed_positive",
        "is_about_drugs": True,
        "effective_on": date(2024, 1, 15),
        "instrument": "prakas",
        "province": "12",
        "rank": "",
        "source": "A list",
        "known_at": clock.now(),
    } | said
    rows = [EarlierMeasure(service_number=about or f"S{next(_NUMBERS)}", **said) for _ in range(people)]
    with transaction.atomic():
        record_all(rows, "earlier_measure.entered", actor=CLOCK)
    return rows


def void(row: EarlierMeasure) -> None:
    row.refresh_from_db()
    row.void = True
    with transaction.atomic():
        record(row, "earlier_measure.voided", actor=CLOCK)
