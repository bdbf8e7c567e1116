"""Pages of the floor."""

from cases.web import staff_urls

urlpatterns = [*staff_urls.urlpatterns]
