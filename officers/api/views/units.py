from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import UnitFilter
from officers.api.serializers.others import UnitOut
from officers.models import Unit
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped


class Units(Door):
    """The tree from the Ministry to the commune post. Read only here."""

    queryset = Unit.objects.none()
    serializer_class = UnitOut
    filterset_class = UnitFilter
    keyset_order = ("sort_key", "id")
    scope_to_read = Scope.OFFICERS_READ

    def rows(self) -> QuerySet[Unit]:
        return stamped(Unit.objects.all())

    @operation(
        "list_units",
        "List units",
        gives=UnitOut(many=True),
        shows=examples.UNIT_RECORD,
        description="In the order of a Khmer dictionary.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_unit", "Read a unit", gives=UnitOut, shows=examples.UNIT_RECORD)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)
