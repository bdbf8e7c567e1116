"""Pages of figures, and of measures from before the system."""

from django.urls import path

from cases.web.views import earlier, figures

urlpatterns = [
    path("figures/", figures.page, name="figures"),
    path("figures/export.csv", figures.export, name="figures_export"),
    path("figures/measures/", figures.measures, name="figure_measures"),
    path("figures/tests/", figures.tests, name="figure_tests"),
    path("earlier-measures/", earlier.earlier_measures, name="earlier_measures"),
    path("earlier-measures/template.csv", earlier.template, name="earlier_template"),
    path("earlier-measures/upload/", earlier.upload, name="earlier_upload"),
    path("earlier-measures/take/", earlier.take, name="earlier_take"),
    path("earlier-measures/<int:pk>/void/", earlier.void, name="earlier_void"),
    path("earlier-measures/lists/<int:pk>/undo/", earlier.undo, name="earlier_undo"),
]
