"""What a collection and its fields are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audits.models.open_data.feed import Disclosed


@dataclass(frozen=True)
class Field:
    """A public field: what it says, what values it takes, and whether a null means that it is hidden."""

    name: str
    meaning: Any
    type: str = "string"  # string, integer, number, date, month
    codes: Sequence[tuple[Any, Any]] = ()
    is_hidden_at_times: bool = False
    is_filter: bool = False


@dataclass(frozen=True)
class Collection:
    """Public rows of one kind."""

    model: type[Disclosed]
    title: Any
    about: Any
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        return self.model.collection

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def filters(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_filter)
