from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import decisions
from cases.api import examples_orders as shows
from cases.api.case_filters import DelegationFilter
from cases.api.serializers.measures import DelegateIn, DelegationOut, EndDelegationIn
from cases.models import Delegation
from foundation.api.headers import version_of
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope


class Delegations(Door):
    """Who acts for a deciding authority, between which days, by which paper."""

    queryset = Delegation.objects.none()
    serializer_class = DelegationOut
    filterset_class = DelegationFilter
    keyset_order = ("-starts_on", "-id")
    scope_to_read, scope_to_write = Scope.CASES_READ, Scope.CASES_WRITE

    def rows(self) -> QuerySet[Delegation]:
        return Delegation.objects.select_related("giver", "taker", "unit")

    @operation(
        "list_delegations",
        "List delegations, the latest first",
        gives=DelegationOut(many=True),
        shows=shows.DELEGATION,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "delegate",
        "Let somebody act for you as deciding authority",
        takes=DelegateIn,
        sends=[("For two weeks", shows.DELEGATE_IN)],
        gives=DelegationOut,
        shows=shows.DELEGATION,
        status=201,
    )
    def create(self, request: Request) -> Response:
        given = self.given(DelegateIn)
        return self.answer(lambda: decisions.delegate(request.user, **given), status=201)

    @operation("read_delegation", "Read a delegation", gives=DelegationOut, shows=shows.DELEGATION)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "end_delegation",
        "End a delegation before its last day",
        takes=EndDelegationIn,
        sends=[("A reason", {"reason": "I am back.", "version": 1})],
        gives=DelegationOut,
        shows=shows.DELEGATION | {"version": 2, "ended_at": "2026-12-05T08:00:00+07:00"},
        description="By who gave it. What was decided under it stands.",
    )
    def end(self, request: Request, pk: int) -> Response:
        given, version = self.given(EndDelegationIn), version_of(request)
        return self.answer(lambda: decisions.end_delegation(request.user, pk, version=version, **given))
