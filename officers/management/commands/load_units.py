from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from ledger import clock
from ledger.actors import CLOCK
from officers.actions import units
from officers.reckoning import defaults, gazetteer


class Command(BaseCommand):
    help = "Load the tree of units from the list of places. Units that exist stay as they are."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        places = gazetteer.read()
        rows = [units.NewUnit(**row) for row in defaults.units(places)]
        opened = units.found(CLOCK, rows, valid_from=defaults.first_day(clock.today()), source=places.source)
        if options["verbosity"] < 1:
            return
        self.stdout.write(f"{opened} units opened, {len(rows) - opened} there already ({places.source}).")
        found = Counter(defect.flaw for defect in places.defects)
        for flaw, defects in found.items():
            self.stdout.write(f"{flaw}: {defects} place(s), {places.rows_with(flaw)} row(s)")
        if options["verbosity"] > 1:
            for defect in places.defects:
                self.stdout.write(f"{defect.flaw} {defect.code}: {defect.detail}")
