from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from officers.actions import doors
from officers.api import examples_reviews as shows
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.serializers.reviews import ServiceIn, ServiceOut
from officers.models import DoorCode, Service
from officers.models.api_keys import Scope
from officers.queries.letters import letter_numbered


class Letters(Door):
    """Sealed letters, of which whoever hands one over knows the number on the outside."""

    queryset = DoorCode.objects.none()
    serializer_class = ServiceOut
    pagination_class = None
    filter_backends = ()
    scope_to_read, scope_to_write = Scope.REVIEWS_READ, Scope.REVIEWS_WRITE

    def rows(self) -> QuerySet[Service]:
        return Service.objects.select_related("officer__unit", "code")

    @operation(
        "record_service_of_letter",
        "Record that a sealed letter was handed over",
        takes=ServiceIn,
        sends=[("A hand-over", shows.SERVICE_IN)],
        gives=ServiceOut,
        shows=shows.SERVICE,
        description="By somebody who did not write it and had no part in what it is about; for all others there is no "
        "such letter. The officer's time runs from this recording.",
    )
    def service(self, request: Request, number: str) -> Response:
        given = self.given(ServiceIn)
        try:
            letter = letter_numbered(request.user, number)
        except ValueError:
            letter = None
        if letter is None:
            raise Http404
        code = letter.pk
        return self.answer(lambda: doors.record_service(request.user, code, **given))
