"""All settings, driven by environment URLs; the defaults run on a bare clone.

``DATABASE_URL`` (default SQLite in ``var/``), ``REDIS_URL`` (default none: one server process), ``SEARCH_URL`` (default none: an index in ``var/``), ``EMAIL_URL``
(default: letters as files in ``var/mail``), ``HOSTS``, ``DEBUG``, ``SECRET_KEY``; each also as ``NAME_FILE``.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.environment import read, read_flag, read_list, secret_kept_in

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(read("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = read_flag("DEBUG")
SECRET_KEY = read("SECRET_KEY") or secret_kept_in(VAR / "secret_key")
ALLOWED_HOSTS = read_list("HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = read_flag("HTTPS")
SITE_URL = read("SITE_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = read_list("TRUSTED_ORIGINS")
# Sample people and plans on an empty database; a real installation says DEMO=0.
DEMO = read_flag("DEMO", default=True)

# daphne makes `runserver` speak WebSocket; with it comes Twisted, a second of every other command's start.
DEVELOPMENT_SERVER = ["daphne"] if sys.argv[1:2] == ["runserver"] else []

INSTALLED_APPS = [
    "config",
    "lessons",
    "research",
    "realtime",
    "search",
    *DEVELOPMENT_SERVER,
    "channels",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "django_vite",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "research.middleware.AuditMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"

# --- data -----------------------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: an acknowledged edit survives a power cut, not only a crash of the process.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def database() -> dict[str, Any]:
    """The one database of ``DATABASE_URL``, with what each engine needs to keep its word."""
    settings: dict[str, Any] = dict(
        dj_database_url.parse(read("DATABASE_URL", f"sqlite:///{VAR / 'jiaoyan.sqlite3'}"))
    )
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = settings.get("OPTIONS", {}) | SQLITE_OPTIONS
        # A file, for tests run worker threads and server processes beside the test itself.
        settings["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    else:
        # Each request has a thread of its own: a connection that outlives it is nobody's. Long-lived threads keep theirs.
        settings["CONN_MAX_AGE"] = 0
        settings["CONN_HEALTH_CHECKS"] = True
    return settings


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = read("REDIS_URL")
if REDIS_URL:
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": read("REDIS_PREFIX", "jiaoyan")},
        }
    }
    CACHES: dict[str, Any] = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": read("REDIS_PREFIX", "jiaoyan"),
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# The engine of the full-text search: none is the embedded one (an index in VAR/search), or an Elasticsearch's address.
SEARCH_URL = read("SEARCH_URL")

# Limits of the live documents that differ from realtime.limits.Limits, as JSON: {"linger_seconds": 5}.
REALTIME: dict[str, float] = json.loads(read("REALTIME", "{}"))

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "imports"]}}

# --- people ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "research.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "config.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Self-sign-up is closed (research.adapter); the addresses that we offer are in research.account_urls.
ACCOUNT_ADAPTER = "research.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "staff_number"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "research.forms.sign_in.SignInForm",
    "reset_password": "research.forms.sign_in.ResetLetterForm",
}
# A school's sixty teachers sign in from one address; somebody who guesses does so for one account or many.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/300s/key",
    "reset_password": "20/m/ip,3/300s/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "吕梁教研"
MFA_ALLOW_UNVERIFIED_EMAIL = True
PASSWORD_RESET_TIMEOUT = 3600
# How long audit events are kept; the law and the database's own triggers say 180 days at least.
AUDIT_DAYS = int(read("AUDIT_DAYS", "400"))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workbench"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS

# --- language, time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- files ----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "built"]
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": BASE_DIR / "frontend" / "built" / ".vite" / "manifest.json",
    }
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "media"), "base_url": None},
    },
    # Vite has put a hash into each name already; whitenoise serves the compressed copies beside them.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

# --- mail -----------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = read("MAIL_FROM", "吕梁教研 <noreply@localhost>")


PLAIN_SMTP = 25  # a relay on the same machine, without encryption


def mail(url: str) -> dict[str, Any]:
    """Mail settings of ``EMAIL_URL``: ``smtp://user:password@host:587`` or ``smtps://…``; empty keeps letters as files."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": VAR / "mail",
        }
    parts = urlparse(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": parts.username or "",
        "EMAIL_HOST_PASSWORD": parts.password or "",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.port != PLAIN_SMTP,
    }


MAIL_WORKS = bool(read("EMAIL_URL"))
globals().update(mail(read("EMAIL_URL")))

# --- browser security -----------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": read("LOG_LEVEL", "INFO")},
    "loggers": {"elastic_transport": {"level": "WARNING"}},  # else a line for each search
}
