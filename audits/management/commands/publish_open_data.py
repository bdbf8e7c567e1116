"""What the nightly job does, at once."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audits.actions.publishing.all import ACTS, publish
from foundation.jobs.batches import each


class Command(BaseCommand):
    help = "Publish what may come out by the rules and has not; the job “Publication of open data” does it each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--pin",
            action="append",
            type=date.fromisoformat,
            default=[],
            help="a day of which figures are to come out exactly, beside those of official releases; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        batch = each(ACTS, lambda part: self._publish(part, options["pin"]))
        if batch.failed:
            raise CommandError(f"Parts of it failed, the others came out: {batch}")

    def _publish(self, part: str, pins: list[date]) -> None:
        self.stdout.write(
            f"{part}: " + ", ".join(f"{number} {what}" for what, number in publish(part, pins=pins).items())
        )
