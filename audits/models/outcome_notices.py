from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.models.audits import NEVER_DELETED
from cases.models import Case, Measure
from cases.models.guarded import deferred, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import User

TABLE = "audits_outcomenotice"
#: A name is shown for no less (SI 2020/4, regulation 63).
LEAST_DAYS = 28


class OutcomeNoticeQuerySet(AuditedQuerySet["OutcomeNotice"]):
    def visible_to(self, user: Any) -> Self:
        """Those of cases that somebody sees."""
        return self.filter(measure__case__in=Case.objects.visible_to(user))

    def shown(self) -> Self:
        return self.filter(status=OutcomeNotice.Status.SHOWN)


class OutcomeNotice(Audited):
    """That a final dismissal is public with the officer's name, for a time; or that it must not be.

    The name itself is not here but in `OpenNotice`, from which it goes without a trace; here stays that it was shown,
    from when, and why it went. What is gone is never shown again.
    """

    class Status(models.TextChoices):
        SHOWN = "SHOWN", _("Shown")
        OVER = "OVER", _("Shown to the end")
        RETRACTED = "RETRACTED", _("Taken down before its time")
        WITHHELD = "WITHHELD", _("Withheld")

    constraint_triggers = (
        {
            "a_public_notice_that_is_gone_is_never_changed": (
                f"CREATE TRIGGER a_public_notice_that_is_gone_is_never_changed BEFORE UPDATE ON {TABLE} "
                "FOR EACH ROW WHEN (old.status::text <> 'SHOWN'::text) EXECUTE FUNCTION officers_refuse_change()"
            )
        }
        | unchanging(
            "a_public_notice_is_never_rewritten",
            TABLE,
            key="::text",
            measure_id="",
            shown_from="?",
            shown_until="?",
        )
        | deferred("a_public_notice_is_of_a_final_dismissal", TABLE, "audits_notice_stands")
        | kept(TABLE, NEVER_DELETED)
    )
    trigger_messages = {
        "only_a_final_dismissal_is_public_with_a_name": _(
            "Only a dismissal that is final and stands is public with a name."
        ),
        "a_name_is_public_by_the_policy_alone": _("The publication policy does not name this officer."),
        "an_inspector_withholds_a_name": _("An inspector withholds a name."),
    }

    key = models.CharField(max_length=16, unique=True)
    measure = models.OneToOneField(
        Measure, models.PROTECT, related_name="outcome_notice", verbose_name=_("measure")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status)
    shown_from = models.DateField(_("shown from"), null=True)
    shown_until = models.DateField(_("shown until"), null=True)
    gone_on = models.DateField(_("not shown since"), null=True)
    withheld_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("withheld by")
    )
    why_withheld = models.TextField(_("why withheld"), blank=True)

    objects = OutcomeNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="WITHHELD", shown_from__isnull=True, shown_until__isnull=True)
                | Q(
                    shown_from__isnull=False,
                    shown_until__gte=F("shown_from") + timedelta(days=LEAST_DAYS),
                ),
                name="a_name_is_shown_for_no_less_than_it_must_be",
            ),
            models.CheckConstraint(
                condition=Q(status="SHOWN", gone_on__isnull=True)
                | ~Q(status="SHOWN") & Q(gone_on__isnull=False),
                name="a_name_is_shown_or_gone",
            ),
            models.CheckConstraint(
                condition=Q(status="WITHHELD", withheld_by__isnull=False) & ~Q(why_withheld="")
                | ~Q(status="WITHHELD") & Q(withheld_by__isnull=True, why_withheld=""),
                name="a_name_is_withheld_by_somebody_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["shown_until"], condition=Q(status="SHOWN"), name="outcome_notice_by_its_end"
            )
        ]

    def __str__(self) -> str:
        return self.key
