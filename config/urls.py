"""Every door of the system, by address."""

from django.urls import include, path, re_path

from foundation.api.problems import not_found
from foundation.jobs.views import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("officers.api.urls")),
    re_path(r"^api/", not_found),
    path("", include("officers.web.urls")),
]

handler400 = "foundation.web.views.bad_request"
handler403 = "foundation.web.views.forbidden"
handler404 = "foundation.web.views.not_found"
handler500 = "foundation.web.views.failed"
