from django.urls import path

from audits.web.views import public_names, series

urlpatterns = [
    path("series/", series.series_list, name="series_list"),
    path("series/enter/", series.series_new, name="series_new"),
    path("series/<int:pk>/", series.series, name="series"),
    path("series/<int:pk>/enter/", series.release_new, name="release_new"),
    path("series/releases/<int:pk>/confirm/", series.release_confirm, name="release_confirm"),
    path("series/releases/<int:pk>/reject/", series.release_reject, name="release_reject"),
    path("series/releases/<int:pk>/retract/", series.release_retract, name="release_retract"),
    path("names/<int:pk>/withhold/", public_names.name_withhold, name="name_withhold"),
]
