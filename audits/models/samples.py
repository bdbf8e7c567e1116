"""Samples: a population, frozen and hashed; a seed that nobody could choose; what it drew."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audits.models.audits import NEVER_DELETED, Audit, OfAuditQuerySet
from audits.models.vocabulary import About, Stratum
from cases.models.guarded import deferred, frozen, kept, unchanging
from ledger.models import Audited, AuditedQuerySet
from officers.models import SettingVersion, User

#: Records that a population may hold: its list is kept as one text.
LARGEST_POPULATION = 200_000
#: Records that one sample may hold.
LARGEST_SAMPLE = 1000


class Sample(Audited):
    """Records to be reviewed, drawn from a frozen population, or directed by risk rules.

    The seed is SHA-256 over the population's digest, a nonce of which only the digest is known when the population is
    frozen (`nonce_digest`; the nonce itself waits sealed in `nonce_sealed`), and a number from outside: `number_source`
    says beforehand where it will come from. So neither who enters the number nor who runs the server can choose the
    sample. See `audits.reckoning.sampling`.

    A directed sample has no seed: it shows where risk rules point, and no figure is estimated from it.
    """

    class Kind(models.TextChoices):
        RANDOM = "random", _("Random")
        DIRECTED = "directed", _("Directed by risk rules")

    class Status(models.TextChoices):
        FROZEN = "FROZEN", _("Population frozen, to be drawn")
        DRAWN = "DRAWN", _("Drawn")
        VOID = "VOID", _("Void")

    constraint_triggers = (
        deferred("a_sample_is_drawn_as_its_seed_says", "audits_sample", "audits_sample_stands")
        | deferred("a_sample_moves_while_its_audit_runs", "audits_sample", "audits_sample_in_time")
        | unchanging(
            "a_frozen_population_is_never_exchanged",
            "audits_sample",
            audit_id="",
            number="",
            about="::text",
            kind="::text",
            frame="::text",
            strata="",
            size="",
            population="",
            digest="::text",
            number_source="::text",
            number_on="?",
            nonce_digest="::text",
            rules_id="?",
            frozen_by_id="",
            frozen_at="",
        )
        | {
            "a_sample_is_drawn_once": "CREATE TRIGGER a_sample_is_drawn_once BEFORE UPDATE ON audits_sample FOR EACH "
            "ROW WHEN (old.seed::text <> ''::text AND (new.seed::text <> old.seed::text OR new.outside::text <> "
            "old.outside::text OR new.nonce::text <> old.nonce::text OR new.drawn_by_id <> old.drawn_by_id OR "
            "new.drawn_at <> old.drawn_at)) EXECUTE FUNCTION officers_refuse_change()",
        }
        | kept("audits_sample", NEVER_DELETED)
    )

    audit = models.ForeignKey(Audit, models.PROTECT, related_name="samples")
    number = models.PositiveSmallIntegerField(_("number"))
    about = models.CharField(_("of"), max_length=10, choices=About)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    frame = models.JSONField(_("population"), default=dict)
    strata = ArrayField(
        models.CharField(max_length=10, choices=Stratum),
        verbose_name=_("divided by"),
        default=list,
        blank=True,
    )
    size = models.PositiveIntegerField(_("records to be drawn"))
    population = models.PositiveIntegerField(_("records in the population"))
    digest = models.CharField(_("digest of the population"), max_length=64)
    number_source = models.CharField(
        _("where the number from outside comes from"), max_length=200, blank=True
    )
    number_on = models.DateField(_("day of the number from outside"), null=True, blank=True)
    nonce_digest = models.CharField(max_length=64, blank=True)
    nonce_sealed = models.BinaryField(default=b"")
    rules = models.ForeignKey(SettingVersion, models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.FROZEN)
    frozen_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(_("frozen"))
    outside = models.CharField(_("number from outside"), max_length=200, blank=True)
    nonce = models.CharField(max_length=64, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(_("drawn"), null=True)
    why_void = models.TextField(_("why it is void"), blank=True)

    objects = OfAuditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="a_sample_has_its_number"),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=LARGEST_SAMPLE),
                name="a_sample_holds_one_to_a_thousand_records",
                violation_error_message=_("A sample holds 1 to 1,000 records."),
            ),
            models.CheckConstraint(
                condition=Q(population__gte=1, population__lte=LARGEST_POPULATION),
                name="a_population_holds_one_to_two_hundred_thousand_records",
                violation_error_message=_("A population holds 1 to 200,000 records."),
            ),
            models.CheckConstraint(
                condition=Q(kind="random", rules__isnull=True, number_on__isnull=False)
                & ~Q(number_source="")
                & ~Q(nonce_digest="")
                | Q(kind="directed", rules__isnull=False, number_source="", nonce_digest="", seed=""),
                name="a_random_sample_says_where_its_number_comes_from",
            ),
            models.CheckConstraint(
                condition=Q(kind="directed")
                | Q(seed="", outside="", nonce="", drawn_by__isnull=True, drawn_at__isnull=True)
                | (~Q(seed="") & ~Q(outside="") & ~Q(nonce="") & Q(drawn_by__isnull=False))
                & Q(drawn_at__isnull=False),
                name="a_seed_has_all_it_is_made_of",
            ),
            models.CheckConstraint(
                condition=Q(kind="directed") | Q(drawn_by__isnull=True) | ~Q(drawn_by=F("frozen_by")),
                name="who_froze_the_population_does_not_draw",
                violation_error_message=_("Who froze the population does not draw the sample."),
            ),
            models.CheckConstraint(
                condition=Q(status="FROZEN", seed="", kind="random", why_void="")
                | Q(status="DRAWN", drawn_at__isnull=False, why_void="")
                | Q(status="VOID") & ~Q(why_void=""),
                name="a_samples_status_is_what_it_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.number}"


class OfSampleQuerySet[M: Audited](AuditedQuerySet[M]):
    def visible_to(self, user: Any) -> Self:
        """What belongs to a sample is there for whom its audit is."""
        return self.filter(sample__audit__in=Audit.objects.visible_to(user))


class Population(Audited):
    """The list a sample is drawn from: a line for each record, its id, a tab, its stratum; in the order of ids.

    Frozen with the sample; `Sample.digest` is the SHA-256 of these lines in UTF-8, joined by line feeds.
    """

    constraint_triggers = frozen("a_population_is_never_changed", "audits_population")

    sample = models.OneToOneField(Sample, models.PROTECT, related_name="list")
    lines = models.TextField()

    objects = OfSampleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.sample_id}"


class SampleItem(Audited):
    """A record that was drawn, or that a risk rule points at (`hits`: the rules' codes)."""

    constraint_triggers = frozen("a_drawn_record_is_never_exchanged", "audits_sampleitem") | deferred(
        "records_come_into_a_sample_as_it_is_drawn", "audits_sampleitem", "audits_item_stands", "INSERT"
    )

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="items")
    number = models.PositiveIntegerField(_("number"))
    row_id = models.BigIntegerField()
    stratum = models.CharField(_("stratum"), max_length=200, blank=True)
    key = models.CharField(max_length=64, blank=True)
    hits = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    objects = OfSampleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "row_id"], name="a_record_is_drawn_once"),
            models.UniqueConstraint(fields=["sample", "number"], name="a_drawn_record_has_its_number"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}/{self.number}: {self.row_id}"
