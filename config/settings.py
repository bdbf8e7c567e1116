"""One settings file for every place: what differs comes from the environment.

`DATABASE_URL`, `MIGRATOR_DATABASE_URL`, `SEQUENCER_DATABASE_URL`, `AUDITOR_DATABASE_URL`,
`OPEN_DATA_DATABASE_URL` and `REDIS_URL` say where the servers are; `python -m config.embedded` sets them for
the embedded ones. docs/operations.md lists every variable.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import logs
from config.keys import load_keys
from config.names import CHOICES
from foundation.limits.rates import rate


def secret(variable: str) -> str:
    """What an environment variable says, or the file that `<variable>_FILE` names, where secrets come as files."""
    path = os.environ.get(f"{variable}_FILE")
    return os.environ.get(variable) or (Path(path).read_text().strip() if path else "")


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PROBITY_DATA") or BASE_DIR / ".data")
KEYS_DIR = Path(os.environ.get("PROBITY_KEYS") or DATA_DIR / "keys")
KEYS = load_keys(KEYS_DIR)

SECRET_KEY = KEYS.secret_key
SECRET_KEY_FALLBACKS = KEYS.old_secret_keys
PEPPER = KEYS.pepper
SEALING_KEYS = KEYS.sealing_keys

DEBUG = False
HTTPS = os.environ.get("HTTPS", "") == "1"
EMBEDDED = os.environ.get("PROBITY_EMBEDDED", "") == "1"
#: Whether everybody with a role signs in with a second factor. Only the embedded demonstration goes without; the
#: environment can ask for it there too, and nothing switches it off on real servers (`config.checks`).
MFA_REQUIRED = not EMBEDDED or os.environ.get("MFA_REQUIRED", "") == "1"
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
TRUSTED_PROXIES = [p for p in os.environ.get("TRUSTED_PROXIES", "").split(",") if p]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

INSTALLED_APPS = [
    "config",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "foundation.jobs",
    "foundation.limits",
    "foundation.web",
    "ledger",
    "officers",
    "cases",
    "audits",
]

MIDDLEWARE = [
    "config.middleware.NamedRequest",
    "django.middleware.security.SecurityMiddleware",
    "audits.api.open.dispatch.OpenData",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.middleware.know_nobody_in_public",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.say_why_signed_out",
    "config.middleware.speak_the_users_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "foundation.web.views.RefusalPages",
    "config.middleware.InsistOnSecondFactor",
    "config.middleware.KeepPartnersOut",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.furniture",
            ],
        },
    },
]
FORM_RENDERER = "foundation.web.rendering.Renderer"
CSRF_FAILURE_VIEW = "foundation.web.views.csrf_failure"


def database(variable: str, **options: object) -> dict[str, object]:
    """One connection's settings from the URL in an environment variable; a socket folder goes in `?host=`."""
    url = urlsplit(secret(variable))
    query = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "probity",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", unquote(url.hostname or "")),
        "PORT": str(url.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {**query, **options},
    }


DATABASES = {
    "default": database("DATABASE_URL", pool={"min_size": 1, "max_size": 8, "timeout": 10}),
    "migrator": database("MIGRATOR_DATABASE_URL"),
    "sequencer": database("SEQUENCER_DATABASE_URL"),
    "auditor": database(
        "AUDITOR_DATABASE_URL",
        options="-c default_transaction_read_only=on",
        pool={"min_size": 0, "max_size": 4, "timeout": 10},
    ),
    "open_data": database("OPEN_DATA_DATABASE_URL", options="-c default_transaction_read_only=on"),
}
DATABASE_ROUTERS = ["ledger.snapshot.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = secret("REDIS_URL") or "redis://127.0.0.1:6379/0"


def broker_url(url: str) -> str:
    """A redis-py URL in kombu's words, which differ for a socket."""
    if not url.startswith("unix://"):
        return url
    rest, _separator, query = url.removeprefix("unix://").partition("?")
    return f"redis+socket://{rest}?virtual_host={dict(parse_qsl(query)).get('db', '0')}"


# The queue holds hints only (foundation.jobs). Without acks_late and reject_on_worker_lost together, killing
# a worker loses its tasks.
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 25 * 60,  # above twice the longest hard limit, foundation.jobs.timetable
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 10,
}
CELERY_TASK_DEFAULT_QUEUE = "probity"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = int(os.environ.get("WORKERS", "2"))
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = "Asia/Phnom_Penh"
CELERY_BEAT_SCHEDULER = "foundation.jobs.beat.Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

AUTH_USER_MODEL = "officers.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "name_latin")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "config.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # config.adapter limits by foundation.limits, which is atomic and shared
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
MFA_ADAPTER = "config.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "config.adapter.Code",
    "reauthenticate": "config.adapter.CodeAgain",
    "authenticate_webauthn": "config.adapter.Passkey",
    "reauthenticate_webauthn": "config.adapter.PasskeyAgain",
    "login_webauthn": "config.adapter.PasskeyAlone",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a link sent there has set the password
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True  # with the person verified by the device, which makes it two factors
MFA_RATE_LIMITS = False  # as ACCOUNT_RATE_LIMITS
MFA_TOTP_ISSUER = "Probity"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # https, and http on localhost, where browsers have passkeys too
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

LANGUAGE_CODE = "km"
LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Phnom_Penh"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "assets" / "dist"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_HANDLERS = [
    "foundation.files.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

OUTBOX_DIR = DATA_DIR / "outbox"
#: What says which matters stand on an officer's door, one function of each floor (`officers.web.views.matters`).
DOOR = [
    "officers.web.views.told.results",
    "officers.web.views.offers.offers",
    "cases.web.views.door.notices",
]
DOOR_WAITS = ["cases.queries.told.waits"]
#: Who of a floor above may not record that a letter was handed over to an officer, one function of each.
SERVICE_BARS = ["cases.rules.has_case_of"]
LOCAL_OUTBOX = not os.environ.get("EMAIL_HOST")  # without a mail server, mail is kept for a page of its own
MAILERS = {
    "default": {"BACKEND": "config.outbox.EmailBackend"}
    if LOCAL_OUTBOX
    else {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": os.environ["EMAIL_HOST"],
            "port": int(os.environ.get("EMAIL_PORT", "587")),
            "username": os.environ.get("EMAIL_HOST_USER", ""),
            "password": secret("EMAIL_HOST_PASSWORD"),
            "use_tls": os.environ.get("EMAIL_PORT", "587") == "587",
            "timeout": 10,
        },
    }
}
# What a mail written by the clock, far from any request, begins its links with.
LOCAL_URL = f"http://localhost:{os.environ.get('PORT') or '8000'}"
PUBLIC_URL = (os.environ.get("PUBLIC_URL") or LOCAL_URL).rstrip("/")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "probity@localhost")

# Within how many hours a backup must follow the last one; empty where none are made.
BACKUP_WITHIN_HOURS = int(os.environ.get("BACKUP_WITHIN_HOURS") or 0)
# Where ClamAV's daemon listens: `tcp://host:3310` or `unix:///path`. Without it files with reports are given out once
# they were drawn anew, and no antivirus has seen them.
CLAMD = os.environ.get("CLAMD", "")
HEADS_FILE = Path(os.environ.get("PROBITY_HEADS") or DATA_DIR / "heads" / "heads.log")

LOGGING = logs.configuration()
METRICS_TOKEN = secret("METRICS_TOKEN")  # or a file `metrics_token` among the keys

# How often the API may be called: by one key, by one account with all its keys and sessions, and from one network
# by whoever shows no right key.
API_LIMIT_PER_KEY = rate(os.environ.get("API_LIMIT_PER_KEY", "600/min"))
API_LIMIT_PER_ACCOUNT = rate(os.environ.get("API_LIMIT_PER_ACCOUNT", "1200/min"))
API_LIMIT_OF_STRANGERS = rate(os.environ.get("API_LIMIT_OF_STRANGERS", "300/5min"))
# How often the public's API may be asked, where a page counts one: from one network, and by one key.
OPEN_LIMIT_ANONYMOUS = rate(os.environ.get("OPEN_LIMIT_ANONYMOUS", "300/min"))
OPEN_LIMIT_PER_KEY = rate(os.environ.get("OPEN_LIMIT_PER_KEY", "3000/min"))

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PARSER_CLASSES": ["foundation.api.parsers.StrictJSONParser"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "foundation.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "foundation.api.schema.Schema",
    "EXCEPTION_HANDLER": "foundation.api.problems.handle",
}
SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "Probity",
    "VERSION": "1",
    "DESCRIPTION": (
        "Sign in, or send `Authorization: Bearer pk_…` with a key made on the page /keys/. "
        "A POST with an `Idempotency-Key` may be sent again without harm. "
        "`version` (or `If-Match`) guards against writing over what somebody else changed: 409. "
        "Refusals are `application/problem+json`, in the language of `Accept-Language` (km or en). "
        "What you may not see does not exist: 404."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": CHOICES,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "officers.api.deprecated.mark",
        "foundation.api.schema.add_answers",
    ],
}

# Made with the settings, so that every process that sends a hint knows the queue.
from config.celery import app as celery_app  # noqa: E402, F401
