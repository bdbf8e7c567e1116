from typing import Any

from django.core.management.base import BaseCommand

from ledger import clock
from ledger.actors import CLOCK
from officers.actions import settings
from officers.models import SettingVersion
from officers.reckoning import defaults


class Command(BaseCommand):
    help = "Put the first version of each setting. A setting that has a version stays as it is."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        for kind, content in defaults.settings(today).items():
            if SettingVersion.objects.filter(kind=kind).exists():
                said = "there already"
            else:
                settings.put(
                    CLOCK,
                    kind=kind,
                    effective_from=defaults.first_day(today),
                    content=content,
                    reason="តម្លៃដើម ត្រូវពិនិត្យដោយក្រសួង។ Default, to be reviewed by the Ministry.",
                )
                said = "first version put"
            if options["verbosity"]:
                self.stdout.write(f"{kind}: {said}")
