"""A measure in words."""

from typing import Any

from django.utils.translation import gettext as _

from foundation.web.templatetags.web import native_digits
from officers.models.settings import MeasureKind
from officers.queries.settings import rank_names


def measure_words(row: Any, ranks: dict[str, str] | None = None) -> str:
    """A measure with what belongs to it: of a proposal, a decision, an appeal or what is in force."""
    kind = getattr(row, "kind", None) or row.measure
    words = str(MeasureKind(kind).label)
    if row.to_rank:
        names = rank_names() if ranks is None else ranks
        return _("%(measure)s to %(rank)s") % {
            "measure": words,
            "rank": names.get(row.to_rank, row.to_rank),
        }
    if getattr(row, "to_unit", None):
        return _("%(measure)s to %(unit)s") % {"measure": words, "unit": row.to_unit.name}
    if getattr(row, "days", None):
        return _("%(measure)s for %(days)s days") % {"measure": words, "days": native_digits(row.days)}
    return words
