from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.headers import version_of
from ledger.models import Event
from ledger.reading import note_read
from officers import rules
from officers.actions import officers
from officers.api import examples
from officers.api.documented import operation
from officers.api.doors import Door
from officers.api.filters import OfficerFilter
from officers.api.serializers.officers import (
    CorrectOfficerIn,
    HistoryOut,
    LeaveIn,
    OfficerOut,
    PostIn,
    RegisterIn,
    RenumberIn,
    TestsTakenOut,
)
from officers.models import Officer
from officers.models.api_keys import Scope
from officers.queries.officers import ORDER, find_officers
from officers.queries.stamps import stamped
from officers.queries.taken import MOST as MOST_TESTS
from officers.queries.taken import tests_taken

#: Events of one officer in an answer.
MOST_EVENTS = 200


class Officers(Door):
    """The roll."""

    queryset = Officer.objects.none()
    serializer_class = OfficerOut
    filterset_class = OfficerFilter
    scope_to_read, scope_to_write = Scope.OFFICERS_READ, Scope.OFFICERS_WRITE
    sensitive = ("name_km", "name_latin", "sex", "birth_year", "rank", "status")

    @property
    def keyset_order(self) -> tuple[str, ...]:
        return ORDER if self._searched else ("sort_key", "id")

    @property
    def _searched(self) -> str:
        return self.request.query_params.get("q", "").strip()

    def rows(self) -> QuerySet[Officer]:
        return stamped(Officer.objects.select_related("unit"))

    def visible(self) -> QuerySet[Officer]:
        if self.action == "list" and self._searched:
            return stamped(find_officers(self.request.user, self._searched).select_related("unit"))
        return super().visible()

    @operation(
        "list_officers",
        "List or search officers",
        gives=OfficerOut(many=True),
        shows=examples.OFFICER,
        description="In the order of a Khmer dictionary; with `q`, the best match first.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "register_officer",
        "Enter an officer on the roll",
        takes=RegisterIn,
        sends=[("With his first posting", examples.REGISTER)],
        gives=OfficerOut,
        shows=examples.OFFICER,
        status=201,
    )
    def create(self, request: Request) -> Response:
        given = _acted(self.given(RegisterIn))
        return self.answer(lambda: officers.register(request.user, **given), status=201)

    @operation("read_officer", "Read an officer", gives=OfficerOut, shows=examples.OFFICER)
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "read_history_of_officer",
        "Read an officer's numbers, postings and events",
        gives=HistoryOut,
        shows=examples.HISTORY,
        description=f"The newest first; of events the newest {MOST_EVENTS}.",
    )
    def history(self, request: Request, pk: int) -> Response:
        officer = self.visible().filter(pk=pk).first()
        if officer is None:
            raise Http404
        note_read(request.user, "opened", self.table, officer.pk, fields=["history"])
        return Response(
            self.shown(
                {
                    "service_numbers": officer.service_numbers.standing().order_by("-held"),
                    "postings": officer.postings.standing().select_related("unit").order_by("-held"),
                    "events": Event.objects.about(officer).order_by("-id")[:MOST_EVENTS],
                },
                out=HistoryOut,
            )
        )

    @operation(
        "list_tests_taken_by_officer",
        "List on which days an officer was tested",
        gives=TestsTakenOut,
        shows={"results": [examples.TEST_TAKEN]},
        description="For those who see officers and not their tests. An outcome is named once it is verified and on "
        f"the line; until then, and for whatever else came of it, it is `taken`. The newest {MOST_TESTS}.",
    )
    def tests_taken(self, request: Request, pk: int) -> Response:
        officer = self.visible().filter(pk=pk).first()
        user: Any = request.user
        if officer is None or not rules.is_told_of_tests(user, officer):
            raise Http404
        note_read(user, "listed", "officers_drugtest", fields=["tested_on", "status"], officer=officer.pk)
        return Response(self.shown({"results": tests_taken(officer)}, out=TestsTakenOut))

    @operation(
        "correct_officer",
        "Correct what was written wrongly about an officer",
        takes=CorrectOfficerIn,
        sends=[
            (
                "Another year of birth",
                {
                    "name_km": "ចំប៉ា សុវណ្ណរ៉ា",
                    "name_latin": "Champa Sovannara",
                    "sex": "M",
                    "birth_year": 1990,
                    "reason": "As in the birth certificate.",
                    "version": 1,
                },
            )
        ],
        gives=OfficerOut,
        shows={**examples.OFFICER, "birth_year": 1990, "version": 2},
    )
    def correct(self, request: Request, pk: int) -> Response:
        return self._step(officers.correct, pk, self.given(CorrectOfficerIn))

    @operation(
        "renumber_officer",
        "Give an officer another service number",
        takes=RenumberIn,
        sends=[("A new number", {"number": "200871", "reason": "Order 12/2026", "version": 1})],
        gives=OfficerOut,
        shows={**examples.OFFICER, "service_number": "200871", "version": 2},
    )
    def renumber(self, request: Request, pk: int) -> Response:
        return self._step(officers.renumber, pk, self.given(RenumberIn))

    @operation(
        "post_officer",
        "Post an officer to a unit, or give him another rank or post there",
        takes=PostIn,
        sends=[
            (
                "A posting",
                {
                    "unit": 412,
                    "rank": "SGT",
                    "title": "Chief of post",
                    "is_head": True,
                    "since": "2026-11-16",
                    "reason": "Order 13/2026",
                    "version": 1,
                },
            )
        ],
        gives=OfficerOut,
        shows={**examples.OFFICER, "version": 2},
    )
    def post_to_unit(self, request: Request, pk: int) -> Response:
        return self._step(officers.post, pk, _acted(self.given(PostIn)))

    @operation(
        "record_leaving_of_officer",
        "Record that an officer retired, resigned or died",
        takes=LeaveIn,
        sends=[("A retirement", {"status": "RETIRED", "on": "2026-11-15", "reason": "Decree 3/2026"})],
        gives=OfficerOut,
        shows={**examples.OFFICER, "status": "RETIRED", "verbs": ["correct"], "version": 2},
    )
    def leave(self, request: Request, pk: int) -> Response:
        return self._step(officers.leave, pk, self.given(LeaveIn))

    def _step(self, action: Any, pk: int, given: dict[str, Any]) -> Response:
        version = version_of(self.request)
        return self.answer(lambda: action(self.request.user, pk, version=version, **given))


def _acted(given: dict[str, Any]) -> dict[str, Any]:
    """The body in the action's words."""
    return {"unit_id" if name == "unit" else name: value for name, value in given.items()}
