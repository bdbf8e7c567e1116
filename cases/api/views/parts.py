"""What was done and said about a complaint, in lists below it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api import examples
from cases.api.serializers.parts import (
    DeedOut,
    FlagsOut,
    HandoverOut,
    MessageOut,
    MissOut,
    NoteOut,
    PauseOut,
    ReferralOut,
)
from cases.api.views.complaints import OnComplaint
from cases.models import SEES, Complaint, Deed, Flag, Handover, Message, Miss, Note, Pause, Referral
from officers.api.documented import operation
from officers.models.users import below

#: Flags of one complaint in an answer.
MOST_FLAGS = 200


class Parts(OnComplaint):
    """Base: the rows of one complaint, in the order they came.

    Words that may repeat the report are for whoever reads it; a post sees what it wrote itself.
    """

    filter_backends = ()
    keyset_order: tuple[str, ...] = ("id",)
    noted = ""

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        """The rows of one kind, those for a reader of the report or for others. Each list has its own."""
        raise NotImplementedError  # of the base, which is no list and has no address

    def shows(self, pk: int) -> Response:
        complaint = self.seen(pk)
        read = complaint.is_read_by(self.request.user)
        rows = self.paginate_queryset(self.of(complaint, read)) or []
        self.note_look(complaint, self.noted)
        out = self.get_serializer_class()(rows, many=True, context={"read": read})
        return self.get_paginated_response([dict(row) for row in out.data])


class Deeds(Parts):
    queryset = Deed.objects.none()
    serializer_class = DeedOut
    noted = "deeds"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        rows = Deed.objects.filter(complaint=complaint).select_related("by", "unit")
        user: Any = self.request.user
        return rows if read else rows.filter(below(user.scope(*SEES)))

    @operation(
        "list_actions_on_complaint",
        "List the substantive actions",
        gives=DeedOut(many=True),
        shows=examples.DEED,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)


class Messages(Parts):
    queryset = Message.objects.none()
    serializer_class = MessageOut
    noted = "messages"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        if not read:
            raise Http404
        return Message.objects.filter(complaint=complaint).select_related("by")

    @operation(
        "list_messages_of_complaint",
        "List the thread with the reporter",
        gives=MessageOut(many=True),
        shows=examples.MESSAGE,
        description="Not there for a commune post.",
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)


class Notes(Parts):
    queryset = Note.objects.none()
    serializer_class = NoteOut
    noted = "notes"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        own = Q() if read else Q(by=self.request.user)
        return Note.objects.filter(own, complaint=complaint).select_related("by")

    @operation(
        "list_notes_on_complaint",
        "List what handlers wrote for each other",
        gives=NoteOut(many=True),
        shows=examples.NOTE,
        description="At a commune post, one's own.",
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)


class Handovers(Parts):
    queryset = Handover.objects.none()
    serializer_class = HandoverOut
    noted = "handovers"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        return Handover.objects.filter(complaint=complaint).select_related("from_unit", "to_unit")

    @operation(
        "list_handovers_of_complaint",
        "List the units that had it or were offered it",
        gives=HandoverOut(many=True),
        shows=examples.HANDOVER,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)


class Pauses(Parts):
    queryset = Pause.objects.none()
    serializer_class = PauseOut
    noted = "pauses"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        return Pause.objects.filter(complaint=complaint).select_related("asked_by", "agreed_by")

    @operation(
        "list_pauses_of_complaint",
        "List the standstills of its clocks",
        gives=PauseOut(many=True),
        shows=examples.PAUSE,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)


class Referrals(Parts):
    queryset = Referral.objects.none()
    serializer_class = ReferralOut
    noted = "referrals"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        return Referral.objects.filter(complaint=complaint).select_related("by")

    @operation(
        "list_referrals_of_complaint",
        "List what was referred to ministries",
        gives=ReferralOut(many=True),
        shows=examples.REFERRAL,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)


class Misses(Parts):
    queryset = Miss.objects.none()
    serializer_class = MissOut
    noted = "misses"

    def of(self, complaint: Complaint, read: bool) -> QuerySet[Any]:
        return Miss.objects.filter(complaint=complaint).select_related("complaint", "unit", "explained_by")

    @operation(
        "list_misses_of_complaint",
        "List the deadlines that units let pass with it",
        gives=MissOut(many=True),
        shows=examples.MISS,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.shows(pk)


class Flags(OnComplaint):
    """One page: of each kind there is one that is up."""

    serializer_class = FlagsOut
    pagination_class = None
    filter_backends = ()

    @operation(
        "list_flags_of_complaint",
        "List the flags that were raised, the newest first, and which act cleared them",
        gives=FlagsOut,
        shows={"results": [examples.FLAG]},
        description=f"The newest {MOST_FLAGS}.",
    )
    def all_of(self, request: Request, pk: int) -> Response:
        complaint = self.seen(pk)
        self.note_look(complaint, "flags")
        rows = Flag.objects.filter(complaint=complaint).select_related("unit")
        return Response(self.shown({"results": rows.order_by("-raised_at", "kind")[:MOST_FLAGS]}))
