"""Keeps answers for a while, in the cache; one that is away keeps nothing and breaks nothing."""

import hashlib
import json
import logging
from collections.abc import Mapping
from typing import Any

import redis
from django.core.cache import cache

from tools.interface import Answer
from tools.registry import Definition

logger = logging.getLogger(__name__)


def key(definition: Definition, parameters: Mapping[str, Any]) -> str:
    """Return the key of an answer; it tells nothing of the parameters."""
    text = json.dumps(dict(parameters), sort_keys=True, separators=(",", ":"))
    asked = f"{definition.path}\n{definition.signature}\n{text}"
    return f"tools:{hashlib.sha256(asked.encode()).hexdigest()}"


def kept(key: str) -> Answer | None:
    """Return the answer that is kept, if any."""
    try:
        stored = cache.get(key)
        return None if stored is None else Answer.from_json(stored)
    except (redis.RedisError, OSError):
        logger.warning("the cache is away: nothing is taken from it")
    except (KeyError, TypeError, ValueError):
        logger.warning("an answer in the cache has another version's form")
    return None


def keep(key: str, answer: Answer, seconds: int) -> None:
    """Keep an answer."""
    try:
        cache.set(key, answer.as_json(), seconds)
    except (redis.RedisError, OSError):
        logger.warning("the cache is away: nothing is kept")
