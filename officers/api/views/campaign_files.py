"""Files that are a campaign: many sheets."""

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.reading import note_read
from officers.api import examples
from officers.api.documented import operation
from officers.api.serializers.imports import (
    BadRowOut,
    DescribeVersionedIn,
    ImportOut,
    NothingIn,
    OpenedCampaignOut,
    PlannedSheetOut,
    SheetFileIn,
    TakeIn,
)
from officers.api.serializers.sheets import ReasonIn
from officers.api.views.imports import FORM, BadRows, OfCampaigns, OneFile, Uploads
from officers.models import PlannedSheet


class CampaignFiles(OfCampaigns, Uploads):
    takes = SheetFileIn

    @operation(
        "list_campaign_files",
        "List files of campaigns, the newest first",
        gives=ImportOut(many=True),
        shows=examples.FILE,
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "upload_campaign_file",
        "Upload a campaign, many sheets of drug tests, as a file",
        takes=SheetFileIn,
        sends=[("A file, and what is the same for all its rows", examples.SHEET_UPLOAD)],
        sends_as=FORM,
        gives=OpenedCampaignOut,
        shows=examples.CAMPAIGN_FILE,
        status=201,
        description="Each row names its unit, site, day and kit in columns of their own, and rows that name the "
        "same stand on one sheet. Nothing is taken yet: as with a sheet's file.",
    )
    def create(self, request: Request) -> Response:
        return self.uploaded()


class CampaignFile(OfCampaigns, OneFile):
    @operation(
        "read_campaign_file",
        "Read how it stands with a campaign",
        gives=OpenedCampaignOut,
        shows=examples.CAMPAIGN_FILE,
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk)

    @operation(
        "describe_campaign_file",
        "Say what is the same for all rows of a campaign",
        takes=DescribeVersionedIn,
        sends=[("The reason for the test", {"reason": "census_campaign", "version": 2})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "CHECKING", "verbs": ["cancel"]},
        description="Its rows are checked again.",
    )
    def describe(self, request: Request, pk: int) -> Response:
        return self.described(pk)

    @operation(
        "take_campaign_file",
        "Have the good rows of a checked campaign taken, or go on with one that was stopped",
        takes=TakeIn,
        sends=[("The good ones", {"all_or_nothing": False, "version": 2})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "TAKING", "verbs": ["stop"]},
        description="Part by part, soon; `progress` says how far. With `all_or_nothing` as one act.",
    )
    def take(self, request: Request, pk: int) -> Response:
        return self.taken(pk)

    @operation(
        "stop_campaign_file",
        "Stop a campaign that is being taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 3})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "STOPPED", "verbs": ["take", "undo"]},
        description="What was taken stands; it can be taken on, or undone.",
    )
    def stop(self, request: Request, pk: int) -> Response:
        return self.stopped(pk)

    @operation(
        "cancel_campaign_file",
        "Give a campaign up before it is taken",
        takes=NothingIn,
        sends=[("The version seen", {"version": 2})],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "CANCELLED", "verbs": []},
    )
    def cancel(self, request: Request, pk: int) -> Response:
        return self.cancelled(pk)

    @operation(
        "undo_campaign_file",
        "Undo a campaign while nothing was built on it",
        takes=ReasonIn,
        sends=[("A reason", examples.REASON)],
        gives=OpenedCampaignOut,
        shows={**examples.CAMPAIGN_FILE, "status": "UNDONE", "verbs": []},
        description="Its lines and the sheets opened for them become void, as one act.",
    )
    def undo(self, request: Request, pk: int) -> Response:
        return self.undone(pk)


class CampaignFileProblems(OfCampaigns, BadRows):
    @operation(
        "list_problems_of_campaign_file",
        "List the rows that cannot be taken",
        gives=BadRowOut(many=True),
        shows=examples.BAD_ROW,
    )
    def list(self, request: Request, pk: int) -> Response:
        return self.listed_of(pk)


class CampaignFileSheets(OfCampaigns):
    serializer_class = PlannedSheetOut  # type: ignore[assignment]
    keyset_order = ("number", "id")

    @operation(
        "list_sheets_of_campaign_file",
        "List the sheets that the file makes",
        gives=PlannedSheetOut(many=True),
        shows=examples.PLANNED_SHEET,
    )
    def list(self, request: Request, pk: int) -> Response:
        file = self.visible().get(pk=self.seen(pk))
        note_read(request.user, "opened", self.table, pk, fields=["sheets"])
        planned: QuerySet[PlannedSheet] = file.planned_sheets.all()
        return self.get_paginated_response(self.shown(self.paginate_queryset(planned) or [], many=True))
