"""Somebody who takes all that is public, each day, and keeps it: also what was emptied or taken back since."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from audits.models import OpenChange
from audits.queries.disclosure import COLLECTIONS

type Row = dict[str, Any]


@dataclass
class Collector:
    """What he has: by collection and key each thing a row ever said, in its order; and each line of the feed."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    ever: dict[str, dict[str, list[Row]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    lines: dict[int, Row] = field(default_factory=dict)
    days: list[list[Row]] = field(default_factory=list)

    def collect(self) -> list[Row]:
        """Take all of it; the lines that are new. What a line said when it was seen first is kept."""
        seen = max(self.lines, default=0)
        new = list(OpenChange.objects.filter(seq__gt=seen).order_by("seq").values())
        self.lines |= {line["seq"]: line for line in new}
        for name, collection in COLLECTIONS.items():
            names = [one.attname for one in collection.model._meta.concrete_fields]
            self.rows[name] = {row["id"]: row for row in collection.model._base_manager.values(*names)}
            for key, row in self.rows[name].items():
                if not self.ever[name][key] or self.ever[name][key][-1] != row:
                    self.ever[name][key].append(row)
        self.days.append(new)
        return new
