"""The second part of changing the sealing key: what was sealed under the old one is sealed anew."""

from collections.abc import Callable, Sequence
from itertools import batched
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet

from audits.actions import resealing as of_audits
from audits.models import CorrectionDrop, CorrectionRequest, OpenKey, OpenKeyLink, Sample
from cases.actions import resealing
from cases.models import IntakeItem, Reporter
from ledger.actors import CLOCK
from officers.actions import resealing as of_officers
from officers.models import SelfReferral


class Command(BaseCommand):
    help = "Seal everything under the newest sealing key. Broken off, it goes on where it was when started again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at-once", type=int, default=200, help="rows of one act")

    def handle(self, *args: Any, **options: Any) -> None:
        self.at_once = options["at_once"]
        contacts = self._each(Reporter.objects.all(), lambda pks: resealing.reseal(CLOCK, pks))
        asking = self._each(SelfReferral.objects.all(), lambda pks: of_officers.reseal(CLOCK, pks))
        nonces = self._each(Sample.objects.all(), lambda pks: of_audits.reseal(CLOCK, pks))
        waiting = self._each(IntakeItem.objects.all(), resealing.reseal_waiting)
        waiting += self._each(CorrectionDrop.objects.all(), of_audits.reseal_box)
        authors = self._each(
            CorrectionRequest.objects.all(), lambda pks: of_audits.reseal_authors(CLOCK, pks)
        )
        holders = self._each(OpenKey.objects.all(), lambda pks: of_audits.reseal_holders(CLOCK, pks))
        holders += self._each(OpenKeyLink.objects.all(), of_audits.reseal_links)
        files = resealing.reseal_files()
        self.stdout.write(
            f"Sealed anew: {contacts} contacts, {asking} requests for treatment, {waiting} in the box, "
            f"{nonces} nonces of samples, {authors} authors of requests for correction, {holders} holders of keys, "
            f"{files} files. "
            "Nothing is under an old key."
        )

    def _each(self, rows: QuerySet[Any], seal: Callable[[Sequence[int]], int]) -> int:
        pks = rows.order_by("pk").values_list("pk", flat=True)
        return sum(seal(part) for part in batched(pks, self.at_once, strict=False))
