"""What became of a claimed refusal, as whoever sees the line may know it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from officers.models import Claim, DrugTest, Review


class Determination(models.TextChoices):
    """Of a claim. Until the reviewer has decided it is a claim and nothing else."""

    CLAIMED = "claimed", _("Claimed, not determined")
    REFUSAL = "refusal", _("Determined: a refusal")
    NO_REFUSAL = "no_refusal", _("Determined: no refusal")
    CANCELLED = "cancelled", _("Cancelled")


COLOURS = {"claimed": "yellow", "refusal": "red", "no_refusal": "green", "cancelled": "grey"}
_OUTCOMES = {
    Review.Outcome.REFUSAL: Determination.REFUSAL,
    Review.Outcome.NO_REFUSAL: Determination.NO_REFUSAL,
    Review.Outcome.CANCELLED: Determination.CANCELLED,
}


def claim_of(test: DrugTest) -> Claim | None:
    return Claim.objects.filter(test=test).select_related("made_by").first()


def determination_of(claim: Claim) -> Determination:
    """Nothing of the review but how it ended."""
    ended = Review.objects.filter(claim=claim, status=Review.Status.CLOSED).values_list("outcome", flat=True)
    return _OUTCOMES.get(ended.first() or "", Determination.CLAIMED)  # type: ignore[call-overload]
