from django.urls import path

from audits.web.views import findings

urlpatterns = [path("findings/", findings.findings, name="findings")]
