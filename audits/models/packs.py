"""Evidence packs that were made: of what, as it stood when, and by what the file is known again."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.recusals import recused_officers, recused_units
from audits.models.reviews import Review
from audits.models.samples import Sample
from audits.models.vocabulary import About
from cases.models.guarded import frozen
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, Unit, User
from officers.models.users import Role, below


class EvidencePackQuerySet(AuditedQuerySet["EvidencePack"]):
    def visible_to(self, user: Any) -> Self:
        """For auditors of the unit it is about, but not those who are kept from the record."""
        if not getattr(user, "is_active", False):
            return self.none()
        return self.filter(below(user.scope(Role.AUDITOR))).exclude(
            Q(officer__in=recused_officers(user), officer__isnull=False) | Q(unit__in=recused_units(user))
        )


class EvidencePack(Audited):
    """A pack as it was given out. The file itself is kept nowhere: `manifest_sha256` knows it again.

    It is of one record (`about` and `row_id`), which may be named by a completed `review`, or of a part of a `sample`.
    `moment` is when the records stood as they stand in it; empty where that was when it was made. `head` is the end of
    the log then.
    """

    constraint_triggers = frozen("a_pack_that_was_made_is_never_changed", "audits_evidencepack")

    about = models.CharField(_("of"), max_length=10, choices=About)
    row_id = models.BigIntegerField(null=True)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    review = models.ForeignKey(Review, models.PROTECT, null=True, related_name="packs")
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, related_name="packs")
    part = models.PositiveSmallIntegerField(_("part"), default=1)
    label = models.CharField(_("of"), max_length=120)
    moment = models.DateTimeField(_("as it stood"), null=True)
    reason = models.TextField(_("reason"))
    records = models.PositiveIntegerField(_("records"))
    size = models.PositiveBigIntegerField(_("size"))  # bytes
    head = models.CharField(max_length=90)
    manifest_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"))

    objects = EvidencePackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sample__isnull=True, row_id__isnull=False)
                | Q(sample__isnull=False, row_id__isnull=True, review__isnull=True),
                name="a_pack_is_of_a_record_or_of_a_sample",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_pack_is_made_for_a_reason"),
            models.CheckConstraint(condition=Q(records__gte=1), name="a_pack_holds_a_record"),
        ]
        indexes = [models.Index(fields=["about", "row_id"], name="pack_by_record")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"P-{self.pk:05d}"
