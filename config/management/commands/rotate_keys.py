from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.keys import rotate_sealing_key, rotate_secret_key


class Command(BaseCommand):
    help = (
        "Make a new secret key. What the old one signed (sessions, links) holds while that is among the last two; "
        "the pepper stays, since receipts hang on it. Restart every process afterwards."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sealing", action="store_true", help="the key for contacts instead; restart, then run reseal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sealing"]:
            rotate_sealing_key(settings.KEYS_DIR)
            self.stdout.write(
                f"A new sealing key stands in {settings.KEYS_DIR}. Restart every process now, then run reseal."
            )
            return
        rotate_secret_key(settings.KEYS_DIR)
        self.stdout.write(f"A new secret key stands in {settings.KEYS_DIR}. Restart every process now.")
