"""Pages by which an officer is told of what concerns him in a case."""

from django.urls import path

from cases.web.views import case_letters

urlpatterns = [path("cases/<int:pk>/write-letter/", case_letters.write, name="case-write-letter")]
