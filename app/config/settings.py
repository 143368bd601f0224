"""The Django settings of every environment.

What differs between environments is data, read here once from the variables that
``config.environment`` describes.
"""

import os
from pathlib import Path
from typing import Any, Final

from redis.backoff import NoBackoff
from redis.retry import Retry

from config.database.pool import pool_options
from config.environment import read_environment
from config.logs import logging_settings
from config.redis_address import next_database

LEDGERFLOW: Final = read_environment(os.environ)

BASE_DIR: Final = Path(__file__).resolve().parent.parent
DEBUG = LEDGERFLOW.debug
SECRET_KEY = LEDGERFLOW.secret_key
SECRET_KEY_FALLBACKS = [key for key in (LEDGERFLOW.previous_secret_key,) if key]
ALLOWED_HOSTS = list(LEDGERFLOW.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(LEDGERFLOW.csrf_trusted_origins)

INSTALLED_APPS = [
    "core",
    "profiles",
    "documents",
    "ledger",
    "search",
    "tools",
    "demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
]
MIDDLEWARE = [
    "core.middleware.request_id.request_id_middleware",
    "django.middleware.security.SecurityMiddleware",
    # While debugging, the development server reads static files from the source.
    *([] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]),
    "core.middleware.content_security.content_security_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.middleware.signed_in.SignedInMiddleware",
    "profiles.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.errors.ErrorMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.page",
                "profiles.context_processors.preferences",
            ]
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "config.database",
        "HOST": LEDGERFLOW.database.host,
        "PORT": LEDGERFLOW.database.port,
        "NAME": LEDGERFLOW.database.name,
        "USER": LEDGERFLOW.database.user,
        "PASSWORD": LEDGERFLOW.database.password,
        # A pool keeps connections itself, checked as they are taken from it; without one each
        # thread keeps its own for a minute.
        "CONN_MAX_AGE": 0 if LEDGERFLOW.database_pool else 60,
        "CONN_HEALTH_CHECKS": not LEDGERFLOW.database_pool,
        "OPTIONS": {
            "connect_timeout": 3,
            "application_name": "ledgerflow",
            **(
                {"pool": pool_options(LEDGERFLOW.database_pool)} if LEDGERFLOW.database_pool else {}
            ),
        },
    }
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": LEDGERFLOW.redis_url,
        "KEY_PREFIX": "ledgerflow",
        "OPTIONS": {
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
            # Once, at once, for a connection that went stale. The driver's own three tries with
            # growing pauses would hold every page for seconds while Redis is down.
            "retry": Retry(NoBackoff(), 1),
        },
    }
}

# Redis wakes workers, the rows of core.models.Job are the truth. A database of its own, because
# clearing the cache empties the one it is in.
CELERY_BROKER_URL = next_database(LEDGERFLOW.redis_url)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Seconds; a page that asks for a job waits no longer for a Redis that hangs. Workers ask for a
# message for one second at a time.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 3,
    "socket_keepalive": True,
}
CELERY_TASK_DEFAULT_QUEUE = "ledgerflow"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 3600  # seconds, for kinds of jobs that the sender does not know
CELERY_TASK_TIME_LIMIT = 3615
CELERY_IMPORTS = ("core.jobs.tasks",)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = 2
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400 * 1024  # KiB; a child is replaced after the job
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BEAT_SCHEDULER = "core.jobs.signs_of_life.Beat"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "ledgerflow.sweep", "schedule": 60.0, "options": {"expires": 60}}
}

# Not cached_db: that answers every signed-in request with an error while Redis is down.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

AUTHENTICATION_BACKENDS = ["profiles.backends.ProfileBackend"]
LOGIN_URL = "profiles:login"
LOGIN_REDIRECT_URL = "core:dashboard"
LOGOUT_REDIRECT_URL = "profiles:login"

LANGUAGE_CODE = "en"
TIME_ZONE = LEDGERFLOW.time_zone
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

MEDIA_ROOT = LEDGERFLOW.media
MEDIA_URL = "media/"  # nothing is served from there: views ask who may see a file
UPLOAD_LIMIT = LEDGERFLOW.upload_limit_mib * 1024 * 1024
"""Bytes of the largest file that is taken; the reverse proxy's limit of a request is larger."""
SEARCH_CONFIG = f"ledgerflow_{LEDGERFLOW.search_language}"
"""How texts are cut into words; ``search`` has a configuration for each language."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # the fields of a form, without files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # bulk actions name every row
DATA_UPLOAD_MAX_NUMBER_FILES = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# Larger files are streamed to the volume they will stay on: /tmp is memory, and small.
FILE_UPLOAD_TEMP_DIR = MEDIA_ROOT if Path(MEDIA_ROOT).is_dir() else None

LOGGING = logging_settings("plain" if DEBUG else "json")

CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],  # Django's administration has pictures in its style sheets
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = LEDGERFLOW.secure
CSRF_COOKIE_SECURE = LEDGERFLOW.secure
SECURE_SSL_REDIRECT = LEDGERFLOW.secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked inside the network, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if LEDGERFLOW.secure else 0
# Only the reverse proxy reaches the application, and it overwrites what a client sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if LEDGERFLOW.secure else None
TRUSTED_PROXIES = 1 if LEDGERFLOW.secure else 0
"""Reverse proxies whose entry of ``X-Forwarded-For`` is believed: Caddy, and in dev nobody.

Caddy believes no proxy itself: it throws away what a client sends and writes the address it sees.
"""
# W005 and W021 ask to bind the sub-domains too and to enter browsers' preload lists. Both reach
# beyond this application into the owner's other hosts and cannot be taken back for a year.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
