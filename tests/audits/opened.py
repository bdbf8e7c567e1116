"""Disclosed rows for tests of the doors: written as the acts of publishing write them, under an event."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction

from audits.actions.publishing.writing import put
from audits.models import OpenComplaints, OpenMeasure, OpenPlace
from audits.models.open_data.measures import GROUNDS, RankGroup
from ledger.acting import recording
from ledger.actors import CLOCK

API = "/api/open/v1/"


def measure(number: int, **said: Any) -> OpenMeasure:
    year = 2014 + number % 10
    words = {
        "year": year,
        "month": None if number % 7 == 0 else f"{year}-{number % 12 + 1:02}",
        "province": None if number % 11 == 0 else f"{number % 25 + 1:02}",
        "rank_group": RankGroup.values[number % 5],
        "ground_group": "confirmed_positive" if number % 2 else "not_drugs",
        "ground": GROUNDS[number % len(GROUNDS)][0],
        "measure": "demotion" if number % 3 else "dismissal",
        "instrument": None if number % 5 == 0 else "prakas",
        "appeal_state": "final",
        "source": "case",
    }
    return OpenMeasure(
        id=f"{(number * 2654435761) % 2**64:016x}",
        through=date(2025, 12, 31),
        published_on=date(2026, 1, 15),
        **words | said,
    )


def published(*rows: Any) -> None:
    model = type(rows[0])
    with transaction.atomic(), recording("open_data.published", actor=CLOCK, subject=model, rows=len(rows)):
        put(model, rows)


def filled(measures: int = 230) -> list[OpenMeasure]:
    """Measures, places whose names need quoting, and counts of which some are hidden."""
    rows = [measure(number) for number in range(measures)]
    published(*rows)
    published(
        OpenPlace(id="01", kind="province", name_km="បន្ទាយមានជ័យ", name_en='Said, "so"'),
        OpenPlace(id="02", kind="province", name_km="បាត់ដំបង\\", name_en="=HYPERLINK(1)"),
        OpenPlace(id="0201", kind="district", parent="02", name_km="បាណន់", name_en="Banan\nover two lines"),
    )
    published(
        *(
            OpenComplaints(
                id=f"2024-01.{area}",
                month="2024-01",
                area=area,
                received=received,
                in_time=None,
                late=None,
                not_acted=0,
                published_on=date(2026, 1, 15),
            )
            for area, received in (("KH", 60), ("01", None), ("02", 0))
        )
    )
    return sorted(rows, key=lambda row: row.id)


def walked(get: Any, address: str) -> Iterator[dict[str, Any]]:
    """All rows from an address on, by `next`."""
    following: str | None = address
    while following:
        page = get(following)
        yield from page["data"]
        following = page["next"]
