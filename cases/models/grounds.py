"""What a case rests on: grounds, the papers behind them, and extracts of complaints that may be shown."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case, OfCaseQuerySet
from cases.models.complaints import Complaint
from cases.models.guarded import deferred, frozen, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import DrugTest, User


class GroundKind(models.TextChoices):
    CONFIRMED_POSITIVE = "confirmed_positive", _("Confirmed positive drug test")
    REFUSAL = "refusal", _("Refusal of a drug test")
    DRUG_INVOLVEMENT = "drug_involvement", _("Involvement with drugs, shown by evidence")
    DISCIPLINE_BREACH = "discipline_breach", _("Breach of the discipline rules")
    ABSENCE = "absence", _("Absence from duty")
    CRIMINAL_CONVICTION = "criminal_conviction", _("Criminal conviction")
    CORRUPTION = "corruption", _("Corruption")
    EVIDENCE_TAMPERING = "evidence_tampering", _("Tampering with evidence")


#: Grounds that a drug test carries, by the outcome it must have.
TESTED = {GroundKind.CONFIRMED_POSITIVE: "FINAL_POSITIVE", GroundKind.REFUSAL: "REFUSAL"}
#: Grounds counted as about drugs.
DRUG_RELATED = (GroundKind.CONFIRMED_POSITIVE, GroundKind.REFUSAL, GroundKind.DRUG_INVOLVEMENT)
#: Grounds that need an extract or a paper.
SHOWN = (
    GroundKind.DRUG_INVOLVEMENT,
    GroundKind.DISCIPLINE_BREACH,
    GroundKind.CORRUPTION,
    GroundKind.EVIDENCE_TAMPERING,
)


class ExtractQuerySet(AuditedQuerySet["Extract"]):
    def visible_to(self, user: Any) -> Self:
        """For whom the case is, and for whom the complaint is: one of these checks it."""
        cases = Case.objects.visible_to(user)
        complaints = Complaint.objects.visible_to(user)
        fit = Case.objects.not_barred(user)
        return self.filter(Q(case__in=cases) | Q(complaint__in=complaints, case__in=fit))


class Extract(Audited):
    """What may be said of a complaint in a case: without the reporter, and without what leads to him.

    Who drafts it has read the complaint; somebody else who has read it checks it. Nobody but these sees which complaint
    it is from.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("To be checked by a second person")
        CHECKED = "CHECKED", _("Checked")
        RETURNED = "RETURNED", _("Returned")

    case = models.ForeignKey(Case, models.PROTECT, related_name="extracts")
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="extracts")
    text = models.TextField(_("extract"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    remark = models.TextField(_("remark"), blank=True)

    objects = ExtractQuerySet.as_manager()

    constraint_triggers = (
        deferred("an_extract_is_checked_by_who_may", "cases_extract", "cases_extract_stands")
        | unchanging(
            "an_extract_is_never_rewritten",
            "cases_extract",
            text="",
            complaint_id="",
            case_id="",
            drafted_by_id="",
            drafted_at="",
        )
        | {
            "an_extract_is_checked_once": "CREATE TRIGGER an_extract_is_checked_once BEFORE UPDATE ON cases_extract "
            "FOR EACH ROW WHEN (old.status::text <> 'DRAFT'::text) EXECUTE FUNCTION officers_refuse_change()"
        }
        | kept("cases_extract")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="DRAFT", checked_by__isnull=True, checked_at__isnull=True)
                | (~Q(status="DRAFT") & Q(checked_by__isnull=False, checked_at__isnull=False)),
                name="an_extract_is_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("drafted_by")),
                name="a_second_person_checks_an_extract",
                violation_error_message=_("A second person checks the extract."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="an_extract_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_status_display()}"


class Ground(Audited):
    """Why a measure is possible, and what carries it. A drug test carries only the grounds made for it."""

    class Status(models.TextChoices):
        STANDING = "STANDING", _("Stands")
        FALLEN = "FALLEN", _("Fell")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    constraint_triggers = (
        deferred("a_ground_rests_on_what_it_names", "cases_ground", "cases_ground_stands")
        | unchanging(
            "a_ground_is_never_rewritten",
            "cases_ground",
            case_id="",
            kind="::text",
            text="",
            test_id="?",
            extract_id="?",
            article="::text",
            happened_on="?",
            until="?",
            court="::text",
            judgment="::text",
            added_by_id="?",
            added_at="",
        )
        | {
            "a_ground_ends_once": "CREATE TRIGGER a_ground_ends_once BEFORE UPDATE ON cases_ground FOR EACH ROW WHEN "
            "(old.status::text = 'WITHDRAWN'::text OR old.status::text = 'FALLEN'::text AND new.status::text = "
            "'STANDING'::text) EXECUTE FUNCTION officers_refuse_change()"
        }
        | kept("cases_ground")
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="grounds")
    kind = models.CharField(_("ground"), max_length=20, choices=GroundKind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.STANDING)
    text = models.TextField(_("what the officer is held to have done"))
    happened_on = models.DateField(_("date"), null=True, blank=True)
    test = models.ForeignKey(DrugTest, models.PROTECT, null=True, blank=True, related_name="grounds")
    extract = models.ForeignKey(Extract, models.PROTECT, null=True, blank=True, related_name="grounds")
    article = models.CharField(_("article"), max_length=20, blank=True)
    court = models.CharField(_("court"), max_length=120, blank=True)
    judgment = models.CharField(_("number of the judgment"), max_length=60, blank=True)
    until = models.DateField(_("absent until"), null=True, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why_ended = models.TextField(_("why it fell or was withdrawn"), blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["confirmed_positive", "refusal"], test__isnull=False)
                | (~Q(kind__in=["confirmed_positive", "refusal"]) & Q(test__isnull=True)),
                name="a_drug_test_carries_only_grounds_made_for_it",
                violation_error_message=_(
                    "Only a final positive test or a determined refusal is a ground of this name."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(kind="discipline_breach") | ~Q(article=""),
                name="a_breach_names_its_article",
                violation_error_message=_("Name the article."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="criminal_conviction")
                | (~Q(court="") & ~Q(judgment="") & Q(happened_on__isnull=False)),
                name="a_conviction_names_court_number_and_day",
                violation_error_message=_("Name the court, the number and the day of the judgment."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="absence") | Q(happened_on__isnull=False, until__gte=F("happened_on")),
                name="an_absence_has_its_days",
                violation_error_message=_("Give the first and the last day of the absence."),
            ),
            models.CheckConstraint(
                condition=Q(status="STANDING", ended_at__isnull=True, why_ended="")
                | (~Q(status="STANDING") & Q(ended_at__isnull=False) & ~Q(why_ended="")),
                name="a_ground_ends_at_a_time_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["case", "test"],
                condition=~Q(status="WITHDRAWN"),
                name="a_test_is_one_ground_of_a_case",
                violation_error_message=_("This test is a ground of the case already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_about_drugs(self) -> bool:
        return self.kind in DRUG_RELATED


class Paper(Audited):
    """A piece of evidence in the file: what it is, where it lies on paper, and its scan if there is one."""

    constraint_triggers = frozen("a_paper_is_never_changed", "cases_paper")

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Statement of a witness")
        RECORD = "record", _("Record or report")
        SEIZURE = "seizure", _("Record of a seizure")
        PICTURE = "picture", _("Picture")
        JUDGMENT = "judgment", _("Judgment or court paper")
        DUTY_ROSTER = "duty_roster", _("Duty roster or list of presence")
        RESPONSE = "response", _("Handed in by the officer")
        OTHER = "other", _("Other paper")

    case = models.ForeignKey(Case, models.PROTECT, related_name="papers")
    ground = models.ForeignKey(
        Ground, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name=_("ground")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("what it is"), max_length=200)
    number = models.CharField(_("number or where it lies"), max_length=120, blank=True)
    dated_on = models.DateField(_("date of the paper"), null=True, blank=True)
    text = models.TextField(_("what it shows"), blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="a_paper_says_what_it_is"),
        ]

    def __str__(self) -> str:
        return self.title
