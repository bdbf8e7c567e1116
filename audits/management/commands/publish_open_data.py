"""What the nightly job does, at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits.actions.publishing.all import ACTS, publish
from foundation.jobs.batches import each


class Command(BaseCommand):
    help = "Publish what may come out by the rules and has not; the job “Publication of open data” does it each night."

    def handle(self, *args: Any, **options: Any) -> None:
        batch = each(ACTS, self._publish)
        if batch.failed:
            raise CommandError(f"Parts of it failed, the others came out: {batch}")

    def _publish(self, part: str) -> None:
        self.stdout.write(
            f"{part}: " + ", ".join(f"{number} {what}" for what, number in publish(part).items())
        )
