"""What must be there before the first request: keys for the clients, and work the clock must remind of.

A process of its own, with the addresses of the servers in its environment; prints what the clients need.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

LATE = 3  # units with a sheet left open and a specimen not sent


def make(clients: int) -> dict[str, Any]:
    from ledger import clock
    from officers.actions import api_keys
    from officers.models import Officer, RoleAssignment, User
    from officers.models.users import Role
    from officers.queries.settings import rows_in_force
    from officers.queries.specimen_numbers import problems_with

    held = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR).select_related("user", "unit")
    administrators = {one.unit_id: one for one in held.order_by("-pk")}  # one a unit, so that no two meet
    # Where labels were issued no other numbers are taken, and a client makes its own.
    free = [one for one in administrators.values() if not problems_with(["any"], one.unit)]
    places = sorted(free, key=lambda one: one.pk)[: clients + LATE]
    serving = Officer.objects.filter(status=Officer.Status.SERVING).order_by("pk")
    officers = list(serving.values_list("service_number", flat=True))

    def key(user: User, *scopes: str) -> str:
        month = clock.now() + timedelta(days=30)
        return api_keys.issue(user, label="Kills", scopes=scopes, expires_at=month)[1]

    def client(user: User, unit: Any, *scopes: str) -> dict[str, Any]:
        return {"user": user.pk, "unit": unit.pk, "key": key(user, *scopes)}

    registrar = RoleAssignment.objects.current().filter(role=Role.REGISTRAR).select_related("user", "unit")[0]
    return {
        "administrators": [
            client(one.user, one.unit, "tests:read", "tests:write") for one in places[:clients]
        ],
        "registrar": client(registrar.user, registrar.unit, "officers:read", "officers:write"),
        "officers": officers,
        "rank": next(rank["name_en"] for rank in rows_in_force("ranks")),
        "late": [late(one.user, one.unit_id, officers) for one in places[clients:]],
    }


def late(user: Any, unit: int, officers: list[str]) -> dict[str, int]:
    """A sheet left open, and one sent whose specimen is still there: both two days ago."""
    from ledger import clock
    from officers.actions import drug_tests, sheets
    from officers.reckoning.lines import Line

    with clock.at(clock.now() - timedelta(days=2)):
        left, sent = (
            sheets.open(
                user,
                unit_id=unit,
                site="Yard",
                tested_on=clock.today(),
                witness="A Witness",
                reason="random",
                order_number="",
                kit_lot="LOT-1",
                kit_expires_on=clock.today() + timedelta(days=90),
                drugs=["mdma"],
            )
            for _ in range(2)
        )
        line = Line(number=officers[0], specimen_number=f"LATE-{sent.pk}", non_negative_for=["mdma"])
        drug_tests.enter(user, sent.pk, line)
        sheets.send(user, sent.pk)
    return {"sheet.left_open": left.pk, "sheet.left_unconfirmed": sent.pk}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(make(int(sys.argv[1]))))
