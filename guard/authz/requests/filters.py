"""The filters of a prune request, in both spellings that the API takes.

Source: moby, ``api/types/filters``: ``{"label": {"a=b": true}}``, before API 1.22
``{"label": ["a=b"]}``.
"""

from typing import Final

from guard.authz.requests.go_json import read_json
from guard.authz.requests.target import Target
from guard.authz.requests.unreadable import UnreadableError
from guard.effects import Filters

WHAT: Final = "the filter"
TRUE_WORDS: Final = ("true", "1")
NAMED_ONES_STAY_SINCE: Final = (1, 42)
"""The API's version from which pruning volumes leaves the named ones, unless ``all`` says not."""


def prune_filters(target: Target) -> Filters:
    """Return the filters as (key, value); raise UnreadableError when they are not understood."""
    text = target.text("filters")
    found = read_json(text, WHAT) if text else {}
    if not isinstance(found, dict):
        raise UnreadableError(f"{WHAT} is no object")
    return tuple((key, value) for key, values in found.items() for value in _values(values))


def every_image(filters: Filters) -> bool:
    """Tell whether images with a name are pruned too: anything but one clear ``dangling=true``."""
    dangling = [value for key, value in filters if key == "dangling"]
    return bool(dangling) and dangling not in [[word] for word in TRUE_WORDS]


def every_volume(target: Target, filters: Filters) -> bool:
    """Tell whether volumes with a name are pruned too, as far as the request says it."""
    if target.version is not None and target.version < NAMED_ONES_STAY_SINCE:
        return True
    return any(key == "all" and value not in ("false", "0") for key, value in filters)


def _values(values: object) -> list[str]:
    if isinstance(values, dict):
        if not all(value is True for value in values.values()):
            raise UnreadableError(f"{WHAT} says no to a value, which daemons read differently")
        return list(values)
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return values
    raise UnreadableError(f"{WHAT} is no list of values")
