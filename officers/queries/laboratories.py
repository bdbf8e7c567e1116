"""What lies before a laboratory, by specimen number alone."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from officers.lifecycles import verbs
from officers.models import DrugTest, LaboratoryReport, Review, Specimen
from officers.models.specimens import Bottle
from officers.models.users import Role, below
from officers.reckoning.numbers import plain_specimen

COMING, TESTING, SECOND, REPORTED = "coming", "testing", "second", "reported"
PLACES = {
    COMING: _("On their way"),
    TESTING: _("To be tested"),
    SECOND: _("Second bottles"),
    REPORTED: _("Reported"),
}
T = DrugTest.Status


def specimens_at(user: Any, place: str) -> QuerySet[Specimen]:
    """The specimens of the laboratories somebody works for, by where they are. Those nobody waits for are left out."""
    paths = user.scope(Role.LABORATORY)
    seen = Specimen.objects.of_laboratory(user)
    first, second = below(paths, "laboratory"), below(paths, "second_laboratory")
    if place == COMING:
        return seen.filter(first, status=Specimen.Status.IN_CUSTODY, test__status=T.AT_LABORATORY)
    if place == TESTING:
        return seen.filter(
            first,
            ~Exists(_reports(Bottle.A)),
            status=Specimen.Status.RECEIVED,
            test__status=T.AT_LABORATORY,
        )
    if place == SECOND:
        asked = Review.objects.filter(test=OuterRef("test"), status=Review.Status.RETEST)
        return seen.filter(second, Exists(asked), ~Exists(_reports(Bottle.B)))
    return seen.filter(
        first & Q(Exists(_reports(Bottle.A))) | second & Q(Exists(_reports(Bottle.B))),
    )


def _reports(bottle: str) -> QuerySet[LaboratoryReport]:
    return LaboratoryReport.objects.filter(specimen=OuterRef("pk"), bottle=bottle)


def specimens_numbered(user: Any, text: str) -> QuerySet[Specimen]:
    """Those whose number was typed or scanned, in either kind of digits, or begins like it."""
    number = plain_specimen(text).upper()
    found = Specimen.objects.of_laboratory(user).alias(written=Upper("number"))
    return found.filter(written__startswith=number)


def is_correctable(specimen: Specimen) -> bool:
    """Whether the review of the report there is still open, so that a correction can come before the decision."""
    test = DrugTest.objects.get(pk=specimen.test_id)
    review = Review.objects.filter(test=test).first()
    return test.status == T.AT_LABORATORY and not (review and review.status != Review.Status.OPEN)


def steps_of(user: Any, specimen: Specimen) -> list[str]:
    """What a laboratory may do with a specimen now: what its state allows, less what its bottles rule out."""
    may = set(verbs(specimen, user))
    reports = LaboratoryReport.objects.filter(specimen=specimen)
    is_reported = reports.filter(bottle=Bottle.A).exists()
    offered = {
        "receive": "receive" in may or ("receive_second" in may and specimen.second_received_at is None),
        "report": "report" in may and not is_reported,
        "correct": "report" in may and is_reported and is_correctable(specimen),
        "redesignate": "redesignate" in may and specimen.is_split and not is_reported,
        "reject": "reject" in may and not is_reported,
        "report_second": "report_second" in may
        and specimen.second_received_at is not None
        and not reports.filter(bottle=Bottle.B).exists(),
    }
    return [name for name, is_offered in offered.items() if is_offered]
