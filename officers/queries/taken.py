"""What an officer's command is told of his tests: that they took place, and an outcome once it is on the line."""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from officers.models import DrugTest, Officer

T = DrugTest.Status
MOST = 200


class Outcome(models.TextChoices):
    """Whatever came of a test and is not verified is the same word, so that nothing can be inferred from it."""

    TAKEN = "taken", _("Taken")
    VERIFIED_POSITIVE = "verified_positive", _("Verified positive, not final")
    FINAL_POSITIVE = "final_positive", _("Final positive")
    REFUSAL = "refusal", _("Refusal, determined")


COLOURS = {"taken": "grey", "verified_positive": "orange", "final_positive": "red", "refusal": "red"}
NAMED = {
    T.VERIFIED_POSITIVE: Outcome.VERIFIED_POSITIVE,
    T.FINAL_POSITIVE: Outcome.FINAL_POSITIVE,
    T.REFUSAL: Outcome.REFUSAL,
}


@dataclass(frozen=True)
class Taken:
    tested_on: date
    reason: str
    reason_name: str
    outcome: Outcome


def tests_taken(officer: Officer) -> list[Taken]:
    """The newest first, at most `MOST`. What was not taken stands here only once a refusal was determined: before,
    a line of its own would tell of a claim.
    """
    found = (
        DrugTest.objects.standing()
        .filter(Q(not_taken="") | Q(status=T.REFUSAL), officer=officer)
        .select_related("sheet")
        .order_by("-tested_on", "-pk")
    )
    return [
        Taken(
            tested_on=test.tested_on,
            reason=test.sheet.reason,
            reason_name=test.sheet.get_reason_display(),
            outcome=NAMED.get(test.status, Outcome.TAKEN),  # type: ignore[call-overload]
        )
        for test in found[:MOST]
    ]
