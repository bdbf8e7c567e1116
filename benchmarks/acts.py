"""What the ledger costs a single-row act: as it is, without capture, and as a plain write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from django.db import connections, transaction

from benchmarks.measuring import interleaved
from benchmarks.world import administrator, open_sheet
from officers.actions import sheets
from officers.lifecycles import advance
from officers.models import Sheet

CAPTURE_AIM, LEDGER_AIM = 0.15, 0.60


@contextmanager
def _capture_switched_off() -> Iterator[None]:
    """As only the tables' owner can."""
    with connections["migrator"].cursor() as cursor:
        cursor.execute("ALTER TABLE officers_sheet DISABLE TRIGGER capture_update")
    try:
        yield
    finally:
        with connections["migrator"].cursor() as cursor:
            cursor.execute("ALTER TABLE officers_sheet ENABLE ALWAYS TRIGGER capture_update")


def report(*, rounds: int = 12, each: int = 40) -> None:
    user = administrator()
    numbers = count()

    def act(sheet: Sheet) -> Callable[[], object]:
        return lambda: sheets.amend(user, sheet.pk, site=f"Site {next(numbers)}")

    def plain(sheet: Sheet) -> Callable[[], object]:
        """The same act by hand: the same lock, the same check, the same row, nothing in the log."""

        def write() -> None:
            with transaction.atomic():
                row = Sheet.objects.visible_to(user).select_related("unit").lock(sheet.pk)
                advance(row, "amend", by=user)
                sheets._fill(row, {"site": f"Site {next(numbers)}"})
                row.save()

        return write

    with_capture, without_capture, by_hand = open_sheet(user), open_sheet(user), open_sheet(user)
    # Capture is switched for the whole table, so the two kinds take turns in halves of each round.
    found: dict[str, list[float]] = {"act": [], "act without capture": [], "plain write": []}
    for _ in range(rounds):
        found["act"].append(interleaved({"a": act(with_capture)}, rounds=1, each=each)["a"])
        with _capture_switched_off():
            for name, run in (("act without capture", act(without_capture)), ("plain write", plain(by_hand))):
                found[name].append(interleaved({"a": run}, rounds=1, each=each)["a"])
    figures = {name: sorted(values)[len(values) // 2] for name, values in found.items()}
    capture = figures["act"] / figures["act without capture"] - 1
    ledger = figures["act"] / figures["plain write"] - 1
    print("A single-row act (median)")
    for name, milliseconds in figures.items():
        print(f"  {name:24}{milliseconds:8.2f} ms")
    print(f"  capture costs           {capture:8.0%}    (aim: at most {CAPTURE_AIM:.0%})")
    print(f"  the whole ledger costs  {ledger:8.0%}    (aim: at most {LEDGER_AIM:.0%})")
