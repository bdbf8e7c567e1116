from django.urls import path

from audits.web.views import plan

urlpatterns = [path("", plan.audits, name="audits")]
