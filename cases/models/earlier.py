from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.deciding import Instrument, MeasureKind
from cases.models.grounds import GroundKind
from cases.models.guarded import kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import Officer, User
from officers.models.users import Role

SEES_EARLIER = (Role.REGISTRAR, Role.INSPECTOR, Role.DECIDING_AUTHORITY, Role.LEGAL_CHECKER, Role.AUDITOR)


class EarlierMeasureQuerySet(AuditedQuerySet["EarlierMeasure"]):
    def visible_to(self, user: Any) -> Self:
        """Whoever registers, inspects, decides or audits; nobody's own."""
        if not getattr(user, "is_active", False) or not user.has_role(*SEES_EARLIER):
            return self.none()
        return self.exclude(officer_id=user.officer_id) if user.officer_id else self.filter()

    def standing(self) -> Self:
        return self.filter(void=False)


class EarlierMeasure(Audited):
    """A measure from before the system, as found in a list: the procedure is not known here.

    Never mixed with those that went through a case: it has no case, and every figure shows it apart.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="earlier_measures")
    service_number = models.CharField(_("service number"), max_length=20, blank=True)
    name_km = models.CharField(_("name in Khmer"), max_length=120, blank=True)
    name_latin = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    rank = models.CharField(_("rank"), max_length=60, blank=True)
    unit_said = models.CharField(_("unit, as written"), max_length=200, blank=True)
    province = models.CharField(_("province"), max_length=2, blank=True)
    kind = models.CharField(_("measure"), max_length=16, choices=MeasureKind)
    ground = models.CharField(_("ground"), max_length=20, choices=GroundKind, blank=True)
    is_about_drugs = models.BooleanField(_("drug-related"))
    effective_on = models.DateField(_("effective from"))
    instrument = models.CharField(_("instrument"), max_length=20, choices=Instrument, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    signed_on = models.DateField(_("signed on"), null=True)
    source = models.CharField(_("source"), max_length=200)
    remark = models.TextField(_("remark"), blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    known_at = models.DateTimeField()
    void = models.BooleanField(default=False)

    objects = EarlierMeasureQuerySet.as_manager()

    constraint_triggers = (
        {
            "an_earlier_measure_is_known_from_now_on": "CREATE TRIGGER an_earlier_measure_is_known_from_now_on BEFORE "
            "INSERT ON cases_earliermeasure FOR EACH ROW EXECUTE FUNCTION cases_measure_known()",
        }
        | unchanging(
            "an_earlier_measure_is_never_rewritten",
            "cases_earliermeasure",
            kind="::text",
            effective_on="",
            instrument="::text",
            number="::text",
            signed_on="?",
            source="::text",
            known_at="",
        )
        | kept("cases_earliermeasure")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""),
                name="an_earlier_measure_has_a_source",
                violation_error_message=_("Say from which list or paper this is."),
            ),
            models.CheckConstraint(
                condition=Q(officer__isnull=False)
                | ~Q(service_number="")
                | ~Q(name_km="")
                | ~Q(name_latin=""),
                name="an_earlier_measure_says_whom",
                violation_error_message=_("Give a service number or a name."),
            ),
        ]
        indexes = [models.Index(fields=["effective_on", "id"], name="earlier_by_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_on}"
