from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import intake
from cases.api import examples
from cases.api.filters import ComplaintFilter
from cases.api.serializers.complaints import ComplaintOut, WholeOut
from cases.api.serializers.intake import ReceiptOut, ReportIn, report_of
from cases.api.serializers.parts import ComplaintHistoryOut
from cases.models import Complaint
from cases.queries.complaints import QUEUE, with_flags
from foundation.api.headers import idempotency_key
from ledger.models import Event
from ledger.reading import note_read
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models.api_keys import Scope
from officers.queries.stamps import stamped

#: Events of one complaint in an answer.
MOST_EVENTS = 200
#: What a reader sees of a complaint, and what a commune post sees of it.
REPORT = ("narrative", "place_text", "happened", "how_known", "named", "summary", "answer", "task")
TASK = ("category", "place_code", "task")


def complaint_rows() -> QuerySet[Complaint]:
    return stamped(with_flags(Complaint.objects.select_related("unit", "handler", "offered_to")))


class OnComplaint(Door):
    """Base of the doors to a complaint and to what belongs to it."""

    queryset: QuerySet[Any] = Complaint.objects.none()
    scope_to_read, scope_to_write = Scope.COMPLAINTS_READ, Scope.COMPLAINTS_WRITE

    def rows(self) -> QuerySet[Complaint]:
        return complaint_rows()

    def seen(self, pk: int) -> Complaint:
        """:raises Http404: if there is none that the caller may see"""
        row = complaint_rows().visible_to(self.request.user).filter(pk=pk).first()  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        return row

    def note_look(self, row: Complaint, *fields: str) -> None:
        note_read(self.request.user, "opened", Complaint._meta.db_table, row.pk, fields=fields)


class Complaints(OnComplaint):
    """Reports of wrongs, from the day they were received to their outcome."""

    serializer_class = ComplaintOut
    filterset_class = ComplaintFilter
    keyset_order = QUEUE
    sensitive = ("category", "place_code", "status")

    def scope_of(self, method: str | None) -> Scope | None:
        return Scope.COMPLAINTS_HAND_IN if self.action == "create" else super().scope_of(method)

    @operation(
        "list_complaints",
        "List complaints, the most overdue first",
        gives=ComplaintOut(many=True),
        shows=examples.COMPLAINT,
        description="Those your units handle or are offered. Where no clock runs comes last.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "hand_in_report",
        "Hand in a report",
        takes=ReportIn,
        sends=[("From a partner organisation", examples.REPORT_IN)],
        gives=ReceiptOut,
        shows=examples.RECEIPT,
        status=201,
        description="The rules say who handles it; you do not see it afterwards unless that is you. The answer is "
        "the receipt, for the reporter, and nothing of it is kept. The same request under the same Idempotency-Key "
        "gets the same receipt and makes no second report, after 24 hours too.",
    )
    def create(self, request: Request) -> Response:
        given = self.given(ReportIn)
        about = {name: given[name] for name in ("channel", "received_on") if name in given}
        key = idempotency_key(request)
        # Who repeats the request gets the receipt again, since it is made of what he repeats.
        token = None if key is None else f"{request.user.pk} {key} {self.fingerprint().hex()}"

        def hand_in() -> tuple[Complaint, str]:
            return intake.hand_in(request.user, report_of(given), token=token, **about)

        return self.answer(
            hand_in,
            status=201,
            render=lambda handed_in: {"receipt": handed_in[1]},
            again=lambda: {"receipt": hand_in()[1]},
        )

    @operation(
        "read_complaint",
        "Read a complaint",
        gives=WholeOut,
        shows=examples.WHOLE,
        description="With its clocks, the flags that are up and the report. A commune post reads the `task` in "
        "place of the report. It is a look and opens nothing: that is the step `open`.",
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        row = self.seen(pk)
        self.note_look(row, *(REPORT if row.is_read_by(request.user) else TASK))
        return Response(self.shown(row, out=WholeOut))

    @operation(
        "read_history_of_complaint",
        "Read which units had a complaint, and its events",
        gives=ComplaintHistoryOut,
        shows=examples.HISTORY,
        description=f"Of events the newest {MOST_EVENTS}.",
    )
    def history(self, request: Request, pk: int) -> Response:
        row = self.seen(pk)
        self.note_look(row, "history")
        body = ComplaintHistoryOut(
            {
                "handovers": row.handovers.select_related("from_unit", "to_unit").order_by("-pk"),
                "events": Event.objects.about(row).order_by("-id")[:MOST_EVENTS],
            },
            context={"read": row.is_read_by(request.user)},
        )
        return Response(dict(body.data))
