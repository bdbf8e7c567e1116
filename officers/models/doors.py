"""The officer's door: codes that open it, proofs that an officer was told, and what he says there."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Audited, AuditedQuerySet
from officers.models.officers import Officer
from officers.models.users import Role, User, below
from officers.reckoning.numbers import letter_number


class DoorCodeQuerySet(AuditedQuerySet["DoorCode"]):
    def visible_to(self, user: Any) -> Self:
        """Letters whose hand-over somebody may record: of the officers of his units."""
        return self.filter(officer__in=Officer.objects.visible_to(user))

    def live(self, now: Any) -> Self:
        return self.filter(ended_at__isnull=True, expires_at__gt=now)


class DoorCode(Audited):
    """A personal code in a sealed letter. Only a keyed hash is kept; the letter says it once.

    Its id is drawn at random, so that nobody who counts numbers up finds out to whom letters were written.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="door_codes")
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(_("first opened"), null=True)
    ended_at = models.DateTimeField(null=True)

    objects = DoorCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What stands on the envelope: the letter's number with check digits, which opens nothing."""
        return letter_number(self.pk)


class ServiceQuerySet(AuditedQuerySet["Service"]):
    def visible_to(self, user: Any) -> Self:
        """Those who see results, of the officers of their units, and whoever recorded it."""
        if not getattr(user, "is_active", False):
            return self.none()
        roles = (Role.REVIEWING_PHYSICIAN, Role.INSPECTOR, Role.AUDITOR)
        return self.filter(below(user.scope(*roles), "officer__unit") | Q(recorded_by=user.pk))


class Service(Audited):
    """Proof that an officer was told: he opened his door, or an independent person recorded the hand-over.

    `served_at` is claimed; `proved_at` is when the proof was recorded, by the database's clock, and what counts.
    """

    class How(models.TextChoices):
        DOOR = "door", _("Opened with the personal code")
        PERSON = "person", _("Handed over in person")

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="services")
    code = models.ForeignKey(DoorCode, models.PROTECT, related_name="services")
    how = models.CharField(max_length=6, choices=How)
    served_by = models.CharField(_("handed over by"), max_length=120, blank=True)
    witness = models.CharField(_("witness"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    refused_to_sign = models.BooleanField(_("refused to sign"), default=False)
    served_at = models.DateTimeField(_("handed over at"))
    proved_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ServiceQuerySet.as_manager()

    constraint_triggers = {
        "a_proof_is_of_now": "CREATE TRIGGER a_proof_is_of_now BEFORE INSERT ON officers_service FOR EACH ROW "
        "EXECUTE FUNCTION officers_proof_is_of_now()",
        "a_proof_is_never_changed": "CREATE TRIGGER a_proof_is_never_changed BEFORE DELETE OR UPDATE ON "
        "officers_service FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(how="door", recorded_by__isnull=True)
                | (
                    Q(how="person", recorded_by__isnull=False)
                    & ~Q(served_by="")
                    & ~Q(witness="")
                    & ~Q(place="")
                ),
                name="a_hand_over_in_person_says_by_whom_where_and_before_whom",
                violation_error_message=_("Say who handed it over, where, and who saw it."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_how_display()


class Statement(Audited):
    """What an officer says about a matter: an explanation, his account, or that he asks for the second bottle."""

    class Kind(models.TextChoices):
        EXPLANATION = "explanation", _("Explanation")
        RETEST = "retest", _("Asks for the second bottle")

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="statements")
    review = models.ForeignKey("officers.Review", models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField(_("text"), blank=True)
    how = models.CharField(max_length=6, choices=Service.How)
    made_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(how="door", recorded_by__isnull=True)
                | Q(how="person", recorded_by__isnull=False),
                name="a_statement_is_the_officers_or_recorded_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
