"""The log itself: events in their sealed order, the images of rows they left, and who looked at what."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from audits.api import examples
from audits.api.filters import ChangeFilter, EventFilter, ReadFilter
from audits.api.serializers.log import LogChangeOut, LogEventOut, LogReadOut
from audits.api.views.reading import AuditDoor
from audits.queries import log
from foundation.api.lines import LinesRenderer, lines, wants_lines
from ledger.models import Change, Read, Seal
from ledger.reading import note_read
from ledger.snapshot import streamed
from officers.api.documented import operation
from officers.api.filters import LARGEST_ID

LINES = "One such object a line, of all that match, in the order of the list, whatever the page."
WHOSE = (
    "For auditors of the Ministry; another auditor names a record he sees by `table` and `row`. Left out is what you "
    "are kept from, and what is closed to all auditors."
)


class LogDoor(AuditDoor):
    """A list that is given page by page, or as lines."""

    renderer_classes = [JSONRenderer, LinesRenderer]

    def found(self, user: Any, table: str, row: int | None) -> QuerySet[Any]:
        raise NotImplementedError  # of the base, which is no list and has no address

    def visible(self) -> QuerySet[Any]:
        query = self.request.query_params
        text = query.get("row", "")
        # Of what is no id the filter says so.
        is_id = text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST_ID
        return self.found(self.request.user, query.get("table", ""), int(text) if is_id else None)

    def answered(self) -> HttpResponseBase:
        if not wants_lines(self.request):
            return self.listed()
        rows = self.filter_queryset(self.visible()).order_by(*self.keyset_order)  # type: ignore[attr-defined]
        query = dict(self.request.query_params.items())
        note_read(self.request.user, "exported", self.table, fields=self.sensitive, query=query)
        out = self.get_serializer_class()(context=self.get_serializer_context())
        return lines(streamed(rows), out.to_representation)


class Events(LogDoor):
    """Acts, in the order in which they were sealed."""

    queryset = Seal.objects.none()
    serializer_class = LogEventOut
    filterset_class = EventFilter
    keyset_order = ("position",)
    sensitive = ("actor", "reason", "facts")
    table = "ledger_event"

    def found(self, user: Any, table: str, row: int | None) -> QuerySet[Seal]:
        return log.events(user, table, row)

    @operation(
        "list_events",
        "List the events of the log, in their sealed order",
        gives=LogEventOut(many=True),
        shows=examples.EVENT,
        description="An id handed out before its commit can surface late, a position cannot: follow the log by "
        f"`position_from`, never by ids. {WHOSE}",
        lines=LINES,
    )
    def list(self, request: Request) -> HttpResponseBase:
        return self.answered()


class Changes(LogDoor):
    """Rows as events left them."""

    queryset = Change.objects.none()
    serializer_class = LogChangeOut
    filterset_class = ChangeFilter
    keyset_order = ("event__seal__position", "id")
    sensitive = ("image",)
    table = Change._meta.db_table

    def found(self, user: Any, table: str, row: int | None) -> QuerySet[Change]:
        return log.changes(user, table, row)

    @operation(
        "list_changes",
        "List the images of rows, in the sealed order of their events",
        gives=LogChangeOut(many=True),
        shows=examples.CHANGE,
        description="Sealed reporters, treatment, whoever is barred, and credentials are in none of them: "
        f"`closed` names what is left out of a row. {WHOSE}",
        lines=LINES,
    )
    def list(self, request: Request) -> HttpResponseBase:
        return self.answered()


class Reads(LogDoor):
    """Looks, the newest first."""

    queryset = Read.objects.none()
    serializer_class = LogReadOut
    filterset_class = ReadFilter
    keyset_order = ("-id",)
    sensitive = ("actor", "detail")
    table = Read._meta.db_table

    def found(self, user: Any, table: str, row: int | None) -> QuerySet[Read]:
        return log.reads(user, table, row)

    @operation(
        "list_reads",
        "List who looked at what, the newest first",
        gives=LogReadOut(many=True),
        shows=examples.READ,
        description=f"A look can surface late: ask for a day anew once it is over. {WHOSE}",
        lines=LINES,
    )
    def list(self, request: Request) -> HttpResponseBase:
        return self.answered()
