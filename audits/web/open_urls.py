"""The public pages, all below `/open/`."""

from django.urls import path

from audits.web.views.open import home

urlpatterns = [
    path("", home.home, name="open"),
]
