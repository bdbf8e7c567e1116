"""What the public says is wrong with something published, and what was answered."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.models.open_data.feed import Disclosed, fed
from cases.models.guarded import kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import Unit, User
from officers.models.users import Role

#: Roles that read requests; inspectors alone answer them.
READS_REQUESTS = (Role.INSPECTOR, Role.DECIDING_AUTHORITY, Role.AUDITOR)


def of_the_ministry(user: Any, *roles: str) -> bool:
    """Whether he holds one of these roles for the whole country: what is published is nobody's own unit's."""
    paths = user.scope(*roles)
    return bool(paths) and Unit.objects.filter(parent__isnull=True, path__in=paths).exists()


class Subject(models.TextChoices):
    """What a request is about: a collection of the open data, or another thing that is published."""

    MEASURES = "measures", _("A measure in force")
    NAMES = "names", _("A notice that names somebody")
    COMPLAINTS = "complaints", _("Complaints received")
    INACTION = "inaction", _("Inaction by unit")
    CATEGORIES = "categories", _("What complaints are about")
    TESTS = "tests", _("Drug tests")
    COVERAGE = "coverage", _("Coverage of testing")
    FIGURES = "figures", _("A figure")
    SERIES = "series", _("An official series")
    UNITS = "units", _("A unit")
    PLACES = "places", _("A place")
    OTHER = "other", _("Something else that is published")


class Outcome(models.TextChoices):
    CORRECTED = "corrected", _("What is published was corrected")
    RETRACTED = "retracted", _("What was published was taken back")
    NOT_CHANGED = "not_changed", _("It stays as it is published")
    NOT_OURS = "not_ours", _("It is about nothing that is published here")


#: Answers after which nothing changes: each takes a second person.
CHANGES_NOTHING = (Outcome.NOT_CHANGED, Outcome.NOT_OURS)


class CorrectionRequestQuerySet(AuditedQuerySet["CorrectionRequest"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the Ministry alone: below it somebody could read what is said of his own unit."""
        if getattr(user, "is_active", False) and of_the_ministry(user, *READS_REQUESTS):
            return self.filter()
        return self.none()

    def open(self) -> Self:
        return self.exclude(status=CorrectionRequest.Status.ANSWERED)


class CorrectionRequest(Audited):
    """Somebody says that something published is wrong. It edits nothing: what is wrong is corrected by its own acts.

    Of its coming the day is kept. `public` is the key of its public row. `contact` is how its author is told, sealed.
    `event` is the event of the log by which the record was corrected, where one was.
    """

    class Status(models.TextChoices):
        RECEIVED = "RECEIVED", _("Received")
        TAKEN = "TAKEN", _("Taken in hand")
        PROPOSED = "PROPOSED", _("Answer to be confirmed")
        ANSWERED = "ANSWERED", _("Answered")

    constraint_triggers = unchanging(
        "what_was_said_to_be_wrong_stays",
        "audits_correctionrequest",
        receipt="::text",
        about="::text",
        which="::text",
        wrong="",
        instead="",
        received_on="",
        public="::text",
    ) | kept("audits_correctionrequest", "a_request_for_correction_is_never_deleted")

    receipt = models.CharField(max_length=64, unique=True)
    public = models.CharField(_("public row"), max_length=16, unique=True)
    about = models.CharField(_("what it is about"), max_length=20, choices=Subject)
    which = models.CharField(_("which one"), max_length=200, blank=True)
    wrong = models.TextField(_("what is wrong"))
    instead = models.TextField(_("what would be right"), blank=True)
    contact = models.BinaryField(null=True)
    language = models.CharField(max_length=2)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.RECEIVED)
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("in the hands of")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    answer_km = models.TextField(_("public answer in Khmer"), blank=True)
    answer_en = models.TextField(_("public answer in English"), blank=True)
    event = models.BigIntegerField(_("event of the correction"), null=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    answered_on = models.DateField(_("answered on"), null=True)
    escalated_on = models.DateField(_("escalated on"), null=True)

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("answered_by")),
                name="nobody_confirms_his_own_answer",
                violation_error_message=_("Somebody else must confirm this answer."),
            ),
            models.CheckConstraint(
                condition=~Q(status="ANSWERED", outcome__in=["not_changed", "not_ours"])
                | Q(confirmed_by__isnull=False),
                name="an_answer_that_changes_nothing_takes_two",
                violation_error_message=_("Somebody else must confirm this answer."),
            ),
            models.CheckConstraint(
                condition=Q(status="ANSWERED", answered_on__isnull=False)
                | ~Q(status="ANSWERED") & Q(answered_on__isnull=True),
                name="an_answered_request_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["PROPOSED", "ANSWERED"])
                | ~Q(outcome="") & ~Q(answer_km="") & ~Q(answer_en="") & Q(answered_by__isnull=False),
                name="an_answer_says_something_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(status="RECEIVED", handler__isnull=True)
                | ~Q(status="RECEIVED") & Q(handler__isnull=False),
                name="a_request_in_hand_is_in_somebodys_hands",
            ),
        ]
        indexes = [models.Index(fields=["status", "due_on", "id"], name="correction_by_status")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"W-{self.pk:05d}"

    @property
    def is_open(self) -> bool:
        return self.status != self.Status.ANSWERED

    def is_late(self, today: Any) -> bool:
        return self.is_open and self.due_on < today


class CorrectionDrop(models.Model):
    """A request that waits for the hourly act which enters it among others, as reports do (`cases.IntakeItem`).

    Not under the ledger: an event for each would tell when it came. The id is random, the content sealed.
    """

    id = models.BigIntegerField(primary_key=True)
    receipt = models.CharField(max_length=64, unique=True)  # the same form sent twice is one
    day = models.DateField()
    content = models.BinaryField()
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)


class OpenCorrection(Disclosed):
    """A request as the public sees it: about what, from which month, and what was answered; nothing its author wrote.

    It is there once its month is over, or once it is answered.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        LATE = "late", _("Late")
        ANSWERED = "answered", _("Answered")

    collection = "corrections"
    columns = ("id", "about", "month", "state", "answered_on", "outcome", "answer_km", "answer_en")
    constraint_triggers = fed("audits_opencorrection", collection, columns)

    about = models.CharField(max_length=20, choices=Subject)
    month = models.CharField(max_length=7)
    state = models.CharField(max_length=8, choices=State)
    answered_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome, null=True)  # noqa: DJ001 - null: not answered yet
    answer_km = models.TextField(null=True)  # noqa: DJ001
    answer_en = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        indexes = [models.Index(fields=["-answered_on", "id"], name="open_correction_by_day")]
