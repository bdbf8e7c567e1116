"""The API of the floor, and its description."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from officers.api.views import campaign_files, laboratory_files, roster_files, sheet_files
from officers.api.views.custody import CustodyProblems, SpecimenCustody
from officers.api.views.description import docs
from officers.api.views.drug_tests import DrugTests
from officers.api.views.letters import Letters
from officers.api.views.me import Me
from officers.api.views.not_tested import NotTested
from officers.api.views.notices import NoticeChoice, Notices
from officers.api.views.officers import Officers
from officers.api.views.reviews import STEPS, Reviews, ReviewSteps
from officers.api.views.settings import Settings
from officers.api.views.sheets import Sheets
from officers.api.views.specimen_numbers import SpecimenRanges, SpoiledNumbers
from officers.api.views.specimens import Specimens
from officers.api.views.units import Units

v1 = [
    path("me/", Me.as_view({"get": "retrieve"})),
    path("notices/", Notices.as_view({"get": "list"})),
    path("notices/choice/", NoticeChoice.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("notices/read/", Notices.as_view({"post": "mark_all"})),
    path("notices/<int:pk>/", Notices.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("sheets/", Sheets.as_view({"get": "list", "post": "create"})),
    path(
        "sheets/<int:pk>/",
        Sheets.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="api_sheet",
    ),
    path("sheets/<int:pk>/send/", Sheets.as_view({"post": "send"})),
    path("sheets/<int:pk>/void/", Sheets.as_view({"post": "void"})),
    path("drug-tests/", DrugTests.as_view({"get": "list", "post": "create"})),
    path("drug-tests/sheet/", DrugTests.as_view({"post": "sheet"})),
    path("drug-tests/<int:pk>/", DrugTests.as_view({"get": "retrieve"})),
    path("drug-tests/<int:pk>/correct/", DrugTests.as_view({"post": "correct"})),
    path("drug-tests/<int:pk>/void/", DrugTests.as_view({"post": "void"})),
    path("drug-tests/<int:pk>/dispatch/", DrugTests.as_view({"post": "send_specimen"})),
    path("specimens/", Specimens.as_view({"get": "list"})),
    path("specimens/<int:pk>/", Specimens.as_view({"get": "retrieve"})),
    path("specimens/<int:pk>/receive/", Specimens.as_view({"post": "receive"})),
    path("specimens/<int:pk>/redesignate/", Specimens.as_view({"post": "redesignate"})),
    path("specimens/<int:pk>/reject/", Specimens.as_view({"post": "reject"})),
    path("specimens/<int:pk>/report/", Specimens.as_view({"post": "report"})),
    path("specimens/<int:pk>/report_second/", Specimens.as_view({"post": "report_second"})),
    path("specimens/<int:pk>/direct/", SpecimenCustody.as_view({"post": "direct"})),
    path("specimens/<int:pk>/hand_over/", SpecimenCustody.as_view({"post": "hand_over"})),
    path("custody-problems/", CustodyProblems.as_view({"get": "list"})),
    path("custody-problems/<int:pk>/", CustodyProblems.as_view({"get": "retrieve"})),
    path("custody-problems/<int:pk>/settle/", CustodyProblems.as_view({"post": "settle"})),
    path("drug-tests/<int:pk>/claim/", DrugTests.as_view({"post": "claim"})),
    path("reviews/", Reviews.as_view({"get": "list"})),
    path("reviews/<int:pk>/", Reviews.as_view({"get": "retrieve"})),
    *(path(f"reviews/<int:pk>/{verb}/", ReviewSteps.as_view({"post": verb})) for verb in STEPS),
    path("letters/<slug:number>/service/", Letters.as_view({"post": "service"})),
    path("specimen-numbers/", SpecimenRanges.as_view({"get": "list", "post": "create"})),
    path("specimen-numbers/<int:pk>/", SpecimenRanges.as_view({"get": "retrieve"})),
    path("specimen-numbers/spoiled/", SpoiledNumbers.as_view({"get": "list", "post": "create"})),
    path("specimen-numbers/spoiled/<int:pk>/", SpoiledNumbers.as_view({"get": "retrieve"})),
    path("imports/sheets/", sheet_files.SheetFiles.as_view({"get": "list", "post": "create"})),
    path("imports/sheets/<int:pk>/", sheet_files.SheetFile.as_view({"get": "retrieve"})),
    path("imports/sheets/<int:pk>/problems/", sheet_files.SheetFileProblems.as_view({"get": "list"})),
    path("imports/sheets/<int:pk>/describe/", sheet_files.SheetFile.as_view({"post": "describe"})),
    path("imports/sheets/<int:pk>/take/", sheet_files.SheetFile.as_view({"post": "take"})),
    path("imports/sheets/<int:pk>/cancel/", sheet_files.SheetFile.as_view({"post": "cancel"})),
    path("imports/sheets/<int:pk>/undo/", sheet_files.SheetFile.as_view({"post": "undo"})),
    path("imports/campaigns/", campaign_files.CampaignFiles.as_view({"get": "list", "post": "create"})),
    path("imports/campaigns/<int:pk>/", campaign_files.CampaignFile.as_view({"get": "retrieve"})),
    path("imports/campaigns/<int:pk>/sheets/", campaign_files.CampaignFileSheets.as_view({"get": "list"})),
    path(
        "imports/campaigns/<int:pk>/problems/", campaign_files.CampaignFileProblems.as_view({"get": "list"})
    ),
    path("imports/campaigns/<int:pk>/describe/", campaign_files.CampaignFile.as_view({"post": "describe"})),
    path("imports/campaigns/<int:pk>/take/", campaign_files.CampaignFile.as_view({"post": "take"})),
    path("imports/campaigns/<int:pk>/stop/", campaign_files.CampaignFile.as_view({"post": "stop"})),
    path("imports/campaigns/<int:pk>/cancel/", campaign_files.CampaignFile.as_view({"post": "cancel"})),
    path("imports/campaigns/<int:pk>/undo/", campaign_files.CampaignFile.as_view({"post": "undo"})),
    path("imports/laboratory/", laboratory_files.LaboratoryFiles.as_view({"get": "list", "post": "create"})),
    path("imports/laboratory/<int:pk>/", laboratory_files.LaboratoryFile.as_view({"get": "retrieve"})),
    path(
        "imports/laboratory/<int:pk>/problems/",
        laboratory_files.LaboratoryFileProblems.as_view({"get": "list"}),
    ),
    path("imports/laboratory/<int:pk>/take/", laboratory_files.LaboratoryFile.as_view({"post": "take"})),
    path("imports/laboratory/<int:pk>/stop/", laboratory_files.LaboratoryFile.as_view({"post": "stop"})),
    path("imports/laboratory/<int:pk>/cancel/", laboratory_files.LaboratoryFile.as_view({"post": "cancel"})),
    path("imports/rosters/", roster_files.RosterFiles.as_view({"get": "list", "post": "create"})),
    path("imports/rosters/<int:pk>/", roster_files.RosterFile.as_view({"get": "retrieve"})),
    path("imports/rosters/<int:pk>/problems/", roster_files.RosterFileProblems.as_view({"get": "list"})),
    path("imports/rosters/<int:pk>/take/", roster_files.RosterFile.as_view({"post": "take"})),
    path("imports/rosters/<int:pk>/stop/", roster_files.RosterFile.as_view({"post": "stop"})),
    path("imports/rosters/<int:pk>/cancel/", roster_files.RosterFile.as_view({"post": "cancel"})),
    path("imports/rosters/<int:pk>/undo/", roster_files.RosterFile.as_view({"post": "undo"})),
    path("officers/", Officers.as_view({"get": "list", "post": "create"})),
    path("officers/not-tested/", NotTested.as_view({"get": "list"})),
    path("officers/<int:pk>/", Officers.as_view({"get": "retrieve"})),
    path("officers/<int:pk>/history/", Officers.as_view({"get": "history"})),
    path("officers/<int:pk>/tests-taken/", Officers.as_view({"get": "tests_taken"})),
    path("officers/<int:pk>/correct/", Officers.as_view({"post": "correct"})),
    path("officers/<int:pk>/renumber/", Officers.as_view({"post": "renumber"})),
    path("officers/<int:pk>/post/", Officers.as_view({"post": "post_to_unit"})),
    path("officers/<int:pk>/leave/", Officers.as_view({"post": "leave"})),
    path("units/", Units.as_view({"get": "list"})),
    path("units/<int:pk>/", Units.as_view({"get": "retrieve"})),
    path("settings/", Settings.as_view({"get": "in_force"})),
    path("settings/<slug:kind>/", Settings.as_view({"get": "retrieve"})),
]

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", docs, name="api_docs"),
    path("v1/", include(v1)),
]
