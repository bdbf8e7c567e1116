from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.open_data.feed import DISCLOSED_GRANTS
from audits.models.open_data.measures import GROUNDS
from cases.models.deciding import MeasureKind

TABLE = "audits_opennotice"
_SAID = (
    "name_km",
    "name_en",
    "rank",
    "rank_km",
    "rank_en",
    "month",
    "measure",
    "ground",
    "shown_from",
    "shown_until",
)


class OpenNotice(models.Model):
    """A name that is shown now, by the publication policy; or, once it is gone, nothing but its key and the day.

    It is no collection: not in the feed, not in a file, and no image of it is kept, for what is taken down must stand
    nowhere. `audits.models.OutcomeNotice` says whose it is.
    """

    class Gone(models.TextChoices):
        OVER = "over", _("The time on display is over")
        RETRACTED = "retracted", _("Retracted")

    table_grants = DISCLOSED_GRANTS
    constraint_triggers = {
        "a_name_is_shown_by_a_notice_alone": "CREATE CONSTRAINT TRIGGER a_name_is_shown_by_a_notice_alone AFTER "
        f"INSERT OR UPDATE ON {TABLE} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audits_name_stands()",
        "no_name_without_an_event": "CREATE TRIGGER no_name_without_an_event BEFORE INSERT OR DELETE OR UPDATE ON "
        f"{TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audits_needs_event()",
        "no_truncate": f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate()",
    }

    id = models.CharField(primary_key=True, max_length=16, db_collation="C")
    # Of a name that is gone nothing is said, not even that it was empty.
    name_km = models.CharField(max_length=120, null=True)  # noqa: DJ001
    name_en = models.CharField(max_length=120, null=True)  # noqa: DJ001
    rank = models.CharField(max_length=10, null=True)  # noqa: DJ001
    rank_km = models.CharField(max_length=200, null=True)  # noqa: DJ001
    rank_en = models.CharField(max_length=200, null=True)  # noqa: DJ001
    month = models.CharField(max_length=7, null=True)  # noqa: DJ001
    measure = models.CharField(max_length=16, choices=MeasureKind, null=True)  # noqa: DJ001
    ground = models.CharField(max_length=20, choices=GROUNDS, null=True)  # noqa: DJ001
    shown_from = models.DateField(null=True)
    shown_until = models.DateField(null=True)
    gone = models.CharField(max_length=10, choices=Gone, null=True)  # noqa: DJ001
    gone_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gone__isnull=True, gone_on__isnull=True)
                & Q(**{f"{name}__isnull": False for name in _SAID})
                | Q(gone__isnull=False, gone_on__isnull=False)
                & Q(**{f"{name}__isnull": True for name in _SAID}),
                name="a_name_that_is_gone_leaves_its_key_and_the_day",
            ),
        ]

    def __str__(self) -> str:
        return self.id

    def take_down(self, gone: str, on: object) -> None:
        """Empty it in memory."""
        for name in _SAID:
            setattr(self, name, None)
        self.gone, self.gone_on = gone, on  # type: ignore[assignment]
