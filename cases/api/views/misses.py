from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import escalations, failures
from cases.api import examples
from cases.api.filters import FailureFilter, MissFilter
from cases.api.serializers.failures import FailureOut
from cases.api.serializers.parts import MissOut
from cases.api.serializers.steps import ExplainIn, WithReasonIn
from cases.models import FailureProposal, Miss
from foundation.api.headers import version_of
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope


class UnitMisses(Door):
    """The record of the caller's units: deadlines they let pass, and why."""

    queryset = Miss.objects.none()
    serializer_class = MissOut
    filterset_class = MissFilter
    keyset_order = ("-moved_on", "-id")
    scope_to_read, scope_to_write = Scope.COMPLAINTS_READ, Scope.COMPLAINTS_WRITE
    sensitive = ("unit", "kind", "explanation")

    def rows(self) -> QuerySet[Miss]:
        return Miss.objects.select_related("complaint", "unit", "explained_by")

    @operation("list_misses", "List misses, the newest first", gives=MissOut(many=True), shows=examples.MISS)
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_miss", "Read a miss", gives=MissOut, shows=examples.MISS)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "explain_miss",
        "Give the unit's reason for a miss, once",
        takes=ExplainIn,
        sends=[("A reason", {"explanation": "The only car was under repair.", "version": 1})],
        gives=MissOut,
        shows=examples.EXPLAINED_MISS,
    )
    def explain(self, request: Request, pk: int) -> Response:
        given, version = self.given(ExplainIn), version_of(request)
        return self.answer(lambda: escalations.explain(request.user, pk, version=version, **given))


class Failures(Door):
    """Units whose misses have added up, put to the caller's units: whether they become a complaint is decided here."""

    queryset = FailureProposal.objects.none()
    serializer_class = FailureOut
    filterset_class = FailureFilter
    keyset_order = ("-until", "-id")
    scope_to_read, scope_to_write = Scope.COMPLAINTS_READ, Scope.COMPLAINTS_WRITE
    sensitive = ("unit", "misses", "reason")

    def rows(self) -> QuerySet[FailureProposal]:
        return FailureProposal.objects.select_related("unit", "put_to", "decided_by")

    @operation(
        "list_failures",
        "List failures to act that were proposed, the newest first",
        gives=FailureOut(many=True),
        shows=examples.FAILURE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_failure", "Read a proposed failure to act", gives=FailureOut, shows=examples.FAILURE)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "accept_failure",
        "Make it a complaint about the unit",
        takes=WithReasonIn,
        sends=[("A reason", {"reason": "It goes on since March.", "version": 1})],
        gives=FailureOut,
        shows=examples.DECIDED_FAILURE | {"status": "ACCEPTED", "reason": "It goes on since March."},
        description="It goes to whoever handles complaints about the unit.",
    )
    def accept(self, request: Request, pk: int) -> Response:
        given, version = self.given(WithReasonIn), version_of(request)
        return self.answer(lambda: failures.accept(request.user, pk, version=version, **given))

    @operation(
        "decline_failure",
        "Decide that it needs no complaint",
        takes=WithReasonIn,
        sends=[("A reason", {"reason": "The road was flooded until October.", "version": 1})],
        gives=FailureOut,
        shows=examples.DECIDED_FAILURE,
        description="The misses stay on the unit's record in any case.",
    )
    def decline(self, request: Request, pk: int) -> Response:
        given, version = self.given(WithReasonIn), version_of(request)
        return self.answer(lambda: failures.decline(request.user, pk, version=version, **given))
