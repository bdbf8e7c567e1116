"""The API of the floor, under the same `/api/v1/` as those of the floors below. A verb of two words has a dash."""

from django.urls import path

from audits.api.views import steps, work
from audits.api.views.log import Changes, Events, Reads


def _dashed(verb: str) -> str:
    return verb.replace("_", "-")


v1 = [
    path("audits/", work.Audits.as_view({"get": "list"})),
    path("audits/<int:pk>/", work.Audits.as_view({"get": "retrieve"})),
    path("audits/events/", Events.as_view({"get": "list"})),
    path("audits/changes/", Changes.as_view({"get": "list"})),
    path("audits/reads/", Reads.as_view({"get": "list"})),
    path("audits/samples/", work.Samples.as_view({"get": "list"})),
    path("audits/samples/<int:pk>/", work.Samples.as_view({"get": "retrieve"})),
    path("audits/samples/<int:pk>/records/", work.SampleItems.as_view({"get": "list"})),
    path("audits/samples/<int:pk>/population/", work.Populations.as_view({"get": "retrieve"})),
    path("audits/reviews/", work.Reviews.as_view({"get": "list"})),
    path("audits/reviews/<int:pk>/", work.Reviews.as_view({"get": "retrieve"})),
    *(
        path(
            f"audits/reviews/<int:pk>/{_dashed(verb)}/",
            steps.ReviewSteps.as_view({"post": steps.method_of(verb)}),
        )
        for verb in steps.REVIEWS
    ),
    path("audits/findings/", work.Findings.as_view({"get": "list", "post": "create"})),
    path("audits/findings/<int:pk>/", work.Findings.as_view({"get": "retrieve"})),
    *(
        path(
            f"audits/findings/<int:pk>/{_dashed(verb)}/",
            steps.FindingSteps.as_view({"post": steps.method_of(verb)}),
        )
        for verb in steps.FINDINGS
    ),
]

urlpatterns = v1
