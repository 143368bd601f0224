"""The Celery application: ``celery -A config.celery worker`` and ``... beat``."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("ledgerflow")
app.config_from_object("django.conf:settings", namespace="CELERY")


@setup_logging.connect
def keep_logging(**_: object) -> None:
    """Keep the log as ``config.logs`` set it up: with a receiver Celery sets up none of its own."""
