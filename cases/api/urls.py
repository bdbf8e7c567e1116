"""The API of the floor, under the same `/api/v1/` as that of the floor below."""

from typing import Any

from django.urls import path

from cases.api.case_urls import v1 as of_cases
from cases.api.views import figures, parts
from cases.api.views.complaints import Complaints
from cases.api.views.files import Files, HeldFiles
from cases.api.views.intake import StatusByReceipt
from cases.api.views.misses import Failures, UnitMisses
from cases.api.views.searches import SavedSearches
from cases.api.views.steps import STEPS, Steps

PARTS: dict[str, Any] = {
    "deeds": parts.Deeds,
    "messages": parts.Messages,
    "files": Files,
    "notes": parts.Notes,
    "handovers": parts.Handovers,
    "pauses": parts.Pauses,
    "referrals": parts.Referrals,
    "misses": parts.Misses,
}

v1 = [
    path("complaints/", Complaints.as_view({"get": "list", "post": "create"})),
    path("complaints/files/", HeldFiles.as_view({"post": "create"})),
    path("complaints/status/", StatusByReceipt.as_view({"post": "ask"})),
    path("complaints/<int:pk>/", Complaints.as_view({"get": "retrieve"})),
    path("complaints/<int:pk>/history/", Complaints.as_view({"get": "history"})),
    path("complaints/<int:pk>/flags/", parts.Flags.as_view({"get": "all_of"})),
    *(path(f"complaints/<int:pk>/{name}/", door.as_view({"get": "list"})) for name, door in PARTS.items()),
    path("complaints/<int:pk>/files/<int:file>/", Files.as_view({"get": "retrieve"})),
    *(path(f"complaints/<int:pk>/{verb}/", Steps.as_view({"post": verb})) for verb in STEPS),
    path("saved-searches/", SavedSearches.as_view({"get": "list", "post": "create"})),
    path("saved-searches/<int:pk>/", SavedSearches.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("saved-searches/<int:pk>/remove/", SavedSearches.as_view({"post": "remove"})),
    path("saved-searches/<int:pk>/restore/", SavedSearches.as_view({"post": "restore"})),
    path("misses/", UnitMisses.as_view({"get": "list"})),
    path("misses/<int:pk>/", UnitMisses.as_view({"get": "retrieve"})),
    path("misses/<int:pk>/explain/", UnitMisses.as_view({"post": "explain"})),
    path("failures/", Failures.as_view({"get": "list"})),
    path("failures/<int:pk>/", Failures.as_view({"get": "retrieve"})),
    path("failures/<int:pk>/accept/", Failures.as_view({"post": "accept"})),
    path("failures/<int:pk>/decline/", Failures.as_view({"post": "decline"})),
    *of_cases,
    path("figures/", figures.AllFigures.as_view({"get": "retrieve"})),
    path("figures/measures/", figures.MeasuresBehind.as_view({"get": "list"})),
    path("figures/tests/", figures.TestsBehind.as_view({"get": "list"})),
    path("earlier-measures/", figures.EarlierMeasures.as_view({"get": "list"})),
]

urlpatterns = v1
