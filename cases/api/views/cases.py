from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from cases.actions import cases
from cases.api import examples_cases as shows
from cases.api.case_filters import CaseFilter
from cases.api.serializers.case_steps import OpenCaseIn
from cases.api.serializers.cases import CaseHistoryOut, CaseInFullOut, CaseOpenedOut, CaseOut
from cases.models import Case
from ledger.models import Event
from ledger.reading import note_read
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped

#: Events of one case in an answer.
MOST_EVENTS = 200
#: How the list is ordered: most overdue first, where no clock runs last.
ORDER = ("due_on", "id")
#: What a reader of a case sees beside the list's fields.
IN_FULL = (
    "severity_reasons",
    "investigation",
    "grounds",
    "papers",
    "extracts",
    "notices",
    "statements",
    "suspensions",
    "prosecutions",
    "proposals",
    "opinions",
    "decisions",
    "measures",
    "appeals",
)


def case_rows() -> QuerySet[Case]:
    joined = Case.objects.select_related("officer", "officer_unit", "unit", "case_officer")
    return stamped(joined)


class OnCases(Door):
    """Base of the doors to cases and to what belongs to them."""

    queryset: QuerySet[Any] = Case.objects.none()
    serializer_class: type[Serializer] = CaseOut
    scope_to_read, scope_to_write = Scope.CASES_READ, Scope.CASES_WRITE
    sensitive: tuple[str, ...] = ("officer", "rank", "status", "severity", "outcome")

    def rows(self) -> QuerySet[Any]:
        return case_rows()

    def seen(self, pk: int) -> Case:
        """:raises Http404: if there is none that the caller may see"""
        row = case_rows().visible_to(self.request.user).filter(pk=pk).first()  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        return row


class Cases(OnCases):
    """Dismissal cases, from the ground to the measure and the appeal."""

    filterset_class = CaseFilter
    keyset_order = ORDER

    @operation(
        "list_cases",
        "List cases, the most overdue first",
        gives=CaseOut(many=True),
        shows=shows.CASE,
        description="Of your units, from the step on at which you have a part in them. Where no clock runs comes last.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "open_case",
        "Open a case against an officer",
        takes=OpenCaseIn,
        sends=[("Number and year as typed", shows.OPEN_IN)],
        gives=CaseOpenedOut,
        shows=shows.OPENED,
        status=201,
        description="Service number and year of birth are held against the officer chosen. An officer has one open "
        "case; a further ground is added there.",
    )
    def create(self, request: Request) -> Response:
        given = self.given(OpenCaseIn)
        return self.answer(lambda: cases.open(request.user, **given), status=201, out=CaseOpenedOut)

    @operation(
        "read_case",
        "Read a case with all that belongs to it",
        gives=CaseInFullOut,
        shows=shows.IN_FULL,
        description="Of a complaint it holds what was disclosed and no word more; which complaint it was is said only "
        "to who reads that complaint.",
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        self.sensitive = (*type(self).sensitive, *IN_FULL)
        return self.opened(pk, CaseInFullOut)

    @operation(
        "read_history_of_case",
        "Read the events of a case",
        gives=CaseHistoryOut,
        shows=shows.HISTORY,
        description=f"The newest {MOST_EVENTS}.",
    )
    def history(self, request: Request, pk: int) -> Response:
        row = self.seen(pk)
        note_read(request.user, "opened", Case._meta.db_table, row.pk, fields=["history"])
        events = Event.objects.about(row).order_by("-id")[:MOST_EVENTS]
        return Response(self.shown({"events": events}, out=CaseHistoryOut))
