"""Pages of the floor."""

from cases.web import public_urls, staff_urls, told_urls

urlpatterns = [*public_urls.urlpatterns, *staff_urls.urlpatterns, *told_urls.urlpatterns]
