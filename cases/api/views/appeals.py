from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import appeals
from cases.api import examples_orders as shows
from cases.api.case_filters import AppealFilter
from cases.api.serializers import appeals as takes
from cases.api.serializers.appeals import AppealOut, AppealStepOut, OpenedAppealOut
from cases.api.ways import Way
from cases.models import Appeal
from foundation.api.headers import version_of
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope

STEPS: dict[str, Way] = {
    "admit": Way(appeals.admit, takes.AdmitAppealIn, {"version": 1}, "Admit an appeal to a decision"),
    "refuse": Way(
        appeals.refuse,
        takes.AppealReasonIn,
        {"reason": "It comes eight months late, without a cause.", "version": 1},
        "Refuse to admit an appeal",
        "The measure stands.",
        shows.APPEAL_AFTER | {"status": "INADMISSIBLE", "case_status": "IN_FORCE", "verbs": []},
    ),
    "draft": Way(
        appeals.draft,
        takes.DraftAppealIn,
        {"outcome": "overturned", "reasons": "The locker was shared by four men.", "version": 2},
        "Draft the decision on an appeal",
        "It has no effect until a second member agrees.",
        shows.APPEAL_AFTER | {"status": "DRAFTED", "outcome": "overturned", "verbs": []},
    ),
    "send_back": Way(
        appeals.send_back,
        takes.AppealReasonIn,
        {"reason": "The roster was not looked at.", "version": 3},
        "As a second member, send a draft back",
    ),
    "agree": Way(
        appeals.agree,
        takes.AgreeToAppealIn,
        {"no_conflict": True, "version": 3},
        "Agree as a second member: the appeal is decided",
        "Overturned, the officer is restored with his dates and the register's entry voided, in the same transaction.",
        shows.APPEAL_AFTER
        | {
            "status": "DECIDED",
            "outcome": "overturned",
            "case_status": "CLOSED",
            "decided_at": "2026-12-20T10:00:00+07:00",
            "verbs": [],
        },
    ),
}


class OnAppeals(Door):
    """Officers' appeals, lodged at `/cases/{id}/lodge/` or by themselves."""

    queryset = Appeal.objects.none()
    scope_to_read, scope_to_write = Scope.CASES_READ, Scope.CASES_WRITE
    sensitive = ("text", "status", "outcome", "reasons")

    def rows(self) -> QuerySet[Appeal]:
        people = ("recorded_by", "admitted_by", "drafted_by", "agreed_by")
        return Appeal.objects.select_related("case__unit", *people)


class Appeals(OnAppeals):
    serializer_class = AppealOut
    filterset_class = AppealFilter
    keyset_order = ("-lodged_at", "-id")

    @operation(
        "list_appeals", "List appeals, the newest first", gives=AppealOut(many=True), shows=shows.APPEAL
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation("read_appeal", "Read an appeal", gives=OpenedAppealOut, shows=shows.OPENED_APPEAL)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk, OpenedAppealOut)


def _method(verb: str, way: Way) -> Callable[..., Response]:
    @operation(
        f"{verb}_appeal",
        way.summary,
        takes=way.takes,
        sends=[("For instance", way.sends)],
        gives=AppealStepOut,
        shows=way.shows or shows.APPEAL_AFTER,
        description=way.description,
    )
    def take(self: "AppealSteps", request: Request, pk: int) -> Response:
        given, version = self.given(way.takes), version_of(request)
        return self.answer(lambda: way.action(request.user, pk, version=version, **given))

    take.__name__ = verb
    return take


class AppealSteps(OnAppeals):
    """What appeal members do."""

    serializer_class: Any = AppealStepOut
    pagination_class = None
    filter_backends = ()


for _verb, _way in STEPS.items():
    setattr(AppealSteps, _verb, _method(_verb, _way))
