"""The paper that was signed, and what it did to an officer."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case, OfCaseQuerySet
from cases.models.deciding import Decision, Instrument, MeasureKind
from cases.models.guarded import deferred, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, Posting, Unit, User
from officers.models.users import Role, below

SEES_ORDERS = (
    Role.REGISTRAR,
    Role.INSPECTOR,
    Role.SUPERVISOR,
    Role.CASE_OFFICER,
    Role.DECIDING_AUTHORITY,
    Role.AUDITOR,
)


class OrderQuerySet(AuditedQuerySet["Order"]):
    def visible_to(self, user: Any) -> Self:
        """Orders that a user registered or verifies, or that name a case he sees.

        Whoever may not see one of its cases has not the order: its lines would name that officer. One that was
        rejected is there for the same people, with the reason.
        """
        if not getattr(user, "is_active", False):
            return self.none()
        lines = OrderLine.objects.all()
        hidden = lines.exclude(case__in=Case.objects.visible_to(user))
        seen = lines.filter(case__in=Case.objects.visible_to(user).filter(below(user.scope(*SEES_ORDERS))))
        return self.filter(pk__in=seen.values("order_id")).exclude(pk__in=hidden.values("order_id"))


class Order(Audited):
    """A signed paper, as a registrar entered it and another person checked it against the scan."""

    class Status(models.TextChoices):
        REGISTERED = "REGISTERED", _("Entered, to be verified")
        VERIFIED = "VERIFIED", _("Verified, not in force yet")
        IN_FORCE = "IN_FORCE", _("In force")
        REJECTED = "REJECTED", _("Rejected")

    constraint_triggers = (
        deferred("an_order_is_verified_by_another_person", "cases_order", "cases_order_stands")
        | unchanging(
            "an_order_is_never_rewritten",
            "cases_order",
            instrument="::text",
            number="::text",
            signed_on="",
            signed_by="::text",
            effective_on="",
            registered_by_id="",
            registered_at="",
        )
        | kept("cases_order")
    )

    instrument = models.CharField(_("instrument"), max_length=20, choices=Instrument)
    number = models.CharField(_("number"), max_length=60)
    signed_on = models.DateField(_("signed on"))
    signed_by = models.CharField(_("signed by, as on the paper"), max_length=200)
    effective_on = models.DateField(_("effective from"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REGISTERED)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    verified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why_rejected = models.TextField(_("why rejected"), blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("signed_on")),
                name="an_order_takes_effect_when_signed_or_later",
                violation_error_message=_("An order cannot take effect before it was signed."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("registered_by")),
                name="another_person_verifies_an_order",
                violation_error_message=_("Another person verifies the order against the scan."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["VERIFIED", "IN_FORCE"], verified_by__isnull=False, verified_at__isnull=False
                )
                | Q(
                    status__in=["REGISTERED", "REJECTED"], verified_by__isnull=True, verified_at__isnull=True
                ),
                name="an_order_counts_once_verified",
            ),
            models.CheckConstraint(
                condition=Q(status="IN_FORCE", in_force_at__isnull=False)
                | ~Q(status="IN_FORCE") & Q(in_force_at__isnull=True),
                name="an_order_comes_into_force_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="REJECTED", rejected_by__isnull=False) & ~Q(why_rejected="")
                | ~Q(status="REJECTED"),
                name="an_order_is_rejected_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["instrument", "number", "signed_on"],
                condition=~Q(status="REJECTED"),
                name="an_order_is_entered_once",
                violation_error_message=_("This order was entered already."),
            ),
        ]
        indexes = [models.Index(fields=["status", "effective_on", "id"], name="order_by_status")]

    def __str__(self) -> str:
        return self.number


class OrderLine(Audited):
    """One officer of an order: the decision that it carries out."""

    constraint_triggers = (
        deferred("a_line_is_verified_with_its_order", "cases_orderline", "cases_line_stands")
        | unchanging("a_line_is_never_rewritten", "cases_orderline", case_id="", order_id="", decision_id="")
        | kept("cases_orderline")
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="order_lines")
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="order_lines")
    void = models.BooleanField(default=False)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(void=False),
                name="a_decision_is_carried_out_by_one_order",
                violation_error_message=_("This case stands in another order already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.case_id}"


class Measure(Audited):
    """A measure in force on an officer: what an order did, when, and how he stood before.

    `known_at` is when the system learned of it, by the database's clock: figures can be drawn as known by a day.
    An appeal that overturns or varies it gives it `reversed_on`; nothing else of it is ever changed.
    """

    constraint_triggers = (
        deferred("a_measure_has_all_it_rests_on", "cases_measure", "cases_measure_stands", "INSERT")
        | deferred(
            "a_measure_is_reversed_on_appeal_alone", "cases_measure", "cases_measure_reversed", "UPDATE"
        )
        | {
            "a_measure_is_known_from_now_on": "CREATE TRIGGER a_measure_is_known_from_now_on BEFORE INSERT ON "
            "cases_measure FOR EACH ROW EXECUTE FUNCTION cases_measure_known()",
        }
        | kept("cases_measure")
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="measures")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="measures")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="measures")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="measures")
    appeal = models.ForeignKey(
        "cases.Appeal", models.PROTECT, null=True, related_name="measures"
    )  # where an appeal varied it
    kind = models.CharField(_("measure"), max_length=16, choices=MeasureKind)
    grounds = models.JSONField(default=list)  # their kinds, as they stood
    is_about_drugs = models.BooleanField(_("drug-related"))
    effective_on = models.DateField(_("effective from"))
    until = models.DateField(_("until"), null=True)
    known_at = models.DateTimeField()
    rank = models.CharField(_("rank"), max_length=10)
    to_rank = models.CharField(_("to rank"), max_length=10, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    status_before = models.CharField(max_length=16, choices=Officer.Status)
    posting_ended = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    posting_begun = models.ForeignKey(Posting, models.PROTECT, null=True, related_name="+")
    reversed_on = models.DateField(_("reversed on"), null=True)
    reversed_known_at = models.DateTimeField(null=True)
    ended_on = models.DateField(_("over since"), null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(order__isnull=False, appeal__isnull=True)
                | Q(order__isnull=True, appeal__isnull=False),
                name="a_measure_comes_from_an_order_or_an_appeal",
            ),
            models.CheckConstraint(
                condition=Q(reversed_on__isnull=True, reversed_known_at__isnull=True)
                | Q(reversed_on__isnull=False, reversed_known_at__isnull=False),
                name="a_measure_is_reversed_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(reversed_on__isnull=True),
                name="a_case_has_one_measure_in_force",
            ),
        ]
        indexes = [
            models.Index(fields=["effective_on", "id"], name="measure_by_day"),
            models.Index(fields=["officer", "-effective_on"], name="measure_by_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_kind_display()}"
