from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from foundation.api.headers import version_of
from officers.actions import notices
from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import NoticeFilter
from officers.api.serializers.notices import ChoiceIn, ChoiceOut, MarkIn, NoticeOut, ReadAllIn, ReadAllOut
from officers.models import Notice, User
from officers.models.api_keys import Scope
from officers.queries.notices import notices_of, shown


class Notices(Door):
    """What the caller was told."""

    queryset = Notice.objects.none()
    serializer_class = NoticeOut
    filterset_class = NoticeFilter
    keyset_order = ("-id",)
    scope_to_read, scope_to_write = Scope.NOTICES_READ, Scope.NOTICES_WRITE

    def rows(self) -> QuerySet[Notice]:
        return self.visible()

    def visible(self) -> QuerySet[Notice]:
        return notices_of(self.caller)

    @property
    def caller(self) -> User:
        user: Any = self.request.user
        return user

    def shown(self, rows: Any, *, many: bool = False, out: type[Serializer] | None = None) -> Any:
        said = shown(self.caller, rows if many else [rows])
        return super().shown(said if many else said[0], many=many, out=out)

    @operation(
        "list_notices",
        "List your notices, the newest first",
        gives=NoticeOut(many=True),
        shows=examples.NOTICE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "read_notice", "Read a notice", gives=NoticeOut, shows=examples.NOTICE, description="It stays unread."
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "mark_notice",
        "Mark a notice as read, or as unread again",
        takes=MarkIn,
        sends=[("Read", {"read": True})],
        gives=NoticeOut,
        shows=examples.READ_NOTICE,
        description="The second time changes nothing.",
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        read = self.given(MarkIn).get("read", True)
        return self.answer(lambda: notices.mark(self.caller, pk, read=read))

    @operation(
        "mark_notices_as_read",
        "Mark all notices as read that you have seen",
        takes=ReadAllIn,
        sends=[("Up to the newest seen", {"until": examples.NOTICE["id"]})],
        gives=ReadAllOut,
        shows={"read": 3},
        description="Those that came after `until` stay unread.",
    )
    def mark_all(self, request: Request) -> Response:
        until = self.given(ReadAllIn)["until"]
        return self.answer(
            lambda: notices.read_all(self.caller, until=until), render=lambda number: {"read": number}
        )


class NoticeChoice(Door):
    """How notices that can wait come by mail."""

    queryset = User.objects.none()
    serializer_class = ChoiceOut
    pagination_class = None
    filter_backends = ()
    scope_to_read, scope_to_write = Scope.NOTICES_READ, Scope.NOTICES_WRITE

    def rows(self) -> QuerySet[User]:
        rows: QuerySet[User] = User.objects.all()
        return rows

    @operation(
        "read_notice_choice",
        "Read how your notices come by mail",
        gives=ChoiceOut,
        shows=examples.NOTICE_CHOICE,
    )
    def retrieve(self, request: Request) -> Response:
        return Response(self.shown(request.user))

    @operation(
        "choose_notices",
        "Choose how your notices come by mail",
        takes=ChoiceIn,
        sends=[("Together, every morning", {"by_mail": "daily", "hour": 7})],
        gives=ChoiceOut,
        shows=examples.NOTICE_CHOICE,
        description="What you leave out stays. Notices about your account, and of what must be answered within days, "
        "are mailed at once whatever you choose.",
    )
    def partial_update(self, request: Request) -> Response:
        given, version = self.given(ChoiceIn), version_of(request)
        user: Any = request.user
        said = {"by_mail": user.notices_by_mail, "hour": user.digest_hour} | given
        return self.answer(lambda: notices.choose(user, version=version, **said))
