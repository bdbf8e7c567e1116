"""Every door of the system, by address."""

from allauth.account import views as sign_in
from django.urls import include, path, re_path

from config.metrics import metrics
from foundation.api.problems import not_found
from foundation.jobs.views import healthz, readyz

# Only what we want of django-allauth: accounts are given, and addresses changed, on pages of ours.
accounts = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("password/reset/done/", sign_in.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include(accounts)),
    path("api/", include("officers.api.urls")),
    re_path(r"^api/", not_found),
    path("", include("officers.web.urls")),
]

handler400 = "foundation.web.views.bad_request"
handler403 = "foundation.web.views.forbidden"
handler404 = "foundation.web.views.not_found"
handler500 = "foundation.web.views.failed"
