from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import NotTestedFilter
from officers.api.serializers.officers import NotTestedOut
from officers.models import Officer
from officers.models.api_keys import Scope
from officers.queries.not_tested import not_tested, period_begins
from officers.queries.stamps import stamped


class NotTested(Door):
    """Officers in service who were not tested for longer than the period in the settings."""

    queryset = Officer.objects.none()
    serializer_class = NotTestedOut
    filterset_class = NotTestedFilter
    keyset_order = ("sort_key", "id")
    scope_to_read = Scope.TESTS_READ
    sensitive = ("name_km", "name_latin", "sex", "birth_year", "rank", "status", "last_test")

    def rows(self) -> QuerySet[Officer]:
        return Officer.objects.select_related("unit")

    def visible(self) -> QuerySet[Officer]:
        return stamped(not_tested(self.request.user, period_begins()).select_related("unit"))

    @operation(
        "list_officers_not_tested",
        "List officers not tested for too long",
        gives=NotTestedOut(many=True),
        shows=examples.NOT_TESTED,
        description="In the order of a Khmer dictionary. Cancelled tests, and those that were not taken, do not count.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()
