"""The chain of custody: hand-overs, where a specimen is for, and what is in question about it."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.headers import version_of
from officers.actions import custody
from officers.api import examples_laboratory as shows
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import CustodyProblemFilter
from officers.api.serializers.custody import CustodyProblemOut, DirectIn, HandOverIn, SettleCustodyIn
from officers.api.serializers.specimens import OpenedSpecimenOut
from officers.api.views.specimens import OfSpecimens
from officers.models import CustodyProblem
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped


class SpecimenCustody(OfSpecimens):
    """Steps of those who collected a specimen."""

    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE

    @operation(
        "direct_specimen",
        "Name the laboratory that a specimen on its way is for",
        takes=DirectIn,
        sends=[("A laboratory", {"laboratory": 77, "version": 1})],
        gives=OpenedSpecimenOut,
        shows={**shows.OPENED, "status": "IN_CUSTODY", "verbs": ["direct", "hand_over"], "received_at": None},
    )
    def direct(self, request: Request, pk: int) -> Response:
        return self.step(custody.direct, pk, self.given(DirectIn))

    @operation(
        "hand_over_specimen",
        "Write down that a bottle changed hands",
        takes=HandOverIn,
        sends=[("A hand-over", shows.HAND_OVER)],
        gives=OpenedSpecimenOut,
        shows={**shows.OPENED, "status": "IN_CUSTODY", "verbs": ["direct", "hand_over"], "received_at": None},
        description="What breaks the chain is written down as a problem: see `/custody-problems/`.",
    )
    def hand_over(self, request: Request, pk: int) -> Response:
        return self.step(custody.hand_over, pk, self.given(HandOverIn))


class CustodyProblems(Door):
    """Gaps in the chain of hand-overs, and seals that were not as they should be."""

    queryset = CustodyProblem.objects.none()
    serializer_class = CustodyProblemOut
    filterset_class = CustodyProblemFilter
    keyset_order = ("-found_at", "-id")
    scope_to_read, scope_to_write = Scope.TESTS_READ, Scope.TESTS_WRITE
    sensitive = ("custody",)

    def rows(self) -> QuerySet[CustodyProblem]:
        return stamped(
            CustodyProblem.objects.select_related(
                "transfer", "specimen__test__sheet__unit", "specimen__test__officer__unit"
            )
        )

    @operation(
        "list_custody_problems",
        "List what is in question about custody, the newest first",
        gives=CustodyProblemOut(many=True),
        shows=shows.PROBLEM,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "read_custody_problem",
        "Read one problem of custody",
        gives=CustodyProblemOut,
        shows=shows.PROBLEM,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "settle_custody_problem",
        "Decide, as a second person, whether the chain holds all the same",
        takes=SettleCustodyIn,
        sends=[("It holds", {"outcome": "holds", "reason": shows.SETTLED["reason"], "version": 1})],
        gives=CustodyProblemOut,
        shows=shows.SETTLED,
        description="Where nothing else is in question, what the laboratory reported takes its course.",
    )
    def settle(self, request: Request, pk: int) -> Response:
        given: dict[str, Any] = self.given(SettleCustodyIn)
        version = version_of(request)
        return self.answer(lambda: custody.settle(request.user, pk, version=version, **given))
