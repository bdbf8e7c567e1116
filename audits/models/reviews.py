"""Reviews of single records against a checklist. A review writes nothing but itself."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.audits import NEVER_DELETED, Audit
from audits.models.recusals import hidden, recused_officers, recused_units
from audits.models.vocabulary import About
from cases.models.guarded import deferred, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, SettingVersion, Unit, User


class ConcerningQuerySet[M: Audited](AuditedQuerySet[M]):
    def visible_to(self, user: Any) -> Self:
        """For whom the audit is, but not what concerns the unit or the people an auditor is kept from."""
        return self.filter(audit__in=Audit.objects.visible_to(user)).not_recused(user).exclude(hidden(user))

    def not_recused(self, user: Any) -> Self:
        units = recused_units(user)
        return self.exclude(
            Q(officer_id__in=recused_officers(user)) | Q(unit_id__in=units) | Q(by_unit_id__in=units)
        )


class Concerning(Audited):
    """What concerns a record: `row_id` names it among those it is `about`.

    `officer` is whom it is about; `unit` his unit at that time, or the one a complaint is with; `by_unit` the one that
    conducted the case or took the sample. They are copied so that who is recused stays so when the record moves on.
    """

    about = models.CharField(_("record"), max_length=10, choices=About)
    row_id = models.BigIntegerField()
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("officer")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    by_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("conducted by")
    )

    class Meta:
        abstract = True


class Review(Concerning):
    """One record looked at by one auditor, in the version of the checklist that ruled when he began."""

    class Status(models.TextChoices):
        ASSIGNED = "ASSIGNED", _("Assigned")
        STARTED = "STARTED", _("Being reviewed")
        COMPLETED = "COMPLETED", _("Completed")

    class Result(models.TextChoices):
        IN_ORDER = "in_order", _("In order")
        SHORTCOMINGS = "shortcomings", _("Shortcomings")
        NOT_SUPPORTED = "not_supported", _("The decision is not supported by the record")
        UNDECIDABLE = "undecidable", _("Cannot be said from the record")

    constraint_triggers = (
        deferred("a_review_is_made_by_who_may", "audits_review", "audits_review_stands")
        | deferred("a_review_moves_while_its_audit_runs", "audits_review", "audits_review_in_time")
        | unchanging(
            "a_review_stays_of_its_record",
            "audits_review",
            audit_id="",
            about="::text",
            row_id="",
            officer_id="?",
            unit_id="",
            by_unit_id="?",
            assigned_by_id="",
            assigned_at="",
        )
        | kept("audits_review", NEVER_DELETED)
    )

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        User, models.PROTECT, related_name="audit_reviews", verbose_name=_("reviewed by")
    )
    checklist = models.ForeignKey(
        SettingVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("checklist")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASSIGNED)
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(_("assigned"))
    started_at = models.DateTimeField(_("begun"), null=True)
    result = models.CharField(_("result"), max_length=16, choices=Result, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True)
    times_reopened = models.PositiveSmallIntegerField(_("reopened"), default=0)

    objects = ConcerningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "about", "row_id"],
                name="a_record_is_reviewed_once_in_an_audit",
                violation_error_message=_("This record is reviewed in this audit already."),
            ),
            models.CheckConstraint(
                condition=Q(status="ASSIGNED", started_at__isnull=True)
                | ~Q(status="ASSIGNED") & Q(started_at__isnull=False, checklist__isnull=False),
                name="a_review_begins_with_a_checklist",
            ),
            models.CheckConstraint(
                condition=Q(status="COMPLETED", completed_at__isnull=False) & ~Q(result="") & ~Q(summary="")
                | ~Q(status="COMPLETED") & Q(completed_at__isnull=True),
                name="a_completed_review_has_result_and_summary",
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer", "status", "id"], name="review_by_reviewer"),
            models.Index(fields=["about", "row_id"], name="audit_review_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}: {self.about} {self.row_id}"


class OfReviewQuerySet(AuditedQuerySet["Answer"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(review__in=Review.objects.visible_to(user))


class Answer(Audited):
    """The answer to one question of the checklist, with the events of the log it points at."""

    class Kind(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")
        CANNOT_TELL = "cannot_tell", _("Cannot be said from the record")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    constraint_triggers = (
        deferred("an_answer_belongs_to_a_review_under_way", "audits_answer", "audits_answer_stands")
        | deferred("an_answer_is_of_who_may_give_it", "audits_answer", "audits_answer_in_time")
        | kept("audits_answer", NEVER_DELETED)
    )

    review = models.ForeignKey(Review, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=40)
    kind = models.CharField(_("answer"), max_length=16, choices=Kind)
    note = models.TextField(_("note"), blank=True)
    events = ArrayField(models.BigIntegerField(), verbose_name=_("events"), default=list, blank=True)

    objects = OfReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "question"], name="a_question_is_answered_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["yes", "not_applicable"]) | ~Q(note=""),
                name="an_answer_that_is_not_yes_says_why",
                violation_error_message=_("Say why, unless the answer is yes or does not apply."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.question}: {self.kind}"
