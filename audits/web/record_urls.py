from django.urls import path

from audits.web.views import records, threads

urlpatterns = [
    path("records/<slug:table>/<int:pk>/", records.audit_record, name="audit_record"),
    path("threads/<slug:about>/<int:pk>/", threads.audit_thread, name="audit_thread"),
    path("threads/<slug:about>/<int:pk>/csv/", threads.audit_thread_csv, name="audit_thread_csv"),
]
