"""Units and places, as they are: whatever is counted by them can be read by them."""

from typing import Any

from audits.actions.publishing.writing import alone, sync
from audits.models.open_data import OpenPlace, OpenUnit
from audits.queries.provinces import provinces_of_units
from ledger.acting import act, recording
from officers.models import Unit
from officers.reckoning import gazetteer


@act
def publish_references(actor: Any) -> dict[str, int]:
    """Bring units and places to what the record has; how many lines of the feed that took."""
    alone(actor)
    lines = 0
    with recording("open_data.published", actor=actor, subject=OpenUnit, collections=["units", "places"]):
        for model, wanted in ((OpenPlace, _places()), (OpenUnit, _units())):
            lines += sum(sync(model, wanted).values())
    return {"lines": lines}


def _units() -> dict[str, dict[str, Any]]:
    province_of = provinces_of_units()
    return {
        unit.code: {
            "kind": unit.kind,
            "parent": unit.parent.code if unit.parent else None,
            "province": province_of[unit.pk],
            "place": unit.admin_code or None,
            "name_km": unit.name_km,
            "name_en": unit.name_latin or unit.name_km,
            "exists_from": unit.valid_from,
            "existed_until": unit.valid_to,
        }
        for unit in Unit.objects.select_related("parent")
    }


def _places() -> dict[str, dict[str, Any]]:
    known = gazetteer.read()
    return {
        one.code: {
            "kind": kind,
            "parent": one.code[:-2] or None,
            "name_km": one.titled_km,
            "name_en": one.titled_en,
        }
        for kind, places in (
            ("province", known.provinces),
            ("district", known.districts),
            ("commune", known.communes),
        )
        for one in places
    }
