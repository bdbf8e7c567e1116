from django.urls import path

from audits.web.views import packs

urlpatterns = [path("packs/", packs.evidence_packs, name="evidence_packs")]
