from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet


class MeasureKind(models.TextChoices):
    """Measures from the lightest to the gravest."""

    NONE = "none", _("No measure")
    ADVICE = "advice", _("Advice")
    WARNING = "written_warning", _("Written warning")
    TRANSFER = "transfer", _("Transfer")
    SUSPENSION = "suspension", _("Suspension")
    DEMOTION = "demotion", _("Demotion in rank")
    DISMISSAL = "dismissal", _("Dismissal")


class Instrument(models.TextChoices):
    """Papers by which a measure is taken, from the lowest to the highest."""

    UNIT_ORDER = "unit_order", _("Order of the unit")
    MINISTERIAL_DECISION = "ministerial_decision", _("Ministerial decision")
    PRAKAS = "prakas", _("Prakas")
    SUB_DECREE = "sub_decree", _("Sub-decree")
    ROYAL_DECREE = "royal_decree", _("Royal decree")


class SettingVersionQuerySet(AuditedQuerySet["SettingVersion"]):
    def visible_to(self, user: Any) -> Self:
        """Rules that people are judged by are open to all staff."""
        return self.filter() if getattr(user, "is_active", False) and not user.is_partner else self.none()

    def in_force(self, kind: str, on: date) -> "SettingVersion | None":
        """The version of `kind` that rules on a day: the latest to take effect, the newest among equals."""
        return (
            self.filter(kind=kind, effective_from__lte=on, withdrawn=False)
            .order_by("-effective_from", "-number")
            .first()
        )


class SettingVersion(Audited):
    """One version of a setting that is data: ranks, holidays, deadlines, screened drugs.

    Never edited: a change is a new version with its own first day, and old ones stay. `withdrawn` takes back
    a version that has not taken effect yet.
    """

    class Kind(models.TextChoices):
        RANKS = "ranks", _("Ranks")
        HOLIDAYS = "holidays", _("Public holidays")
        DEADLINES = "deadlines", _("Deadlines")
        DRUGS = "drugs", _("Drugs screened for")
        ROUTING = "routing", _("Routing of complaints")
        PANELS = "panels", _("Panels and cutoffs")
        POWERS = "powers", _("Who decides on measures, and by what paper")
        ARTICLES = "articles", _("Articles of the discipline rules")
        CHECKLIST = "checklist", _("Checklist of audits")
        RISKS = "risks", _("Risk rules of audits")
        PUBLICATION = "publication", _("Publication of open data")
        AUTHORITIES = "authorities", _("Ministries that matters are referred to")

    kind = models.CharField(_("setting"), max_length=20, choices=Kind)
    number = models.PositiveIntegerField(_("version"))
    effective_from = models.DateField(_("effective from"))
    content = models.JSONField(_("content"))
    reason = models.TextField(_("reason"))
    withdrawn = models.BooleanField(_("withdrawn"), default=False)

    objects = SettingVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], name="a_version_of_a_setting_has_its_own_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
