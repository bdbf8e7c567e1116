"""Pages of the floor."""

from django.urls import path

from officers.web.views import home

urlpatterns = [
    path("", home.home, name="home"),
]
