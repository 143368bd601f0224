"""Logging to standard output: plain lines for people, or one JSON object per line for machines."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal

from config.context import known


class JsonFormatter(logging.Formatter):
    """Writes one line for a record: time (UTC), level, logger, message, context, any traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a JSON object without line breaks."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **known(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


class SkipHealthChecks(logging.Filter):
    """Drops the access lines of healthy checks, of which there is one every few seconds."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to keep the record; a health check that fails is kept."""
        message = record.getMessage()
        return not ('"GET /healthz HTTP' in message and '" 200 ' in message)


def logging_settings(style: Literal["plain", "json"]) -> dict[str, Any]:
    """Return the ``dictConfig`` that Django and gunicorn share."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": "{levelname} {name}: {message}", "style": "{"},
            "json": {"()": "config.logs.JsonFormatter"},
        },
        "filters": {"health": {"()": "config.logs.SkipHealthChecks"}},
        "handlers": {
            "stdout": {
                "filters": ["health"],
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": style,
            }
        },
        "root": {"handlers": ["stdout"], "level": "INFO"},
        # Django's own set-up mails errors to administrators and prints only while debugging.
        # ofxtools says of each file that it reads it.
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "ofxtools": {"level": "WARNING"},
        },
    }
