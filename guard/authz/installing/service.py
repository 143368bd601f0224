"""The plugin's process on a machine: a systemd service, or a detached process without systemd."""

import os
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from guard.authz.asking import answers
from guard.authz.installing.places import Places
from guard.authz.installing.problem import AuthorizationError
from guard.authz.process import command

START_SECONDS: Final = 20.0
STOP_SECONDS: Final = 10.0
DAEMON_UNIT: Final = "docker.service"


def unit_name(places: Places) -> str:
    """Return the name of the plugin's unit."""
    return f"{places.plugin}-authz.service"


def unit(places: Places) -> str:
    """Return the unit: it counts as started once the plugin answers, before the daemon starts."""
    serve = shlex.join(command(places.serving, "serve"))
    wait = shlex.join(command(places.serving, "wait"))
    return f"""[Unit]
Description=Authorization plugin of LedgerFlow for the Docker daemon
Before={DAEMON_UNIT}
StartLimitIntervalSec=0

[Service]
WorkingDirectory={places.repository}
ExecStart={serve}
ExecStartPost={wait}
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
"""


def drop_in(places: Places) -> str:
    """Return what the daemon's own unit gets: it starts after the plugin, and takes it along."""
    return f"[Unit]\nWants={unit_name(places)}\nAfter={unit_name(places)}\n"


def start(places: Places) -> None:
    """Start the plugin for good, with the code as it is now, and return once it answers.

    Raises AuthorizationError.
    """
    if places.units is not None:
        _write_units(places, places.units)
        _systemctl("daemon-reload")
        _systemctl("enable", unit_name(places))
        _systemctl("restart", unit_name(places))
    elif (number := process(places)) is not None:
        os.kill(number, signal.SIGHUP)
    else:
        _detach(places)
    deadline = time.monotonic() + START_SECONDS
    while not answers(places.serving.socket, 1.0):
        if time.monotonic() > deadline:
            raise AuthorizationError(
                f"the plugin does not answer on {places.serving.socket}",
                f"see {_log_of(places)}",
            )
        time.sleep(0.1)


def stop(places: Places) -> None:
    """Stop the plugin and take its socket and its units away; raise AuthorizationError."""
    if places.units is not None:
        _systemctl("disable", "--now", unit_name(places))
        (places.units / unit_name(places)).unlink(missing_ok=True)
        _drop_in_file(places, places.units).unlink(missing_ok=True)
        _systemctl("daemon-reload")
    else:
        _terminate(places)
    places.serving.socket.unlink(missing_ok=True)


def process(places: Places) -> int | None:
    """Return the id of the plugin's supervisor, None when none runs."""
    try:
        number = int(places.serving.pid_file.read_text())
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return number if str(places.serving.socket).encode() in words else None


def _write_units(places: Places, units: Path) -> None:
    (units / unit_name(places)).write_text(unit(places))
    file = _drop_in_file(places, units)
    file.parent.mkdir(exist_ok=True)
    file.write_text(drop_in(places))


def _drop_in_file(places: Places, units: Path) -> Path:
    return units / f"{DAEMON_UNIT}.d" / f"{places.plugin}-authz.conf"


def _systemctl(*words: str) -> None:
    done = subprocess.run(["systemctl", *words], capture_output=True, text=True)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise AuthorizationError(
            f"systemctl {' '.join(words)} failed: {lines[-1]}", "see `journalctl -xe`"
        )


def _detach(places: Places) -> None:
    """Start the supervisor so that it outlives the terminal and the caller."""
    with places.log.open("ab") as log:
        subprocess.Popen(
            command(places.serving, "serve"),
            cwd=places.repository,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _terminate(places: Places) -> None:
    number = process(places)
    if number is None:
        return
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while process(places) is not None:
        if time.monotonic() > deadline:
            raise AuthorizationError(
                f"the plugin's process {number} does not end", f"see {_log_of(places)}"
            )
        time.sleep(0.05)


def _log_of(places: Places) -> str:
    return str(places.log) if places.units is None else f"`journalctl -u {unit_name(places)}`"
