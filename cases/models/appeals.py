from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case, OfCaseQuerySet
from cases.models.deciding import MeasureKind
from cases.models.guarded import deferred, kept
from cases.models.hearing import no_conflict
from ledger.models import Audited
from officers.models import Service, User


class AppealGround(models.TextChoices):
    UNREASONABLE = "unreasonable", _("The finding or the measure is unreasonable")
    NEW_EVIDENCE = "new_evidence", _("There is new evidence")
    PROCEDURE = "procedure", _("A rule of procedure was broken")
    GROUND_FELL = "ground_fell", _("A ground of the case fell")


class Appeal(Audited):
    """An officer's appeal against a measure in force. Its members had no part in the case; two of them decide.

    The time to appeal runs from a proof that he was told; a later appeal says why.
    """

    class Status(models.TextChoices):
        LODGED = "LODGED", _("Lodged")
        ADMITTED = "ADMITTED", _("Admitted")
        DRAFTED = "DRAFTED", _("Decision drafted, to be agreed")
        DECIDED = "DECIDED", _("Decided")
        INADMISSIBLE = "INADMISSIBLE", _("Not admitted")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The measure is upheld")
        VARIED = "varied", _("A lesser measure takes its place")
        OVERTURNED = "overturned", _("The measure is overturned")

    constraint_triggers = deferred(
        "an_appeal_is_decided_by_who_had_no_part", "cases_appeal", "cases_appeal_stands"
    ) | kept("cases_appeal")

    case = models.ForeignKey(Case, models.PROTECT, related_name="appeals")
    ground = models.CharField(_("ground of the appeal"), max_length=14, choices=AppealGround)
    text = models.TextField(_("text"))
    late_cause = models.TextField(_("why it comes late"), blank=True)
    is_late = models.BooleanField(_("late"), default=False)
    how = models.CharField(max_length=6, choices=Service.How)
    lodged_at = models.DateTimeField(_("lodged"))
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.LODGED)
    admitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    admitted_at = models.DateTimeField(null=True)
    why_inadmissible = models.TextField(_("why it is not admitted"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    measure = models.CharField(_("lesser measure"), max_length=16, choices=MeasureKind, blank=True)
    to_rank = models.CharField(_("to rank"), max_length=10, blank=True)
    days = models.PositiveSmallIntegerField(_("for days"), null=True, blank=True)
    reasons = models.TextField(_("reasons"), blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    no_conflict = no_conflict()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(status__in=["DECIDED", "INADMISSIBLE"]),
                name="a_case_has_one_appeal_at_a_time",
                violation_error_message=_("An appeal is pending already."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="an_appeal_says_why"),
            models.CheckConstraint(
                condition=Q(is_late=False) | ~Q(late_cause=""),
                name="a_late_appeal_has_a_cause",
                violation_error_message=_(
                    "The time to appeal is over: say what kept you from appealing in time."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="LODGED", admitted_by__isnull=True)
                | ~Q(status="LODGED") & Q(admitted_by__isnull=False),
                name="an_appeal_is_admitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="INADMISSIBLE") ^ ~Q(why_inadmissible=""),
                name="an_appeal_is_not_admitted_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["DRAFTED", "DECIDED"], drafted_by__isnull=False)
                & ~Q(outcome="")
                & ~Q(reasons="")
                | ~Q(status__in=["DRAFTED", "DECIDED"]),
                name="an_appeal_is_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="DECIDED", agreed_by__isnull=False, decided_at__isnull=False, no_conflict=True
                )
                & ~Q(agreed_by=F("drafted_by"))
                | ~Q(status="DECIDED") & Q(agreed_by__isnull=True, decided_at__isnull=True),
                name="two_members_decide_an_appeal",
                violation_error_message=_("A second member agrees to the decision."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="varied") ^ Q(measure=""), name="a_varied_measure_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_status_display()}"
