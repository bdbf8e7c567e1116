"""Pages of dismissal cases: the list, a case, and the steps up to the proposal."""

from django.urls import path

from cases.web.views import case, case_files, case_list, case_opening, case_steps, extracts
from cases.web.views.case_pages import PAGES

urlpatterns = [
    path("cases/", case_list.cases, name="cases"),
    path("cases/overview/", case_list.overview, name="cases_overview"),
    path("cases/waiting/", case_list.waiting, name="cases_waiting"),
    path("cases/of-officer/<int:pk>/", case_list.of_officer, name="officer_cases"),
    path("cases/open/", case_opening.look_up, name="case_look_up"),
    path("cases/open/<int:pk>/", case_opening.open_case, name="case_open"),
    path("cases/extracts/<int:pk>/", extracts.extract, name="extract"),
    path("complaints/<int:pk>/extract/", extracts.for_case, name="complaint_extract"),
    path("cases/<int:pk>/", case.case, name="case"),
    path("cases/<int:pk>/history/", case.history, name="case_history"),
    path("cases/<int:pk>/files/<int:file>/", case_files.file, name="case_file"),
    path("cases/<int:pk>/assign/", case_steps.assign, name="case-assign"),
    path("cases/<int:pk>/add-ground/", case_steps.add_ground, name="case-add-ground"),
    path("cases/<int:pk>/issue-notice/", case_steps.issue_notice, name="case-issue-notice"),
    path("cases/<int:pk>/propose/", case_steps.propose, name="case-propose"),
    path("cases/<int:pk>/draft-extract/", extracts.draft, name="case-draft-extract"),
    *(
        path(
            f"cases/<int:pk>/{verb.replace('_', '-')}/",
            case_steps.step,
            {"verb": verb},
            name=f"case-{verb.replace('_', '-')}",
        )
        for verb in PAGES
    ),
]
