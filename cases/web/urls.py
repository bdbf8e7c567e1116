"""Pages of the floor."""

from cases.web import public_urls

urlpatterns = [*public_urls.urlpatterns]
