"""Enter what waits in the box without waiting for the hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.actions import intake
from ledger import clock


class Command(BaseCommand):
    help = "Enter the reports that wait in the box. In the demonstration only: the hour is what hides when each came."

    def handle(self, *args: Any, **options: Any) -> None:
        if clock.mode() == "live":
            raise CommandError("By the hourly job only, so that nobody can tell when each report came.")
        self.stdout.write(f"{intake.enter_waiting()}.")
