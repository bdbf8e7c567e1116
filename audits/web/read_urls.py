from django.urls import path

from audits.web.views import read_patterns, reads

urlpatterns = [
    path("reads/", reads.reads, name="audit_reads"),
    path("reads/export.csv", reads.export, name="audit_reads_export"),
    path("reads/people/<int:pk>/", reads.of_person, name="audit_reads_of_person"),
    path("reads/records/<slug:table>/<int:pk>/", reads.of_record, name="audit_reads_of_record"),
    path("reads/patterns/", read_patterns.patterns, name="read_patterns"),
    path("reads/patterns/<slug:code>/<int:pk>/", read_patterns.pattern, name="read_pattern"),
    path("reads/patterns/<slug:code>/<int:pk>/explain/", read_patterns.explain, name="read_pattern_explain"),
    path("reads/patterns/<slug:code>/<int:pk>/finding/", read_patterns.finding, name="read_pattern_finding"),
]
