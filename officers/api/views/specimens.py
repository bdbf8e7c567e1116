"""What a laboratory does through the API: it knows a specimen by its number alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.headers import version_of
from officers.actions import laboratory
from officers.actions.findings import Found
from officers.api import examples
from officers.api import examples_laboratory as shows
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import SpecimenFilter
from officers.api.serializers.sheets import ReasonIn
from officers.api.serializers.specimens import (
    LaboratoryReportIn,
    OpenedSpecimenOut,
    ReceiveIn,
    RejectIn,
    SecondBottleIn,
    SpecimenOut,
)
from officers.models import Specimen
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped
from officers.reckoning.panels import Validity

#: What `list` makes of it. Up here, since inside the class `list` is the view's.
_Values = list[tuple[str, Decimal]]
_MEASURED = ("creatinine", "specific_gravity", "ph", "nitrite")


class OfSpecimens(Door):
    queryset = Specimen.objects.none()
    serializer_class = SpecimenOut
    filterset_class = SpecimenFilter
    keyset_order = ("-id",)
    scope_to_read, scope_to_write = Scope.LABORATORY_READ, Scope.LABORATORY_WRITE
    sensitive = ("asked_for", "reports")

    def rows(self) -> QuerySet[Specimen]:
        return stamped(
            Specimen.objects.select_related(
                "laboratory", "second_laboratory", "test__sheet__unit", "test__officer__unit"
            )
        )

    def step(self, run: Callable[..., Any], pk: int, given: dict[str, Any], *args: Any) -> Response:
        version = version_of(self.request)

        def specimen(_made: Any) -> Any:
            return self.shown(self.rows().get(pk=pk), out=OpenedSpecimenOut)

        return self.answer(
            lambda: run(self.request.user, pk, *args, version=version, **given), render=specimen
        )


def values_of(rows: Any, name: str) -> _Values:
    return [(row[name], row["value"]) for row in rows]


class Specimens(OfSpecimens):
    """Specimens that were sent to the caller's laboratory, or are of tests he sees."""

    @operation(
        "list_specimens",
        "List specimens, the newest first",
        gives=SpecimenOut(many=True),
        shows=shows.SPECIMEN,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "read_specimen",
        "Read one specimen, with the reports one may see",
        gives=OpenedSpecimenOut,
        shows=shows.REPORTED,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk, OpenedSpecimenOut)

    @operation(
        "receive_specimen",
        "Receive a specimen at the laboratory",
        takes=ReceiveIn,
        sends=[("The seal as found", shows.RECEIVE)],
        gives=OpenedSpecimenOut,
        shows=shows.OPENED,
        description="The second laboratory receives bottle B so. Another seal, or a broken one, is written down as a "
        "problem of custody, and somebody else decides on it.",
    )
    def receive(self, request: Request, pk: int) -> Response:
        return self.step(laboratory.receive, pk, self.given(ReceiveIn))

    @operation(
        "redesignate_specimen",
        "Test bottle B in place of A",
        takes=ReasonIn,
        sends=[("A reason", examples.REASON)],
        gives=OpenedSpecimenOut,
        shows={**shows.OPENED, "is_split": False, "is_redesignated": True},
        description="Where the seal of A is broken, or it holds too little. No bottle is left for a retest.",
    )
    def redesignate(self, request: Request, pk: int) -> Response:
        return self.step(laboratory.redesignate, pk, self.given(ReasonIn))

    @operation(
        "reject_specimen",
        "Reject a specimen for a fatal flaw",
        takes=RejectIn,
        sends=[("Too little", shows.REJECT)],
        gives=OpenedSpecimenOut,
        shows={**shows.OPENED, "status": "REJECTED", "verbs": []},
        description="The test is cancelled: neither positive nor negative.",
    )
    def reject(self, request: Request, pk: int) -> Response:
        return self.step(laboratory.reject, pk, self.given(RejectIn))

    @operation(
        "report_specimen",
        "Report what was measured in bottle A",
        takes=LaboratoryReportIn,
        sends=[("A confirmation", shows.REPORT_IN)],
        gives=OpenedSpecimenOut,
        shows=shows.REPORTED,
        description="The result follows from the values and the panel that ruled on the specimen's day. A further "
        "report corrects the one before, with the `reason`, while nobody has decided on it.",
    )
    def report(self, request: Request, pk: int) -> Response:
        given = self.given(LaboratoryReportIn)
        found = Found(
            given["certified_by"],
            method=given["method"],
            initial=values_of(given.get("initial", ()), "group"),
            values=values_of(given.get("values", ()), "analyte"),
            validity=Validity(
                **{name: given.get(name) for name in _MEASURED}, foreign_substance=given["foreign_substance"]
            ),
            is_on_two_aliquots=given["is_on_two_aliquots"],
            remarks=given["remarks"],
            result=given["result"],
        )
        return self.step(laboratory.report, pk, {"reason": given["reason"]}, found)

    @operation(
        "report_second_bottle",
        "Report whether what was found in bottle A is in bottle B",
        takes=SecondBottleIn,
        sends=[("Reconfirmed", shows.SECOND)],
        gives=OpenedSpecimenOut,
        shows={**shows.OPENED, "version": 5, "verbs": ["hand_over"]},
        description="By the second laboratory, without a cutoff.",
    )
    def report_second(self, request: Request, pk: int) -> Response:
        given = self.given(SecondBottleIn)
        values = values_of(given.pop("values", ()), "analyte")
        return self.step(laboratory.report_second, pk, {**given, "values": values})
