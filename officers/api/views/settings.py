from datetime import date, datetime

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from ledger import clock
from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.serializers.others import SettingOut, SettingsOut
from officers.models import SettingVersion
from officers.queries.stamps import stamped

ON = OpenApiParameter(
    "on", date, OpenApiParameter.QUERY, description="In force on this day; today if left out."
)


class Settings(Door):
    """Settings that are data, as they rule on a day. Read only here."""

    queryset = SettingVersion.objects.none()
    serializer_class = SettingOut
    pagination_class = None
    filter_backends = ()
    parameters = ("on",)

    def rows(self) -> QuerySet[SettingVersion]:
        return stamped(SettingVersion.objects.all())

    @operation(
        "list_settings",
        "Read every setting in force",
        gives=SettingsOut,
        shows={"results": [examples.SETTING]},
        parameters=[ON],
    )
    def in_force(self, request: Request) -> Response:
        day = self._day()
        found = [self.visible().in_force(kind, day) for kind in SettingVersion.Kind.values]  # type: ignore[attr-defined]
        return Response({"results": self.shown([version for version in found if version], many=True)})

    @operation("read_setting", "Read one setting", gives=SettingOut, shows=examples.SETTING, parameters=[ON])
    def retrieve(self, request: Request, kind: str) -> Response:
        found = self.visible().in_force(kind, self._day())  # type: ignore[attr-defined]
        if found is None:
            raise Http404
        return Response(self.shown(found))

    def _day(self) -> date:
        text = self.request.query_params.get("on", "")
        if not text:
            return clock.today()
        try:
            return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            raise ValidationError({"on": [_("Write the day as in 2026-11-24.")]}, code="date") from None
