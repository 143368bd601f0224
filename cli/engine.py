"""The Docker engine: asked whether it is there, started or installed where that is ours to do."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import docker
import docker.errors

from cli import ui
from cli.errors import UserError
from guard.authz.install import ensure_running
from guard.authz.installing.places import of_this_machine
from guard.authz.installing.problem import AuthorizationError
from guard.client import from_env

START_SECONDS = 60
LOG = Path("/var/log/ledgerflow-dockerd.log")
CONFIGURATION = Path("/etc/docker/daemon.json")
POOLS = ("base=172.16.0.0/12,size=24", "base=192.168.0.0/16,size=24")
"""What networks get their addresses from: the engine's own ranges, in smaller pieces.

Its own pieces are 31, fewer where a route of the machine covers some. An environment has three
networks, so a machine with a few environments and other projects runs out of them.
"""


def ensure(environ: Mapping[str, str]) -> docker.DockerClient:
    """Return a client of a daemon that answers; raise UserError when there is none to be had."""
    client = connect()
    if client is not None:
        return client
    if environ.get("DOCKER_HOST"):
        raise UserError(
            f"the Docker daemon at DOCKER_HOST={environ['DOCKER_HOST']} does not answer",
            "start it, or unset DOCKER_HOST to use this machine's own",
        )
    if _socket_forbidden():
        raise UserError(
            "this user may not talk to the Docker daemon",
            "add the user to the group docker and log in again, or run as root",
        )
    if shutil.which("dockerd") is None:
        _install()
    _start_plugin()
    return connect() or _wait(_start())


def connect() -> docker.DockerClient | None:
    """Return a client when a daemon answers, else None."""
    try:
        client = from_env()
        client.ping()
    except docker.errors.DockerException:
        return None
    return client


def running() -> docker.DockerClient:
    """Return a client of the daemon for a command that starts none; UserError when it is away."""
    client = connect()
    if client is None:
        raise UserError("the Docker daemon does not answer", "make up starts it")
    return client


def _start_plugin() -> None:
    """Start the daemon's authorization plugin where the daemon's configuration names it.

    Without it a daemon refuses everything, and does not start.
    """
    try:
        ensure_running(of_this_machine())
    except AuthorizationError as error:
        raise UserError(str(error), error.way) from error


def _socket_forbidden() -> bool:
    socket = Path("/var/run/docker.sock")
    return socket.exists() and not os.access(socket, os.R_OK | os.W_OK)


def _install() -> None:
    if os.geteuid() != 0 or not _is_debian():
        raise UserError(
            "there is no Docker engine on this machine",
            "install Docker Engine (docs.docker.com/engine/install, or Debian's docker.io as "
            "root), then run the command again",
        )
    if sys.stdin.isatty() and not _agreed("There is no Docker engine. Install Debian's docker.io?"):
        raise UserError("there is no Docker engine", "install one and run the command again")
    with ui.working("Docker engine: none found; installing Debian's docker.io"):
        apt_install("docker.io", "iptables")


def apt_install(*packages: str) -> None:
    """Install Debian packages without questions; raise UserError with apt's own last words."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "-q", "update"]
    install = ["apt-get", "-q", "-y", "--no-install-recommends", "install", *packages]
    for command in (update, install):
        result = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if result.returncode != 0:
            words = (result.stderr.strip() or result.stdout.strip()).splitlines()
            raise UserError(
                f"{' '.join(command)} failed: {words[-1] if words else 'no message'}",
                "see that this machine reaches its Debian packages, then run the command again",
            )


def _start() -> "subprocess.Popen[bytes] | None":
    """Start the engine, by the service manager where there is one, else as a process of its own."""
    if Path("/run/systemd/system").is_dir():
        ui.step("Docker engine: starting its service")
        subprocess.run(["systemctl", "start", "docker"], capture_output=True, check=False)
        return None
    if os.geteuid() != 0:
        raise UserError(
            "the Docker engine is installed but not running", "start it (as root: dockerd &)"
        )
    ui.step(f"Docker engine: starting dockerd, its log is {LOG}")
    with LOG.open("ab") as log:
        return subprocess.Popen(
            ["dockerd", *_pools()],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            close_fds=True,
        )


def _pools() -> list[str]:
    """Return the options that name `POOLS`; none where the machine's configuration has its own."""
    try:
        configured = json.loads(CONFIGURATION.read_text())
    except FileNotFoundError:
        configured = {}
    except ValueError:  # the engine says what is wrong with it
        return []
    if not isinstance(configured, dict) or "default-address-pools" in configured:
        return []
    return [f"--default-address-pool={pool}" for pool in POOLS]


def _wait(process: "subprocess.Popen[bytes] | None") -> docker.DockerClient:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        client = connect()
        if client is not None:
            return client
        time.sleep(0.5)
    words = LOG.read_text(errors="replace").splitlines()[-3:] if LOG.exists() else []
    raise UserError(
        "the Docker engine did not start" + "".join(f"\n    {line}" for line in words),
        f"look into {LOG}" if words else "look into its service's log: journalctl -u docker",
    )


def _is_debian() -> bool:
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _agreed(question: str) -> bool:
    return input(f"{question} [Y/n] ").strip().lower() in ("", "y", "yes")
