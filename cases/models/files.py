"""Files: what a reporter sent, what handlers put to what they did, scans of papers and orders in a case."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.complaints import SEES, Complaint, OfComplaintQuerySet
from cases.models.grounds import Paper
from cases.models.guarded import kept, unchanging
from cases.models.handling import Deed, Message
from cases.models.orders import Order
from ledger.models import Audited, AuditedQuerySet
from officers.models import Unit, User
from officers.models.users import below

#: By kind: the ending of the name under which it is saved, and the media type.
FORMS = {
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "pdf": ("pdf", "application/pdf"),
    "text": ("txt", "text/plain; charset=utf-8"),
}


class ComplaintFileQuerySet(OfComplaintQuerySet["ComplaintFile"]):
    def visible_to(self, user: Any) -> Self:
        """As the report itself: for whom the complaint is, but not for who gets the task alone."""
        if not getattr(user, "is_active", False):
            return self.none()
        paths = [
            held.unit.path
            for held in user.held_roles
            if held.role in SEES and held.unit.kind != Unit.Kind.COMMUNE_POST
        ]
        readable = Complaint.objects.filter(below(paths) | below(paths, "offered_to"))
        return super().visible_to(user).filter(complaint__in=readable)

    def waiting(self) -> Self:
        return self.filter(status=ComplaintFile.Status.WAITING)


class KeptFile(Audited):
    """A file as it was cleaned: what came is kept nowhere, nor is the name it had.

    On the disk it lies encrypted under a random name, and nobody is given it before it is cleared.
    """

    class Kind(models.TextChoices):
        JPEG = "jpeg", _("Picture (JPEG)")
        PNG = "png", _("Picture (PNG)")
        PDF = "pdf", _("Document (PDF)")
        TEXT = "text", _("Text")

    class Status(models.TextChoices):
        WAITING = "WAITING", _("Waits to be checked")
        CLEARED = "CLEARED", _("Checked")
        INFECTED = "INFECTED", _("Kept away: infected")
        LOST = "LOST", _("Lost")

    class Check(models.TextChoices):
        CONTENT = "content", _("Drawn anew from its content; no antivirus is set up")
        ANTIVIRUS = "antivirus", _("Drawn anew from its content, then looked at by the antivirus")

    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+"
    )  # none where the reporter, or the officer at his door, sent it
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    size = models.PositiveIntegerField(_("size"))  # in bytes, as it is given out
    sha256 = models.CharField(max_length=64)  # likewise
    stored_as = models.CharField(max_length=32)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    checked_by = models.CharField(max_length=9, choices=Check, blank=True)
    finding = models.CharField(_("what was found"), max_length=200, blank=True)
    entered_at = models.DateTimeField()  # with the act that entered it, not when it came

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.size}"

    @property
    def name(self) -> str:
        """What it is called when it is saved: nothing in it is the sender's."""
        return f"file-{self.pk}.{FORMS[self.kind][0]}"

    @property
    def media_type(self) -> str:
        return FORMS[self.kind][1]


class ComplaintFile(KeptFile):
    """A file with a complaint."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="files")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="files")
    deed = models.ForeignKey(Deed, models.PROTECT, null=True, related_name="files")

    objects = ComplaintFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="CLEARED") | ~Q(checked_by=""), name="a_file_is_cleared_by_a_check"
            ),
            models.CheckConstraint(
                condition=Q(status="INFECTED", checked_by="antivirus") & ~Q(finding="")
                | ~Q(status="INFECTED") & Q(finding=""),
                name="a_file_is_infected_with_something",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="a_file_holds_something"),
            models.CheckConstraint(
                condition=Q(message__isnull=True) | Q(deed__isnull=True),
                name="a_file_belongs_to_a_message_or_an_action",
            ),
            models.CheckConstraint(
                condition=Q(deed__isnull=True) | Q(by__isnull=False),
                name="a_document_of_an_action_is_somebodys",
            ),
            models.UniqueConstraint(fields=["stored_as"], name="a_file_lies_under_a_name_of_its_own"),
        ]
        indexes = [
            models.Index(fields=["entered_at"], name="file_waiting", condition=Q(status="WAITING")),
        ]


class CaseFileQuerySet(AuditedQuerySet["CaseFile"]):
    def visible_to(self, user: Any) -> Self:
        """As the paper or the order it is the scan of."""
        return self.filter(
            Q(paper__in=Paper.objects.visible_to(user)) | Q(order__in=Order.objects.visible_to(user))
        )

    def waiting(self) -> Self:
        return self.filter(status=CaseFile.Status.WAITING)


class CaseFile(KeptFile):
    """The scan of a paper in a case, or of a signed order."""

    constraint_triggers = unchanging(
        "a_scan_is_never_exchanged",
        "cases_casefile",
        paper_id="?",
        order_id="?",
        kind="::text",
        size="",
        sha256="::text",
        stored_as="::text",
    ) | kept("cases_casefile")

    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="files")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="files")

    objects = CaseFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="CLEARED") | ~Q(checked_by=""), name="a_scan_is_cleared_by_a_check"
            ),
            models.CheckConstraint(
                condition=Q(status="INFECTED", checked_by="antivirus") & ~Q(finding="")
                | ~Q(status="INFECTED") & Q(finding=""),
                name="a_scan_is_infected_with_something",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="a_scan_holds_something"),
            models.CheckConstraint(
                condition=Q(paper__isnull=False, order__isnull=True)
                | Q(paper__isnull=True, order__isnull=False),
                name="a_scan_is_of_a_paper_or_an_order",
            ),
            models.UniqueConstraint(fields=["stored_as"], name="a_scan_lies_under_a_name_of_its_own"),
        ]
        indexes = [
            models.Index(fields=["entered_at"], name="scan_waiting", condition=Q(status="WAITING")),
        ]
