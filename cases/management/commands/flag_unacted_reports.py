"""Raise the flags that are due."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.actions import flags
from ledger import clock


class Command(BaseCommand):
    help = "Flag every report that nobody acted on in time, as the job does every 15 minutes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", help="as of this day, YYYY-MM-DD (today)")

    def handle(self, *args: Any, **options: Any) -> None:
        day = clock.today()
        if given := options["as_of"]:
            try:
                day = given if isinstance(given, date) else date.fromisoformat(given)
            except ValueError:
                raise CommandError(f"{given!r} is no day: write it as 2026-11-26.") from None
            if day > clock.today() and clock.mode() == "live":
                raise CommandError("A day to come would accuse people of what they may still do.")
        self.stdout.write(f"{flags.sweep(day)} flags raised as of {day}.")
