"""Pulumi's values as plain data: its unknowns, secrets and proxies become what rules understand.

Looking at an unknown value through Pulumi's own proxy raises, which would turn a mandatory policy
advisory; so the proxies are opened first, and the unknown is marked.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from policies.view import Hidden

UNKNOWN_TEXTS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What stands for an unknown bool, number, text, list, asset, archive and object
(``pulumi_policy.proxy``, and ``plugin/rpc.go`` of Pulumi)."""
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - of the format
MASKED: Final = "[secret]"
"""What ``pulumi preview --json`` prints for a secret."""
TARGET: Final = "__target"
"""Key under which a proxy of ``pulumi_policy`` gives out what it wraps."""


def plain(value: Any) -> Any:  # noqa: ANN401 - values of any shape, as JSON has them
    """Return mappings, lists and scalars with :class:`Hidden` for what cannot be looked at."""
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, Mapping):
        inside = opened(value)
        if inside.get(SIGNATURE) == SECRET_SIGNATURE:
            return Hidden.SECRET
        return {key: plain(inner) for key, inner in inside.items() if key != "__defaults"}
    if isinstance(value, Sequence):
        return [plain(inner) for inner in opened(value)]
    if value is None or isinstance(value, bool | int | float):
        return value
    return Hidden.SECRET if type(value).__name__ == "Secret" else Hidden.UNKNOWN


def _plain_text(value: str) -> str | Hidden:
    if value in UNKNOWN_TEXTS:
        return Hidden.UNKNOWN
    return Hidden.SECRET if value == MASKED else value


def opened(value: Any) -> Any:  # noqa: ANN401
    """Return what a proxy of ``pulumi_policy`` wraps; anything else as it is."""
    try:
        return value[TARGET]
    except (KeyError, TypeError, IndexError):
        return value
