from rest_framework.request import Request
from rest_framework.response import Response

from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.serializers.others import MeOut
from officers.models import User


class Me(Door):
    """Who is calling."""

    queryset = User.objects.none()
    serializer_class = MeOut
    pagination_class = None
    filter_backends = ()

    @operation(
        "read_me",
        "Who am I: roles, and the scopes of the key",
        gives=MeOut,
        shows=examples.ME,
        description="Needs no scope.",
    )
    def retrieve(self, request: Request) -> Response:
        return Response(self.shown(request.user))
