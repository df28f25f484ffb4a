"""Settings, from the environment only. See docs/deploy.md for every name."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import dj_database_url
from environs import Env

BASE_DIR = Path(__file__).resolve().parents[2]
env = Env()

DEBUG = env.bool("TENON_DEBUG", False)
DEV = env.bool("TENON_DEV", False)
SECRET_KEY = env.str("TENON_SECRET_KEY", "insecure-development-only" if DEV or DEBUG else "")
BASE_DOMAIN = env.str("TENON_BASE_DOMAIN", "localhost")
BASE_PORT = env.str("TENON_BASE_PORT", "8000")
BASE_SCHEME = env.str("TENON_BASE_SCHEME", "http" if DEV or DEBUG else "https")
ALLOWED_HOSTS = [BASE_DOMAIN, f".{BASE_DOMAIN}", *env.list("TENON_ALLOWED_HOSTS", [])]
CSRF_TRUSTED_ORIGINS = [
    f"{BASE_SCHEME}://{h}{p}" for h in (BASE_DOMAIN, f"*.{BASE_DOMAIN}") for p in ("", f":{BASE_PORT}")
]
if DEV:
    ALLOWED_HOSTS += ["127.0.0.1", "testserver"]

# --- apps: SHARED_APPS live in the public schema, TENANT_APPS in every company's
SHARED_APPS = [
    "tenon.tenancy",
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "tenon.events",
    "tenants",
    "billing",
    "console",  # before the admin: its templates are the ones that count
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.headless",
    "allauth.usersessions",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "tenon_site",
]
TENANT_APPS = [
    "tenon.access",
    "tenon.records",
    "tenon.jobs",
    "tenon.notifications",
    "tenon.samples",
    "tenon.handover",
    "tenon.webhooks",
    "modules.shared.data",
    "modules.crm",
    "modules.production",  # before inventory: where both answer a port, the fuller answer comes first
    "modules.inventory",
    "modules.finance",
]
# An installation may leave modules out altogether.
TENANT_APPS = [a for a in TENANT_APPS if a not in env.list("TENON_WITHOUT", [])]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, "demo"]

# --- database: two logins, see tenon.tenancy
ENGINE = "tenon.tenancy.backend"


def database(url: str, **options: Any) -> dict[str, Any]:
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_health_checks=False))
    config.update(ENGINE=ENGINE, CONN_MAX_AGE=0, DISABLE_SERVER_SIDE_CURSORS=False)
    config["OPTIONS"] = {**config.get("OPTIONS", {}), **options}
    return config


def take_back(connection: Any) -> None:
    from tenon.tenancy.backend.base import take_back as reset

    reset(connection)


_POOL_MAX = env.int("TENON_DB_POOL_MAX", 10)
# Exports that are made at a time in a process, beside its requests; each takes a connection more.
WEB_STREAMS = env.int("TENON_WEB_STREAMS", 4)
_DATABASE_URL = env.str("DATABASE_URL", "postgresql://tenon_app@127.0.0.1:5432/tenon")
DATABASES = {
    "default": database(
        _DATABASE_URL,
        pool={
            "min_size": env.int("TENON_DB_POOL_MIN", 1),
            "max_size": _POOL_MAX + WEB_STREAMS,
            # Recycled, so that a backend that has visited many companies does not keep all their catalogues.
            "max_lifetime": env.int("TENON_DB_MAX_LIFETIME", 900),
            "timeout": 30,
            "reset": take_back,
        },
    ),
    "owner": database(env.str("DATABASE_OWNER_URL", _DATABASE_URL)),
}
# A connection that has served so many companies is replaced: each costs its backend up to 3.5 MB.
DB_MAX_COMPANIES = env.int("TENON_DB_MAX_COMPANIES", 100)
APPLICATION_ROLE = DATABASES["default"]["USER"]
DATABASE_ROUTERS = ["tenon.tenancy.router.SchemaRouter"]
TENANT_SYNC_ROUTER = "tenon.tenancy.router.SchemaRouter"
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
PUBLIC_SCHEMA_NAME = "public"
COMPANY_BY_ROLE = "tenants.selectors.company_by_role"
COMPANY_BY_ID = "tenants.selectors.company_by_id"
ALL_COMPANIES = "tenants.selectors.companies_live"
COMPANY_CREATE = "tenants.services.companies.company_create_for"
COMPANY_EXPORT = "tenants.services.export.export_to_path"
COMPANY_RESTORE = "tenants.services.restore.company_restore_from"
ON_MEMBER_CHANGED = "tenants.services.memberships.member_changed"
ON_MEMBER_UNTIL = "tenants.services.memberships.member_until"
SESSIONS_OF = "tenants.services.sessions.sessions_of"
SCHEMA_POOL_SIZE = env.int("TENON_SCHEMA_POOL", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Valkey: cache, sockets, jobs
VALKEY_URL = env.str("VALKEY_URL", env.str("REDIS_URL", "redis://127.0.0.1:6379")).rstrip("/")
_valkey = urlparse(VALKEY_URL)
_valkey_base = f"{_valkey.scheme}://{_valkey.netloc}"
CACHES = {
    "default": {
        "BACKEND": "tenon.tenancy.cache.SharedRedisCache",
        "LOCATION": f"{_valkey_base}/0",
        "KEY_FUNCTION": "tenon.tenancy.cache.make_key",
        "KEY_PREFIX": env.str("TENON_CACHE_PREFIX", "tenon"),
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [f"{_valkey_base}/1"], "prefix": env.str("TENON_CACHE_PREFIX", "tenon")},
    }
}
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", f"{_valkey_base}/2")
# Before all keys: several installations, or test sites, on one broker do not take each other's work.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": env.str("TENON_QUEUE_PREFIX", ""),
    "visibility_timeout": 3600,  # seconds until a message that a dead worker took is given out again
}
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- web
ROOT_URLCONF = "tenon_site.urls"
ASGI_APPLICATION = "tenon_site.asgi.application"
WEB_THREADS = env.int(
    "TENON_WEB_THREADS", _POOL_MAX
)  # requests worked on at once in a process; each takes a connection
MIDDLEWARE = [
    "tenon_site.security.SecurityHeadersMiddleware",  # outermost: what the others refuse has its headers too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenon.api.request_id.RequestIdMiddleware",
    "tenants.middleware.HostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tenants.middleware.CompanyMiddleware",
    "tenants.activity_door.ActivityMiddleware",
    "tenants.support_door.SupportMiddleware",
    "tenon.api.language.LanguageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "dist", BASE_DIR / "platform" / "tenon_site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_SCHEME == "https"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if BASE_SCHEME == "https" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BASE_SCHEME == "https"
SECURE_SSL_REDIRECT = env.bool("TENON_SSL_REDIRECT", False)
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # load balancers ask without TLS
BEHIND_PROXY = env.bool("TENON_BEHIND_PROXY", False)
# Plain HTTP is redirected by the proxy, which alone hears it.
SILENCED_SYSTEM_CHECKS = ["security.W008"] if BEHIND_PROXY and not SECURE_SSL_REDIRECT else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Networks of our own proxies: X-Forwarded-For counts as far as they wrote it. Empty: the one in front, wherever it is.
TRUSTED_PROXIES: list[str] = env.list("TENON_TRUSTED_PROXIES", [])
# Else all the world is one caller to the limits on signing in: ten wrong passwords a minute, whoever types them.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
ATTACHMENT_MAX_BYTES = env.int("TENON_ATTACHMENT_MAX_BYTES", 25 * 1024 * 1024)
# Requests a minute: of one API key, of all keys of a company.
API_KEY_RATE = env.int("TENON_API_KEY_RATE", 1200)
COMPANY_RATE = env.int("TENON_COMPANY_RATE", 6000)
# Private networks that webhooks may call all the same. None, but on a developer's machine itself.
WEBHOOK_NETWORKS: list[str] = env.list("TENON_WEBHOOK_NETWORKS", ["127.0.0.0/8"] if DEV else [])
BULK_JOBS_PER_COMPANY = env.int("TENON_BULK_JOBS", 2)
# A company's archive, unpacked: larger ones are not restored.
ARCHIVE_MAX_BYTES = env.int("TENON_ARCHIVE_MAX_BYTES", 20 * 1024**3)
# Archives that people upload to have a company of: one, and all that are on their way together.
ARCHIVE_MAX_UPLOAD = env.int("TENON_ARCHIVE_MAX_UPLOAD", 4 * 1024**3)
ARCHIVE_MAX_PENDING = env.int("TENON_ARCHIVE_MAX_PENDING", 20 * 1024**3)

# --- the console of whoever runs this installation: /operator/ of the apex host
CONSOLE = env.bool("TENON_CONSOLE", True)
CONSOLE_HOURS = env.int("TENON_CONSOLE_HOURS", 12)  # then the second factor is asked for again
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- billing: the real Stripe with a key alone, the simulator with an address too
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "")
STRIPE_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_WEBHOOK_SECRET", [])  # two while one takes the other's place
STRIPE_TEST_CLOCK = env.str("STRIPE_TEST_CLOCK", "")  # in test mode: customers and we live by it
# Two installations that share a Stripe account must not find each other's answers.
STRIPE_IDEMPOTENCY_PREFIX = env.str("STRIPE_IDEMPOTENCY_PREFIX", BASE_DOMAIN)
BILLING_INVOICE_DAYS = env.int("TENON_BILLING_INVOICE_DAYS", 14)  # 0: by card only
# Days that each step lasts when payments fail, and after a trial or a subscription has ended.
BILLING_TERMS = {
    "past_due": env.int("TENON_BILLING_PAST_DUE_DAYS", 14),
    "grace": env.int("TENON_BILLING_GRACE_DAYS", 7),
    "read_only": env.int("TENON_BILLING_READ_ONLY_DAYS", 30),
    "suspended": env.int("TENON_BILLING_EXPORT_DAYS", 60),
}
# Days that a module which was dropped can still be read before it goes out of sight.
BILLING_DROPPED_READ_ONLY_DAYS = env.int("TENON_BILLING_DROPPED_DAYS", 30)

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".tenon" / "static"
STATICFILES_DIRS = [("app", BASE_DIR / "frontend" / "dist")] if (BASE_DIR / "frontend" / "dist").exists() else []
WHITENOISE_USE_FINDERS = True
# Their names carry a hash of what is in them (vite): kept for good.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/app/assets/.+-[\w-]{8}\.\w+$"
WHITENOISE_AUTOREFRESH = DEBUG

_files = env.str("FILES_URL", f"file://{BASE_DIR / '.tenon' / 'files'}")
if _files.startswith("file://"):
    _storage: dict[str, Any] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _files.removeprefix("file://")},
    }
else:
    _s3 = urlparse(_files)
    _storage = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": _s3.netloc, "location": _s3.path.strip("/")},
    }
STORAGES = {"default": _storage, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

_mail = urlparse(env.str("EMAIL_URL", f"file://{BASE_DIR / '.tenon' / 'mail'}"))
if _mail.scheme == "file":
    EMAIL_BACKEND = "tenants.mailbox.backend.FolderBackend"
    EMAIL_FILE_PATH = _mail.path
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme in ("smtp+tls", "submission")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
DEFAULT_FROM_EMAIL = env.str("TENON_MAIL_FROM", f"Tenon <no-reply@{BASE_DOMAIN}>")

# --- accounts: django-allauth, headless
AUTH_USER_MODEL = "tenants.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "tenants.accounts.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "tenants.forms.SignupForm"
ACCOUNT_EMAIL_NOTIFICATIONS = True
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": "/verify-email/{key}",
    "account_reset_password": "/reset-password",
    "account_reset_password_from_key": "/reset-password/{key}",
    "account_signup": "/signup",
}
MFA_ADAPTER = "tenants.accounts.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # telephones run a little late: the code before and the code after count too
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEV
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.MD5PasswordHasher",
]
if not env.bool("TENON_TEST", False):
    PASSWORD_HASHERS = PASSWORD_HASHERS[:1]
else:
    PASSWORD_HASHERS = PASSWORD_HASHERS[::-1]  # tests sign in often
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenon.api.authentication.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["tenon.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenon.api.parsers.OrjsonParser", "rest_framework.parsers.MultiPartParser"],
    "EXCEPTION_HANDLER": "tenon.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tenon",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "tenon.api.openapi.add_entities",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [
    p
    for p in (
        # Where two catalogues say one English word differently ("Delivered", "Release"), the trade's word goes first.
        *sorted((BASE_DIR / "modules").glob("**/locale")),
        *(BASE_DIR / "platform" / "tenon" / x / "locale" for x in ("access", "api", "records", "registry")),
        BASE_DIR / "platform" / "tenon" / "locale",
    )
    if p.exists()
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "root": {"handlers": ["console"], "level": env.str("TENON_LOG_LEVEL", "INFO")},
    "loggers": {"stripe": {"level": "WARNING"}},
}
if not SECRET_KEY and not env.bool("TENON_BUILD", False):
    from django.core.exceptions import ImproperlyConfigured

    raise ImproperlyConfigured("Set TENON_SECRET_KEY (or TENON_DEV=1 for development).")
