"""Django in the tests' own process, on a real PostgreSQL that is started once per session.

The fixtures of pytest-django (``db``, ``transactional_db``, ``client``, ``settings``) use it. The
template database is migrated once; tests with ``db`` roll back, those with ``transactional_db``
empty the tables.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from postgres import PASSWORD, Postgres, running, unpacked_programs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from django.conf import settings as django_settings

django_settings.LOGGING_CONFIG = None
django.setup()

from app_servers import RedisServer, running_redis  # noqa: E402
from config.celery import app as celery_app  # noqa: E402
from config.redis_address import next_database  # noqa: E402
from core import limits, shared_redis  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402

celery_app.conf.broker_url = "memory://"
"""Nobody's Redis is asked by tests that do not start one."""
PLAIN_STATIC = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture(scope="session")
def app_postgres() -> Iterator[Postgres]:
    """A running PostgreSQL for Django in this process."""
    with unpacked_programs() as programs, running(programs) as server:
        yield server


@pytest.fixture(scope="session")
def app_redis() -> Iterator[RedisServer]:
    """A running Redis, which wakes workers; a test that kills it starts it again."""
    with running_redis() as server:
        _use_broker(next_database(server.url))
        yield server
        _use_broker("memory://")


def _use_broker(url: str) -> None:
    celery_app.conf.broker_url = url
    celery_app._after_fork()  # forgets its open connections


@pytest.fixture
def redis_cache(app_redis: RedisServer, settings: object) -> RedisServer:
    """Redis, emptied, as the cache of the test, and with it limits and breakers."""
    app_redis.flush()
    shared_redis.forget()
    backend = {"BACKEND": shared_redis.BACKEND, "LOCATION": app_redis.url}
    settings.CACHES = {"default": backend}  # type: ignore[attr-defined]
    return app_redis


@pytest.fixture(scope="session")
def django_db_modify_db_settings(app_postgres: Postgres) -> None:
    """Point Django at the server, for every thread."""
    where = {"HOST": "127.0.0.1", "PORT": str(app_postgres.port), "PASSWORD": PASSWORD}
    connections["default"].settings_dict.update(where)
    connections.settings["default"].update(where)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Let tests with ``transactional_db`` empty the table that only grows."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER core_auditevent_no_truncate")


@pytest.fixture(autouse=True)
def application(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Keep files in a folder of the test, caches in memory, static files in the source."""
    asks = {"db", "transactional_db"} & set(request.fixturenames)
    if not asks and request.node.get_closest_marker("django_db") is None:
        return
    settings = request.getfixturevalue("settings")
    settings.STORAGES = {**settings.STORAGES, "staticfiles": PLAIN_STATIC}
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.CACHES = MEMORY
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "media").mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    limits.forget_own()


@pytest.fixture
def ada(db: None) -> User:
    """A person."""
    return User.objects.create_user("ada", password="ada-password")


@pytest.fixture
def stranger(db: None) -> User:
    """Another person, who has nothing to do with the first one's things."""
    return User.objects.create_user("stranger", password="stranger-password")


@pytest.fixture
def administrator(db: None) -> User:
    """Somebody who sees everything."""
    return User.objects.create_superuser("root", password="root-password")


@pytest.fixture
def signed_in(client: Client, ada: User) -> Client:
    """The browser of ``ada``, who has signed in."""
    client.force_login(ada)
    return client


__all__ = [
    "ada",
    "administrator",
    "app_postgres",
    "app_redis",
    "application",
    "django_db_modify_db_settings",
    "django_db_setup",
    "redis_cache",
    "signed_in",
    "stranger",
]
