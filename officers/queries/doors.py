"""What an officer finds at his door. Findings stand there only once the proof is recorded that he was told."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from ledger import clock
from officers.models import (
    AnalyteValue,
    CustodyProblem,
    CustodyTransfer,
    DoorCode,
    LaboratoryReport,
    Officer,
    Review,
    Specimen,
)


def letter_of(code_id: int) -> DoorCode | None:
    """A letter that still opens the door."""
    return DoorCode.objects.live(clock.now()).select_related("officer__unit").filter(pk=code_id).first()


def waits(officer: Officer) -> bool:
    """Whether something is there of which the officer was not told: to show it to him is to tell him.

    What waits on floors above their functions in `DOOR_WAITS` say: proofs are written here, and read there.
    """
    if Review.objects.untold().filter(test__officer=officer).exists():
        return True
    return any(asked(officer) for asked in _above())


@cache
def _above() -> list[Callable[[Officer], bool]]:
    return [import_string(name) for name in settings.DOOR_WAITS]


def reviews_of(officer: Officer) -> list[Review]:
    """His reviews, the newest first, save those of which he was not told yet."""
    told = Review.objects.filter(test__officer=officer).exclude(
        pk__in=Review.objects.untold().filter(test__officer=officer)
    )
    return list(
        told.select_related(
            "test__sheet__unit",
            "claim__made_by",
            "reviewer",
            "report__laboratory",
            "retest_report__laboratory",
        )
        .prefetch_related("statements")
        .order_by("-opened_at", "-pk")
    )


@dataclass(frozen=True)
class Found:
    """The evidence: what a laboratory reported on bottle A, and how the bottles came there."""

    specimen: Specimen
    report: LaboratoryReport
    values: list[AnalyteValue]
    transfers: list[CustodyTransfer]
    problems: list[CustodyProblem]


def found(review: Review) -> Found | None:
    """What was found, for a review of which the officer was told and which is decided; else nothing."""
    if review.told_at is None or review.decided_at is None or review.report is None:
        return None
    specimen = Specimen.objects.select_related("laboratory", "second_laboratory").get(test=review.test_id)
    return Found(
        specimen,
        review.report,
        list(review.report.values.order_by("stage", "pk")),
        list(specimen.transfers.order_by("handed_over_at", "pk")),
        list(specimen.problems.order_by("pk")),
    )
