"""Whether the daemon asks the plugin, and makes it ask or stop asking."""

import os
import signal
import time
from contextlib import suppress
from typing import Final

from guard.authz.installing.places import Places
from guard.authz.installing.problem import AuthorizationError
from guard.endpoint import Endpoint
from guard.engine_api import Engine
from guard.world import WorldError

RELOAD_SECONDS: Final = 15.0


def enforced(places: Places) -> bool | None:
    """Tell whether the daemon asks the plugin; None when the daemon does not answer."""
    engine = Engine(Endpoint(places.docker), timeout=5.0)
    try:
        found = engine.get("/info")
    except WorldError:
        return None
    finally:
        engine.close()
    plugins = found.get("Plugins") if isinstance(found, dict) else None
    return isinstance(plugins, dict) and places.plugin in (plugins.get("Authorization") or ())


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
        time.sleep(0.1)


def daemon_process(places: Places) -> int | None:
    """Return the daemon's process id, None when it does not run."""
    try:
        number = int(places.daemon_pid_file.read_text())
        os.kill(number, 0)
    except (OSError, ValueError):
        return None
    return number
