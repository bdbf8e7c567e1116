"""What is proposed, checked and decided in a case. None of it is ever changed: a second attempt is a further row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case, Delegation, OfCaseQuerySet
from cases.models.guarded import deferred, frozen
from cases.models.hearing import no_conflict
from ledger.models import Audited
from officers.models import Unit, User
from officers.models.settings import Instrument, MeasureKind

#: How grave each is.
GRAVITY = {kind: number for number, kind in enumerate(MeasureKind.values)}


#: How high each stands.
HEIGHT = {kind: number for number, kind in enumerate(Instrument.values)}


class Proposal(Audited):
    """The measure that the unit proposes, on which grounds and articles, and why no lesser one is enough."""

    constraint_triggers = frozen("a_proposal_is_never_changed", "cases_proposal") | deferred(
        "a_proposal_has_all_it_rests_on", "cases_proposal", "cases_proposal_stands", "INSERT"
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="proposals")
    number = models.PositiveSmallIntegerField(_("number"))
    measure = models.CharField(_("measure"), max_length=16, choices=MeasureKind)
    to_rank = models.CharField(_("to rank"), max_length=10, blank=True)
    to_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to unit")
    )
    days = models.PositiveSmallIntegerField(_("for days"), null=True, blank=True)
    articles = models.JSONField(_("articles"), default=list)
    grounds = models.JSONField(_("grounds"), default=list)
    papers = models.JSONField(_("evidence"), default=list)
    reasons = models.TextField(_("reasons"))
    lesser = models.TextField(_("why no lesser measure is enough"), blank=True)
    no_conflict = no_conflict()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="a_proposal_has_its_number"),
            models.CheckConstraint(
                condition=~Q(reasons="")
                & ~Q(articles=[])
                & ~Q(grounds=[])
                & (Q(measure__in=["none", "advice"]) | ~Q(lesser="")),
                name="a_proposal_has_reasons_articles_grounds_and_lesser_measures",
                violation_error_message=_("Give reasons, an article, a ground, and why no less is enough."),
            ),
            models.CheckConstraint(
                condition=Q(measure="demotion") ^ Q(to_rank=""),
                name="a_demotion_names_the_rank",
                violation_error_message=_("A demotion, and nothing else, names the new rank."),
            ),
            models.CheckConstraint(
                condition=Q(measure="transfer", to_unit__isnull=False)
                | ~Q(measure="transfer") & Q(to_unit__isnull=True),
                name="a_transfer_names_the_unit",
                violation_error_message=_("A transfer, and nothing else, names the new unit."),
            ),
            models.CheckConstraint(
                condition=Q(measure="suspension", days__gte=1)
                | ~Q(measure="suspension") & Q(days__isnull=True),
                name="a_suspension_names_its_days",
                violation_error_message=_("A suspension, and nothing else, names a number of days."),
            ),
            models.CheckConstraint(
                condition=Q(no_conflict=True),
                name="a_proposer_declares_no_conflict",
                violation_error_message=_(
                    "Declare that you have no conflict of interest, or that you have one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}: {self.get_measure_display()}"


class Opinion(Audited):
    """The legality check of a proposal. It says of each that nothing rests on an unconfirmed screen."""

    class Outcome(models.TextChoices):
        PASSED = "passed", _("Lawful")
        RETURNED = "returned", _("Returned for work")

    constraint_triggers = frozen("an_opinion_is_never_changed", "cases_opinion") | deferred(
        "an_opinion_is_of_what_stands", "cases_opinion", "cases_opinion_stands", "INSERT"
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="opinion")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    text = models.TextField(_("opinion"))
    rests_on_no_screen = models.BooleanField(
        _("nothing in the file rests on a screen that was not confirmed"), default=False
    )
    no_conflict = no_conflict()
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="an_opinion_says_why"),
            models.CheckConstraint(
                condition=~Q(outcome="passed") | Q(rests_on_no_screen=True),
                name="a_lawful_proposal_rests_on_no_screen",
                violation_error_message=_("Confirm that nothing rests on a screen that was not confirmed."),
            ),
            models.CheckConstraint(
                condition=Q(no_conflict=True),
                name="a_legal_checker_declares_no_conflict",
                violation_error_message=_(
                    "Declare that you have no conflict of interest, or that you have one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.get_outcome_display()}"


class Decision(Audited):
    """What the deciding authority decides on a checked proposal, and by what paper at least it must be ordered."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("As proposed")
        LESSER = "lesser", _("A lesser measure")
        NO_CASE = "no_case", _("No case")
        RETURNED = "returned", _("Returned for work")

    constraint_triggers = frozen("a_decision_is_never_changed", "cases_decision") | deferred(
        "a_decision_is_made_by_who_may", "cases_decision", "cases_decision_stands", "INSERT"
    )

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="decision")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    measure = models.CharField(_("measure"), max_length=16, choices=MeasureKind)
    to_rank = models.CharField(_("to rank"), max_length=10, blank=True)
    to_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to unit")
    )
    days = models.PositiveSmallIntegerField(_("for days"), null=True, blank=True)
    reasons = models.TextField(_("reasons"))
    instrument = models.CharField(_("to be ordered by"), max_length=20, choices=Instrument, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(Delegation, models.PROTECT, null=True, related_name="decisions")
    no_conflict = no_conflict()
    decided_at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="a_decision_has_reasons",
                violation_error_message=_("Give the reasons."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["no_case", "returned"], measure="none", instrument="")
                | (Q(outcome__in=["accepted", "lesser"]) & ~Q(measure="none") & ~Q(instrument="")),
                name="a_measure_is_ordered_by_an_instrument",
            ),
            models.CheckConstraint(
                condition=Q(measure="demotion") ^ Q(to_rank=""), name="a_decided_demotion_names_the_rank"
            ),
            models.CheckConstraint(
                condition=Q(measure="transfer", to_unit__isnull=False)
                | ~Q(measure="transfer") & Q(to_unit__isnull=True),
                name="a_decided_transfer_names_the_unit",
            ),
            models.CheckConstraint(
                condition=Q(measure="suspension", days__gte=1)
                | ~Q(measure="suspension") & Q(days__isnull=True),
                name="a_decided_suspension_names_its_days",
            ),
            models.CheckConstraint(
                condition=Q(no_conflict=True),
                name="a_deciding_authority_declares_no_conflict",
                violation_error_message=_(
                    "Declare that you have no conflict of interest, or that you have one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.get_outcome_display()}"
