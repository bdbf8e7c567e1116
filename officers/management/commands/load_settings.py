from typing import Any

from django.core.management.base import BaseCommand

from ledger import clock
from ledger.actors import CLOCK
from officers.actions import settings
from officers.models import SettingVersion
from officers.reckoning import defaults


class Command(BaseCommand):
    help = "Put the first version of each setting. A setting that has a version stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        for kind, content in defaults.settings(today).items():
            if SettingVersion.objects.filter(kind=kind).exists():
                self.stdout.write(f"{kind}: there already")
                continue
            settings.put(
                CLOCK,
                kind=kind,
                effective_from=defaults.first_day(today),
                content=content,
                reason="តម្លៃដើម ត្រូវពិនិត្យដោយក្រសួង។ Default, to be reviewed by the Ministry.",
            )
            self.stdout.write(f"{kind}: first version put")
