"""A world put on the record, so that the publishing acts count it themselves."""

from datetime import date, timedelta

from django.db import transaction

from cases.models import Complaint, Deed, Handover
from ledger.acting import record_all
from ledger.actors import CLOCK
from officers.models import Unit
from officers.models.users import Role
from tests import make
from tests.open_attack.worlds import Heard, World


def put_on_record(world: World) -> World:
    """The units of a world, under the Ministry that is there, and what was complained of."""
    units: dict[str, Unit] = {}
    for code, (parent, province, kind) in world.units.items():
        if parent is None:
            units[code] = make.root()
            continue
        admin = province if kind == "PROVINCIAL_COMMISSARIAT" else ""
        units[code] = make.unit(units[parent], code=code, kind=kind, admin_code=admin)
    by = make.user(Role.REGISTRAR)
    with transaction.atomic():
        for heard in world.heard:
            _record(heard, units[heard.unit], by, make.root())
    codes = {code: units[code].code for code in units}
    return World(
        {codes[code]: (parent and codes[parent], *rest) for code, (parent, *rest) in world.units.items()},
        [Heard(h.month, codes[h.unit], h.number, h.ended, h.category) for h in world.heard],
    )


def _record(heard: Heard, unit: Unit, by, above: Unit) -> None:
    """In time: the unit acted at once. Late: it did, after weeks. Not acted: it was taken up, since it had not."""
    day = date.fromisoformat(f"{heard.month}-05")
    acted = {"in_time": day + timedelta(days=2), "late": day + timedelta(days=40)}.get(heard.ended)
    rows = [
        Complaint(
            channel="phone",
            category=heard.category,
            narrative="A house.",
            received_on=day,
            unit=unit if acted else above,
            level=0,
            base_level=0,
            came_on=day,
            acted_on=acted,
        )
        for _ in range(heard.number)
    ]
    record_all(rows, "complaint.received", actor=CLOCK)
    handovers = [Handover(complaint=row, why="routed", to_unit=unit, level=0, on=day) for row in rows]
    if acted is None:
        up = {
            "why": "escalated",
            "from_unit": unit,
            "to_unit": above,
            "level": 1,
            "on": day + timedelta(days=15),
        }
        handovers += [Handover(complaint=row, **up) for row in rows]
    record_all(handovers, "complaint.routed", actor=CLOCK)
    if acted is not None:
        deeds = [
            Deed(complaint=row, kind="visited", text="Went there.", done_on=acted, by=by, unit=unit)
            for row in rows
        ]
        record_all(deeds, "complaint.acted_on", actor=CLOCK)
