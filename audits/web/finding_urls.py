from django.urls import path

from audits.web.views import finding_steps, findings, recusals, waiting
from audits.web.views.finding_pages import PAGES

urlpatterns = [
    path("findings/", findings.findings, name="findings"),
    path("findings/export.csv", findings.export, name="findings_export"),
    path("findings/draft/", finding_steps.draft, name="finding_draft"),
    path("findings/<int:pk>/", findings.finding, name="finding"),
    path("findings/<int:pk>/amend/", finding_steps.amend, name="finding_amend"),
    *(
        path(
            f"findings/<int:pk>/{verb.replace('_', '-')}/",
            finding_steps.step,
            {"verb": verb},
            name=f"finding_{verb}",
        )
        for verb in PAGES
    ),
    path("<int:pk>/findings/draft/", finding_steps.draft_from_audit, name="audit_find"),
    path("recusals/", recusals.recusals, name="recusals"),
    path("recusals/declare/", recusals.declare, name="recusal_declare"),
    path("recusals/<int:pk>/end/", recusals.end, name="recusal_end"),
    path("waiting/", waiting.waiting, name="audits_waiting"),
]
