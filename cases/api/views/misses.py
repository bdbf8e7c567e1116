from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import escalations
from cases.api import examples
from cases.api.filters import MissFilter
from cases.api.serializers.parts import MissOut
from cases.api.serializers.steps import ExplainIn
from cases.models import Miss
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
