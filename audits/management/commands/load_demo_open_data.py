from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audits.actions.publishing.all import ACTS, publish
from audits.models import OpenMeasure
from audits.queries.provinces import provinces_of_units
from audits.reckoning import years
from cases.actions import earlier, past_complaints
from cases.management.course import at
from cases.queries.earlier import Written
from ledger import clock
from ledger.actors import CLOCK
from ledger.sealing import seal
from officers.actions import past_tests
from officers.models import User

#: Measures of older lists, and reports of each month before the demonstration's own.
MEASURES, REPORTS = 900, 300
#: Districts that have them: where each has few, what is to be hidden takes a minute to find.
DISTRICTS = 24
#: Days over which the measures are spread: so close that most rows say their month.
CAMPAIGN = timedelta(days=547)
#: Years before this one that have tests, reports and measures.
YEARS = 2
#: Days before which nothing of the demonstration's own happened: what is here comes before that.
BEGUN = timedelta(days=130)


class Command(BaseCommand):
    help = "Give the demonstration's public pages something to show: years gone by, published. Loaded last."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED or clock.mode() != "demo":
            raise CommandError("Demonstration data is for a demonstration only; this database is none.")
        if OpenMeasure.objects.exists():
            self.stdout.write("Something is public already; nothing was changed.")
            return
        self.users = {user.username: user for user in User.objects.all()}
        self.until = timezone.localdate() - BEGUN
        with transaction.atomic():
            self._measures()
            self._tests()
            self._reports()
            told = publish_all()
        seal()
        self.stdout.write(f"Published: {', '.join(f'{name} {numbers}' for name, numbers in told.items())}.")

    def _measures(self) -> None:
        provinces = sorted(set(provinces_of_units().values()))
        rows = years.earlier(MEASURES, provinces, (self.until - CAMPAIGN, self.until), seed=1)
        with clock.at(at(self.until)):
            earlier.enter_all(
                self.users["registrar2"],
                [written(row) for row in rows],
                source="បញ្ជីឈ្មោះឆ្នាំមុនៗ",
                filename="earlier.csv",
                sha256="",
            )

    def _tests(self) -> None:
        for year in range(self.until.year - YEARS + 1, self.until.year):
            with clock.at(at(date(year, 12, 30))):
                past_tests.enter_all(
                    CLOCK,
                    date(year, 1, 4),
                    days=350,
                    order=f"OP-{year}",
                    administrator=self.users["admin.phnompenh"],
                    marked=0,
                )

    def _reports(self) -> None:
        month = date(self.until.year - YEARS, 1, 1)
        first = 1
        while (following := (month + timedelta(days=31)).replace(day=1)) <= self.until:
            with clock.at(at(following)):
                past_complaints.receive_all(
                    CLOCK,
                    month,
                    REPORTS,
                    until=self.until,
                    handler=self.users["inspector"],
                    first=first,
                    districts=DISTRICTS,
                )
            month, first = following, first + REPORTS


def publish_all() -> dict[str, dict[str, int]]:
    """All that may be public, as the clock publishes it day by day; what came of each part."""
    return {part: dict(publish(part)) for part in ACTS}


def written(row: years.Earlier) -> Written:
    return Written(
        name_km="", name_latin="", unit_said="", number="", signed_on=None, removes=None, **vars(row)
    )
