from django.urls import path

from audits.web.views import plan, planning, reports, risks, samples, sampling

urlpatterns = [
    path("", plan.audits, name="audits"),
    path("plan/", planning.plan, name="audit_plan"),
    path("<int:pk>/", plan.audit, name="audit"),
    path("<int:pk>/amend/", planning.amend, name="audit_amend"),
    path("<int:pk>/start/", planning.start, name="audit_start"),
    path("<int:pk>/report/", planning.report, name="audit_report"),
    path("<int:pk>/drop/", planning.drop, name="audit_drop"),
    path("<int:pk>/risks/", risks.risks, name="audit_risks"),
    path("<int:pk>/paper/", reports.paper, name="audit_paper"),
    path("<int:pk>/spreadsheet/", reports.spreadsheet, name="audit_spreadsheet"),
    path("<int:pk>/samples/random/", sampling.choose, {"kind": "random"}, name="audit_choose_random"),
    path("<int:pk>/samples/directed/", sampling.choose, {"kind": "directed"}, name="audit_choose_directed"),
    path("<int:pk>/samples/random/<slug:about>/", sampling.freeze, name="audit_freeze"),
    path("<int:pk>/samples/directed/<slug:about>/", sampling.direct, name="audit_direct"),
    path("samples/<int:pk>/", samples.sample, name="sample"),
    path("samples/<int:pk>/population/", samples.population, name="sample_population"),
    path("samples/<int:pk>/facts/", samples.facts, name="sample_facts"),
    path("samples/<int:pk>/draw/", sampling.draw, name="sample_draw"),
    path("samples/<int:pk>/void/", sampling.void, name="sample_void"),
    path("samples/<int:pk>/assign/", sampling.assign, name="sample_assign"),
]
