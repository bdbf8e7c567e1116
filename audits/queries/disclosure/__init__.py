"""The disclosure layer: what of the record becomes public, in which state, and how. Whatever is not named here is not.

`SOURCES` says it of the record, column by column: a column that it does not name never is. `COLLECTIONS` says it of
what comes out: each field of each collection with its meaning; the data dictionary, the API's description and the
tests are made from it. `Rules` are the numbers that rule, from the setting `publication`.

Nobody decides for himself: doors read the disclosed tables as the role `open_data`, which can read nothing else, and
only `audits.actions.publishing` fills them.
"""

from dataclasses import dataclass

from django.db import models

from audits.models.open_data import OpenChange, OpenNotice
from audits.queries.disclosure.collections import COLLECTIONS
from audits.queries.disclosure.fields import Collection, Field
from audits.queries.disclosure.sources import SOURCES, Shown, Source
from officers.queries.settings import rows_in_force
from officers.reckoning.publication import PUBLICATION

__all__ = [
    "ALIAS",
    "COLLECTIONS",
    "SOURCES",
    "Collection",
    "Field",
    "Rules",
    "Shown",
    "Source",
    "disclosed_models",
    "public",
    "rules_in_force",
]

#: The connection over which doors read what is public: its role can read nothing else.
ALIAS = "open_data"


@dataclass(frozen=True)
class Rules:
    """The numbers that rule publication today."""

    unit_threshold: int
    national_threshold: int
    delay_months: int
    horizon_days: int
    in_time_days: int
    naming_from_rank: int
    naming_days: int


def rules_in_force() -> Rules:
    """From the setting `publication`; as proposed for what nobody has set."""
    values = {row["code"]: row["value"] for row in PUBLICATION}
    values |= {row["code"]: row["value"] for row in rows_in_force("publication")}
    return Rules(**values)


def public[Row: models.Model](model: type[Row]) -> models.QuerySet[Row]:
    """Rows of a disclosed table as the public's role reads them."""
    return model._base_manager.using(ALIAS)


def disclosed_models() -> list[type[models.Model]]:
    """Every table that `open_data` may read."""
    return [*(one.model for one in COLLECTIONS.values()), OpenChange, OpenNotice]
