"""The Django settings of every environment.

What differs between environments is data, read here once from the variables that
``config.environment`` describes.
"""

import os
from pathlib import Path
from typing import Any, Final

from redis.backoff import NoBackoff
from redis.retry import Retry

from config.environment import read_environment
from config.logs import logging_settings

LEDGERFLOW: Final = read_environment(os.environ)

BASE_DIR: Final = Path(__file__).resolve().parent.parent
DEBUG = LEDGERFLOW.debug
SECRET_KEY = LEDGERFLOW.secret_key
SECRET_KEY_FALLBACKS = [key for key in (LEDGERFLOW.previous_secret_key,) if key]
ALLOWED_HOSTS = list(LEDGERFLOW.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(LEDGERFLOW.csrf_trusted_origins)

INSTALLED_APPS = [
    "core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # While debugging, the development server reads static files from the source.
    *([] if DEBUG else ["whitenoise.middleware.WhiteNoiseMiddleware"]),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, "application_name": "ledgerflow"},
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

LOGGING = logging_settings("plain" if DEBUG else "json")

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
# W005 and W021 ask to bind the sub-domains too and to enter browsers' preload lists. Both reach
# beyond this application into the owner's other hosts and cannot be taken back for a year.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
