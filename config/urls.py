"""Every door of the system, by address."""

from allauth.account import views as sign_in
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path, re_path

from config.metrics import metrics
from foundation.api.problems import not_found
from foundation.jobs.views import healthz, readyz
from officers.web.views import second_factors

# Only what we want of django-allauth: accounts are given, addresses changed, and second factors set up, on pages of
# ours. Its own names stay where it asks for them.
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
    path("2fa/", second_factors.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/", second_factors.AddApp.as_view(), name="mfa_activate_totp"),
    path("2fa/passkeys/add/", second_factors.AddPasskeyPage.as_view(), name="mfa_add_webauthn"),
    path("2fa/passkeys/sign-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "2fa/passkeys/reauthenticate/",
        second_factors.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/passkeys/<int:pk>/rename/", second_factors.rename, name="passkey_rename"),
    path("2fa/<int:pk>/remove/", second_factors.remove, name="second_factor_remove"),
    path("2fa/recovery-codes/", second_factors.codes, name="recovery_codes"),
    path("sessions/", include("allauth.usersessions.urls")),
]

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include(accounts)),
    path("api/", include("officers.api.urls")),
    path("api/v1/", include("cases.api.urls")),
    path("api/v1/", include("audits.api.urls")),
    re_path(r"^api/", not_found),
    path("", include("cases.web.urls")),
    path("audits/", include("audits.web.urls")),
    path("open/", include("audits.web.open_urls")),
    path("", include("officers.web.urls")),
]

handler400 = "foundation.web.views.bad_request"
handler403 = "foundation.web.views.forbidden"
handler404 = "foundation.web.views.not_found"
handler500 = "foundation.web.views.failed"
