"""Pages of the floor, all below `/audits/`."""

from audits.web import (
    correction_urls,
    finding_urls,
    integrity_urls,
    list_urls,
    pack_urls,
    plan_urls,
    read_urls,
    record_urls,
    review_urls,
    series_urls,
)

urlpatterns = [
    *plan_urls.urlpatterns,
    *review_urls.urlpatterns,
    *finding_urls.urlpatterns,
    *record_urls.urlpatterns,
    *read_urls.urlpatterns,
    *integrity_urls.urlpatterns,
    *list_urls.urlpatterns,
    *pack_urls.urlpatterns,
    *series_urls.urlpatterns,
    *correction_urls.urlpatterns,
]
