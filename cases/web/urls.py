"""Pages of the floor."""

from cases.web import case_urls, figure_urls, order_urls, public_urls, staff_urls, told_urls

urlpatterns = [
    *public_urls.urlpatterns,
    *staff_urls.urlpatterns,
    *case_urls.urlpatterns,
    *order_urls.urlpatterns,
    *figure_urls.urlpatterns,
    *told_urls.urlpatterns,
]
