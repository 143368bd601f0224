"""The variables of the application's own processes beside a benchmark."""

import os
from pathlib import Path

from django.db import connection


def application_variables(repository: Path, redis_url: str) -> dict[str, str]:
    """Return what makes a process use the test's database, Redis and ``MEDIA_ROOT``."""
    database = connection.settings_dict
    return {
        "LEDGERFLOW_ENVIRONMENT": "test-rest",
        "DJANGO_SECRET_KEY": "an-unlikely-signing-key-of-more-than-fifty-characters-0123",
        "DJANGO_ALLOWED_HOSTS": "localhost",
        "DATABASE_HOST": str(database["HOST"]),
        "DATABASE_PORT": str(database["PORT"]),
        "DATABASE_NAME": str(database["NAME"]),
        "DATABASE_USER": str(database["USER"]),
        "DATABASE_PASSWORD": str(database["PASSWORD"]),
        "REDIS_URL": redis_url,
        "SEARXNG_URL": "http://127.0.0.1:9",
        "MEDIA_ROOT": os.environ["MEDIA_ROOT"],
        "PYTHONPATH": f"{repository / 'app'}:{repository}",
        "PATH": os.environ["PATH"],
    }
