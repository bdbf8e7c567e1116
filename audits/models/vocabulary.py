"""Words of audits that several tables share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class About(models.TextChoices):
    """What is sampled, reviewed, or found wanting."""

    CASE = "case", _("Dismissal case")
    DRUG_TEST = "drug_test", _("Drug test")
    COMPLAINT = "complaint", _("Complaint")


class Stratum(models.TextChoices):
    """By what a population may be divided before a sample is drawn from it."""

    PROVINCE = "province", _("Province")
    GROUND = "ground", _("Ground")
    RANK = "rank", _("Rank")
    AUTHORITY = "authority", _("Deciding authority")
    AGE = "age", _("Officer's age")
    OUTCOME = "outcome", _("Outcome of the screen")
    REASON = "reason", _("Reason for test")
    CATEGORY = "category", _("Category")
    CHANNEL = "channel", _("Channel")


class Severity(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")
