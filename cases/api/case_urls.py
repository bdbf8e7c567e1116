"""The API of dismissal cases. A verb of two words has a dash in its address."""

from django.urls import path

from cases.api.views import appeals
from cases.api.views.appeals import Appeals, AppealSteps
from cases.api.views.case_files import FilesOfCase, FilesOfOrder, HeldScans
from cases.api.views.case_steps import STEPS, CaseSteps
from cases.api.views.cases import Cases
from cases.api.views.delegations import Delegations
from cases.api.views.extracts import Extracts
from cases.api.views.measures import BarredRegister, Measures
from cases.api.views.orders import Orders


def dashed(verb: str) -> str:
    return verb.replace("_", "-")


v1 = [
    path("cases/", Cases.as_view({"get": "list", "post": "create"})),
    path("cases/files/", HeldScans.as_view({"post": "create"})),
    path("cases/<int:pk>/", Cases.as_view({"get": "retrieve"})),
    path("cases/<int:pk>/history/", Cases.as_view({"get": "history"})),
    path("cases/<int:pk>/files/", FilesOfCase.as_view({"get": "list"})),
    path("cases/<int:pk>/files/<int:file>/", FilesOfCase.as_view({"get": "retrieve"})),
    *(path(f"cases/<int:pk>/{dashed(verb)}/", CaseSteps.as_view({"post": verb})) for verb in STEPS),
    path("extracts/", Extracts.as_view({"get": "list"})),
    path("extracts/<int:pk>/", Extracts.as_view({"get": "retrieve"})),
    path("extracts/<int:pk>/check/", Extracts.as_view({"post": "check"})),
    path("extracts/<int:pk>/send-back/", Extracts.as_view({"post": "send_back"})),
    path("orders/", Orders.as_view({"get": "list", "post": "create"})),
    path("orders/<int:pk>/", Orders.as_view({"get": "retrieve"})),
    path("orders/<int:pk>/files/", FilesOfOrder.as_view({"get": "list"})),
    path("orders/<int:pk>/files/<int:file>/", FilesOfOrder.as_view({"get": "retrieve"})),
    path("orders/<int:pk>/verify/", Orders.as_view({"post": "verify"})),
    path("orders/<int:pk>/reject/", Orders.as_view({"post": "reject"})),
    path("appeals/", Appeals.as_view({"get": "list"})),
    path("appeals/<int:pk>/", Appeals.as_view({"get": "retrieve"})),
    *(
        path(f"appeals/<int:pk>/{dashed(verb)}/", AppealSteps.as_view({"post": verb}))
        for verb in appeals.STEPS
    ),
    path("delegations/", Delegations.as_view({"get": "list", "post": "create"})),
    path("delegations/<int:pk>/", Delegations.as_view({"get": "retrieve"})),
    path("delegations/<int:pk>/end/", Delegations.as_view({"post": "end"})),
    path("measures/", Measures.as_view({"get": "list"})),
    path("measures/<int:pk>/", Measures.as_view({"get": "retrieve"})),
    path("barred-register/", BarredRegister.as_view({"get": "list"})),
    path("barred-register/<int:pk>/", BarredRegister.as_view({"get": "retrieve"})),
]
