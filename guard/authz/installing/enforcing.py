"""Whether the daemon asks the plugin, and makes it ask or stop asking."""

import http.client
import os
import signal
import time
from contextlib import suppress
from typing import Final

from guard.authz.installing.asking_daemon import ask
from guard.authz.installing.places import Places
from guard.authz.installing.problem import AuthorizationError

RELOAD_SECONDS: Final = 15.0
PATIENCE_SECONDS: Final = 5.0


def enforced(places: Places) -> bool | None:
    """Tell whether the daemon asks the plugin; None when that cannot be told.

    What the daemon says of its plugins (``/info``) does not follow its configuration before a
    restart, so it is asked for what it cannot do and the plugin does not let pass: to create a
    volume that is not described.
    """
    status, answer = ask(places.docker, "POST", "/volumes/create", patience=PATIENCE_SECONDS)
    if status == http.client.FORBIDDEN:
        return True if f"plugin {places.plugin}:" in answer else None
    silent = status == 0 or status >= http.client.INTERNAL_SERVER_ERROR
    return None if silent and "EOF" not in answer else False


def reload(places: Places, *, wanted: bool) -> None:
    """Let the daemon read its configuration again; raise AuthorizationError if nothing follows."""
    number = daemon_process(places)
    if number is None:
        raise AuthorizationError(
            f"no Docker daemon runs by {places.daemon_pid_file}",
            "start it: it reads its configuration by itself then",
        )
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGHUP)
    deadline = time.monotonic() + RELOAD_SECONDS
    while enforced(places) is not wanted:
        if time.monotonic() > deadline:
            raise AuthorizationError(
                f"the daemon {'does not ask' if wanted else 'still asks'} the plugin",
                f"see whether it was started with --config-file {places.daemon_config} and without "
                "--authorization-plugin, then restart it",
            )
        time.sleep(0.2)


def daemon_process(places: Places) -> int | None:
    """Return the daemon's process id, None when it does not run."""
    try:
        number = int(places.daemon_pid_file.read_text())
        os.kill(number, 0)
    except (OSError, ValueError):
        return None
    return number
