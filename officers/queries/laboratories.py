"""What lies before a laboratory, by specimen number alone."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from officers.models import DrugTest, LaboratoryReport, Specimen
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
        return seen.filter(second, ~Exists(_reports(Bottle.B)), test__status=T.VERIFIED_POSITIVE)
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
