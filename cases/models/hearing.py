"""What the officer is told in a case, with proof, and what he says."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case, OfCaseQuerySet
from cases.models.guarded import deferred, frozen, kept, unchanging
from ledger.models import Audited
from officers.models import Service, User


class CaseNoticeQuerySet(OfCaseQuerySet["CaseNotice"]):
    def untold(self) -> Self:
        return self.filter(told_at__isnull=True)

    def proved(self) -> Self:
        """Of which there is a proof: he came in by his door after it was issued, or a letter written since was handed
        over.
        """
        services = Service.objects.filter(officer=OuterRef("case__officer"))
        by_door = services.filter(how=Service.How.DOOR, proved_at__gte=OuterRef("issued_at"))
        in_person = services.filter(how=Service.How.PERSON, code__issued_at__gte=OuterRef("issued_at"))
        return self.filter(Exists(by_door) | Exists(in_person))


class CaseNotice(Audited):
    """What the officer is told in writing. `content` is what it says, as it was then; a correction is a new notice."""

    class Kind(models.TextChoices):
        ALLEGATIONS = "allegations", _("Notice of the allegations")
        DECISION = "decision", _("Notice of the decision")
        SUSPENSION = "suspension", _("Notice of a precautionary suspension")
        APPEAL = "appeal", _("Notice of the decision on the appeal")
        CLOSING = "closing", _("Notice that the case ended")

    constraint_triggers = deferred(
        "a_notice_is_told_by_a_proof", "cases_casenotice", "cases_notice_told"
    ) | kept("cases_casenotice")

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    kind = models.CharField(_("notice"), max_length=12, choices=Kind)
    content = models.JSONField()
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(_("issued"))
    told_by = models.ForeignKey(Service, models.PROTECT, null=True, related_name="case_notices")
    told_at = models.DateTimeField(_("served"), null=True)

    objects = CaseNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(told_by__isnull=True, told_at__isnull=True)
                | Q(told_by__isnull=False, told_at__isnull=False),
                name="a_notice_is_served_by_a_proof",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def proof(self) -> Service | None:
        """The first proof that the officer was told of this."""
        by_door = Q(how=Service.How.DOOR, proved_at__gte=self.issued_at)
        in_person = Q(how=Service.How.PERSON, code__issued_at__gte=self.issued_at)
        services = Service.objects.filter(by_door | in_person, officer=self.case.officer_id)
        return services.order_by("proved_at", "pk").first()


class CaseStatement(Audited):
    """What the officer says in a case: his response, a request for more time, or that he has said all."""

    class Kind(models.TextChoices):
        RESPONSE = "response", _("Response")
        MORE_TIME = "more_time", _("Asks for more time")
        COMPLETE = "complete", _("Has said all")

    case = models.ForeignKey(Case, models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(_("text"), blank=True)
    how = models.CharField(max_length=6, choices=Service.How)
    made_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfCaseQuerySet.as_manager()

    constraint_triggers = deferred(
        "an_officer_is_heard_in_his_time", "cases_casestatement", "cases_statement_stands", "INSERT"
    ) | frozen("a_case_statement_is_never_changed", "cases_casestatement")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(how="door", recorded_by__isnull=True)
                | Q(how="person", recorded_by__isnull=False),
                name="a_case_statement_is_the_officers_or_recorded_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Extension(Audited):
    """More time for the officer to respond, in working days, and why."""

    constraint_triggers = frozen("an_extension_is_never_changed", "cases_extension")

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions")
    before = models.DateTimeField(_("until then"))
    until = models.DateTimeField(_("now until"))
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("before")),
                name="an_extension_gives_more_time",
                violation_error_message=_("An extension gives more time, not less."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.until)


class Suspension(Audited):
    """A precautionary suspension: no finding, with pay unless it says otherwise, and looked at again every 30 days."""

    constraint_triggers = deferred(
        "a_suspension_is_ordered_by_a_second_person", "cases_suspension", "cases_suspension_stands"
    ) | kept("cases_suspension")

    case = models.ForeignKey(Case, models.PROTECT, related_name="suspensions")
    starts_on = models.DateField(_("from"))
    with_pay = models.BooleanField(_("with pay"), default=True)
    reasons = models.TextField(_("why it is needed now"))
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    review_by = models.DateField(_("to be reviewed by"))
    ended_on = models.DateField(null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    why_ended = models.TextField(blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ended_on__isnull=True),
                name="a_case_has_one_precautionary_suspension",
                violation_error_message=_("The officer is suspended already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | ~Q(why_ended=""), name="a_suspension_ends_for_a_reason"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="a_suspension_has_reasons"),
        ]
        indexes = [
            models.Index(
                fields=["review_by"], name="suspension_to_review", condition=Q(ended_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.starts_on}"


class SuspensionReview(Audited):
    """A look at whether a precautionary suspension is still needed."""

    constraint_triggers = deferred(
        "a_suspension_is_reviewed_by_a_second_person",
        "cases_suspensionreview",
        "cases_review_stands",
        "INSERT",
    ) | frozen("a_review_of_a_suspension_is_never_changed", "cases_suspensionreview")

    case = models.ForeignKey(Case, models.PROTECT, related_name="suspension_reviews")
    suspension = models.ForeignKey(Suspension, models.PROTECT, related_name="reviews")
    goes_on = models.BooleanField(_("goes on"))
    reasons = models.TextField(_("reasons"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.suspension_id}"


class Prosecution(Audited):
    """A matter sent to the prosecutor, and what came of it."""

    constraint_triggers = unchanging(
        "a_referral_is_never_rewritten",
        "cases_prosecution",
        case_id="",
        court="::text",
        number="::text",
        sent_on="",
        sent_by_id="",
    ) | kept("cases_prosecution")

    class Result(models.TextChoices):
        CHARGED = "charged", _("Charged")
        NOT_PURSUED = "not_pursued", _("Not pursued")
        CONVICTED = "convicted", _("Convicted")
        ACQUITTED = "acquitted", _("Acquitted")

    case = models.ForeignKey(Case, models.PROTECT, related_name="prosecutions")
    court = models.CharField(_("court"), max_length=120)
    number = models.CharField(_("number of the letter"), max_length=60)
    sent_on = models.DateField(_("sent on"))
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=12, choices=Result, blank=True)
    result_on = models.DateField(_("date of the result"), null=True)
    result_number = models.CharField(_("number of the answer"), max_length=60, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result="", result_on__isnull=True, recorded_by__isnull=True)
                | (~Q(result="") & Q(result_on__gte=F("sent_on"), recorded_by__isnull=False)),
                name="a_result_of_the_prosecutor_has_a_day_and_a_recorder",
                violation_error_message=_("Give the day of the result, on or after the day it was sent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.court} {self.number}"


def no_conflict() -> Any:
    """The field by which somebody with a part in a case declares that nothing ties him to the officer."""
    return models.BooleanField(_("declares no conflict of interest"), default=False)
