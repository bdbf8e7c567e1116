"""Names that are public now: what of them, and until when. They are no collection: no file and no feed has them."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audits.models import OpenNotice
from audits.models.open_data.measures import GROUNDS
from audits.queries.disclosure import Field, public
from cases.models.deciding import MeasureKind
from ledger import clock

FIELDS = (
    Field("id", _("Key of the notice. It leads to no other row.")),
    Field("name_km", _("Name in Khmer.")),
    Field("name_en", _("Name in Latin letters.")),
    Field("rank", _("Code of the rank before the measure.")),
    Field("rank_km", _("Rank in Khmer.")),
    Field("rank_en", _("Rank in English.")),
    Field("month", _("Month from which the measure is effective."), "month"),
    Field("measure", _("The measure."), codes=MeasureKind.choices),
    Field("ground", _("The first of its grounds."), codes=GROUNDS),
    Field("shown_from", _("The day from which the name is shown."), "date"),
    Field("shown_until", _("The last day on which it is shown."), "date"),
)


def shown() -> QuerySet[OpenNotice]:
    """The names on display today: what is over by the day is not waited for."""
    return public(OpenNotice).filter(gone__isnull=True, shown_until__gte=clock.today())


def is_gone(row: OpenNotice) -> bool:
    return row.gone is not None or row.shown_until is None or row.shown_until < clock.today()
