"""The reads that the log kept, and the patterns in them that are worth a look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, router
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.models import Read
from officers.models import RoleAssignment, SettingVersion, Unit, User
from officers.models.users import below
from officers.queries.settings import rows_in_force

ORDER = ("-read_at", "-id")
#: Days that patterns are looked for in, unless somebody says which.
PERIOD = 30

#: What each rule looks for, in words, as `read_patterns.sql` does.
MEANINGS: dict[str, Promise] = {
    "no_task": _(
        "A case, complaint, test or officer was opened or exported by somebody who had no task on "
        "it: within thirty days "
        "before and after he did nothing to it (nor, for an officer, to a test, sheet, case or "
        "complaint of his); he has "
        "no part in it, such as opening, checking, deciding, collecting, reviewing or being in "
        "charge; and it was not "
        "open at the time to a role he held for its unit. Auditors and inspectors look because it "
        "is their task, and are "
        "not counted."
    ),
    "own_unit": _(
        "What was opened or exported is about an officer, a test, a case or a complaint of the "
        "unit in which the reader "
        "himself serves as an officer; for the head of a unit, also of those below it. Reading "
        "about oneself counts."
    ),
    "burst": _(
        "At least so many different records were opened or exported by one person within ten minutes."
    ),
    "night": _(
        "Something was looked at between ten in the evening and five in the morning, in the time "
        "of Phnom Penh."
    ),
}


@dataclass(frozen=True)
class Period:
    """Whole days, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def until(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))


@dataclass(frozen=True)
class Pattern:
    """How often a rule points at somebody's reads."""

    rule: Mapping[str, Any]
    person_id: int
    count: int
    first: datetime
    last: datetime


def read_rules() -> list[dict[str, Any]]:
    """The rules about reads that are in force."""
    return [rule for rule in rows_in_force(SettingVersion.Kind.RISKS) if rule["about"] == "read"]


def patterns(rule: Mapping[str, Any], period: Period) -> list[Pattern]:
    """At whose reads a rule points in a period, most first."""
    statement, said = _asked(rule, period, None)
    least = 1 if rule["looks_for"] == "burst" else max(rule["least"], 1)
    with connections[router.db_for_read(Read)].cursor() as cursor:
        cursor.execute(
            f"SELECT actor_id, count(*), min(read_at), max(read_at) FROM ({statement}) AS found "  # noqa: S608
            "GROUP BY actor_id HAVING count(*) >= %(fewest)s ORDER BY 2 DESC, 1",
            said | {"fewest": least},
        )
        return [Pattern(rule, *row) for row in cursor.fetchall()]


def behind(rule: Mapping[str, Any], period: Period, person_id: int) -> QuerySet[Read]:
    """The reads of a person at which a rule points."""
    statement, said = _asked(rule, period, person_id)
    with connections[router.db_for_read(Read)].cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({statement}) AS found", said)  # noqa: S608
        ids = [pk for (pk,) in cursor.fetchall()]
    return Read.objects.filter(actor_id=person_id, pk__in=RawSQL("SELECT unnest(%s::bigint[])", [ids]))


def _asked(rule: Mapping[str, Any], period: Period, person_id: int | None) -> tuple[str, dict[str, Any]]:
    return _statements()[rule["looks_for"]], {
        "since": period.since,
        "until": period.until,
        "actor": person_id,
        "least": rule["least"],
        "zone": settings.TIME_ZONE,
    }


@cache
def _statements() -> dict[str, str]:
    text = Path(__file__).with_name("read_patterns.sql").read_text()
    parts = [part.partition("\n") for part in text.split("-- name: ")[1:]]
    return {name.strip(): statement.strip() for name, _newline, statement in parts}


def of_unit(unit: Unit) -> Q:
    """Reads of whoever holds or held a role in a unit or below it, or serves there as an officer."""
    held = RoleAssignment.objects.filter(below([unit.path])).values("user_id")
    serving = User.objects.filter(officer__unit__path__startswith=unit.path).values("pk")
    return Q(actor_id__in=held) | Q(actor_id__in=serving)
