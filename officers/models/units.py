from typing import Any, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet


class UnitQuerySet(AuditedQuerySet["Unit"]):
    def visible_to(self, user: Any) -> Self:
        """The tree of units is no secret among staff."""
        return self.filter() if getattr(user, "is_active", False) and not user.is_partner else self.none()

    def below(self, unit: "Unit") -> Self:
        """The unit and all below it."""
        return self.filter(path__startswith=unit.path)

    def open(self) -> Self:
        return self.filter(valid_to__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("sort_key", "id")


class Unit(Audited):
    """A place in the tree from the Ministry to the commune post, with the time it existed.

    `code` is stable and written by people (`P-12` a provincial commissariat, `C-120101` a post); `admin_code`
    points into the place list. `path` holds the ids from the root, so that "below" is one prefix.
    """

    class Kind(models.TextChoices):
        MINISTRY = "MINISTRY", _("Ministry")
        GENERAL_COMMISSARIAT = "GENERAL_COMMISSARIAT", _("General Commissariat")
        GENERAL_DEPARTMENT = "GENERAL_DEPARTMENT", _("General Department")
        INSPECTORATE_GENERAL = "INSPECTORATE_GENERAL", _("Inspectorate of the Ministry")
        CENTRAL_DEPARTMENT = "CENTRAL_DEPARTMENT", _("Central department")
        PROVINCIAL_COMMISSARIAT = "PROVINCIAL_COMMISSARIAT", _("Provincial commissariat")
        DISTRICT_INSPECTORATE = "DISTRICT_INSPECTORATE", _("District inspectorate")
        COMMUNE_POST = "COMMUNE_POST", _("Commune post")
        LABORATORY = "LABORATORY", _("Laboratory")

    code = models.CharField(_("code"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, unique=True, db_collation="C")
    name_km = models.CharField(_("name in Khmer"), max_length=200)
    name_latin = models.CharField(_("name in Latin letters"), max_length=200)
    sort_key = models.BinaryField()
    search_key = models.TextField(db_collation="C")
    admin_code = models.CharField(_("place code"), max_length=8, blank=True)
    remark = models.TextField(_("remark"), blank=True)
    valid_from = models.DateField(_("exists from"))
    valid_to = models.DateField(_("existed until"), null=True, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="a_unit_does_not_end_before_it_begins",
                violation_error_message=_("A unit cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(path__endswith=Concat(Value("/"), Cast("id", models.CharField()), Value("/"))),
                name="a_path_ends_at_its_unit",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="a_unit_does_not_stand_below_itself"),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(kind="MINISTRY"),
                name="only_the_ministry_has_no_parent",
                violation_error_message=_("Every unit but the Ministry stands below another."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="unit_in_khmer_order"),
            models.Index(fields=["admin_code"], name="unit_by_place"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_km if get_language() == "km" else self.name_latin or self.name_km

    def contains(self, other: "Unit") -> bool:
        """Whether `other` is this unit or below it."""
        return other.path.startswith(self.path)
