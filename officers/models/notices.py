from typing import Self

from django.db import models
from django.db.models import Q

from officers.models.users import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def to_mail(self, how: str) -> Self:
        """Those that wait to be mailed, each by itself or with others."""
        return self.filter(mail=how, mailed_at=None)


class Notice(models.Model):
    """That somebody was told of an event. What it says is made when it is read; here stands nothing of any case.

    Not under the ledger: the event is, and who is told of it follows from the tables of `notices`.
    """

    class Mail(models.TextChoices):
        BY_ITSELF = "by_itself", "By itself"
        DIGEST = "digest", "In a digest"
        NONE = "none", "Not at all"

    user = models.ForeignKey(User, models.PROTECT, related_name="notices", db_index=False)
    event = models.BigIntegerField()  # by its id in the log
    kind = models.CharField(max_length=60)  # the event's verb
    subject = models.BigIntegerField(null=True)  # the id of what the event is about
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Mail)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="somebody_is_told_once_of_an_event"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_by_user"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["mail", "user"],
                name="notice_to_mail",
                condition=Q(mailed_at=None) & ~Q(mail="none"),
            ),
            models.Index(fields=["told_at"], name="notice_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"
