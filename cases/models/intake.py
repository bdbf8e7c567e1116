from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.complaints import Complaint, OfComplaintQuerySet
from cases.models.guarded import deferred, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import User


class IntakeItem(models.Model):
    """Something a reporter sent, waiting for the hourly act that enters it among others.

    Not under the ledger: an event for each would tell when it came. The id is random, only the day is kept, and the
    content is encrypted, so that nobody who reads the table reads it before it has a handler.
    """

    class Kind(models.TextChoices):
        REPORT = "report"
        MESSAGE = "message"

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    receipt = models.CharField(max_length=64, db_index=True)
    once = models.CharField(max_length=64, unique=True)  # the same form sent twice is one
    day = models.DateField()
    content = models.BinaryField()
    files = ArrayField(models.CharField(max_length=32), default=list)  # names of what is held for it
    failures = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Reporter(Audited):
    """How a reporter can be reached, if he said so: sealed, encrypted with keys that lie apart from the data."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="reporter")
    contact = models.BinaryField()

    objects = AuditedQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.complaint_id)


class ContactOpening(Audited):
    """Somebody's wish to know how a reporter can be reached. It takes a reason and the consent of a second person.

    What was granted is read by who asked, for so many days, and each look is an event. `for_audit` says that an auditor
    asks: then an inspector decides who audits nothing, and the inspectorate hears of it.
    """

    class Status(models.TextChoices):
        ASKED = "ASKED", _("Asked for")
        GRANTED = "GRANTED", _("Granted")
        REFUSED = "REFUSED", _("Refused")

    constraint_triggers = (
        deferred("a_reporter_is_opened_by_two", "cases_contactopening", "cases_opening_stands")
        | unchanging(
            "what_was_asked_of_a_reporter_stays",
            "cases_contactopening",
            complaint_id="",
            reason="",
            asked_by_id="",
            asked_on="",
            for_audit="",
        )
        | kept("cases_contactopening", "an_asking_for_a_reporter_is_never_deleted")
    )
    trigger_messages = {
        "only_who_works_on_it_asks_for_a_reporter": _("You may not do this."),
        "an_inspector_opens_a_reporter_to_an_auditor": _(
            "An auditor's wish is decided by an inspector who is no auditor."
        ),
        "a_supervisor_opens_a_reporter": _("A supervisor or an inspector of the unit must decide on this."),
        "a_wish_for_a_reporter_is_decided_once": _("This was decided already."),
    }

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="openings")
    reason = models.TextField(_("reason"))
    status = models.CharField(max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    for_audit = models.BooleanField(_("for an audit"), default=False)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)

    objects = OfComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="nobody_grants_himself_a_reporters_contact",
                violation_error_message=_("Somebody else must decide on this."),
            ),
            models.CheckConstraint(
                condition=Q(status="ASKED") | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="an_opening_is_decided_by_somebody_on_a_day",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="an_opening_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.get_status_display()}"
