"""The Debian root file system that every stand-in starts from, made by mmdebstrap."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from airgap.images.daemon import log_file
from airgap.images.errors import ImageError
from airgap.images.leftovers import scratch_folder
from airgap.images.mirrors import mirror_lines
from airgap.images.progress import Say, Step, step
from airgap.images.recipe import LABEL_ORIGIN, LABEL_RECIPE, Base

TRIXIE = Base(
    suite="trixie",
    packages=("ca-certificates", "passwd", "wget"),
    dpkg_options=(
        "force-unsafe-io",
        "path-exclude=/usr/share/doc/*",
        "path-include=/usr/share/doc/*/copyright",
        "path-exclude=/usr/share/man/*",
        "path-exclude=/usr/share/info/*",
        "path-exclude=/usr/share/locale/*",
    ),
    apt_options=(
        'Acquire::Languages "none"',
        'APT::Install-Recommends "false"',
        'APT::AutoRemove::SuggestsImportant "false"',
    ),
)

POLL = 0.2
"""Seconds between two looks at mmdebstrap."""
_INSTALL = "Install mmdebstrap (Debian and its relatives: apt-get install mmdebstrap)."


def ensure_base(base: Base, client: docker.DockerClient, cache: Path, say: Say) -> None:
    """Make the base image unless the daemon has it. Raises `ImageError`."""
    try:
        client.images.get(base.reference)
    except ImageNotFound:
        _ensure_mmdebstrap(say)
        with scratch_folder(cache) as scratch:
            archive = scratch / "base.tar"
            with step(say, f"making a Debian {base.suite} base with mmdebstrap") as current:
                _bootstrap(base, archive, log_file(cache, "base"), current)
            with step(say, "importing the base into Docker"):
                _import(base, archive, client)


def command_for(base: Base, archive: Path, mirrors: list[str]) -> list[str]:
    """Return the mmdebstrap command that writes `base` to `archive`."""
    return [
        "mmdebstrap",
        "--variant=apt",
        f"--include={','.join(base.packages)}",
        *(f"--dpkgopt={option}" for option in base.dpkg_options),
        *(f"--aptopt={option}" for option in base.apt_options),
        base.suite,
        str(archive),
        *mirrors,
    ]


def _bootstrap(base: Base, archive: Path, log: Path, current: Step) -> None:
    environ = dict(os.environ)
    if os.geteuid() == 0:
        # What it unpacks lies beside the archive: /tmp may be small, or in memory. Without root
        # it works as other users, who may not get at the cache.
        environ["TMPDIR"] = str(archive.parent)
    command = command_for(base, archive, mirror_lines(base.suite))
    with (
        log.open("w", encoding="utf-8") as words,
        subprocess.Popen(command, stderr=words, env=environ, start_new_session=True) as process,
    ):
        try:
            while process.poll() is None:
                current.detail = _last_lines(log, 1)
                time.sleep(POLL)
        except BaseException:
            # The whole group, as a terminal would: it takes its mounts and folders away.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise
    if process.returncode != 0:
        raise ImageError(
            f"mmdebstrap failed (log: {log}):\n  {_last_lines(log, 10)}",
            "Check that this machine reaches a Debian mirror and has disk space, then try again.",
        )


def _last_lines(log: Path, count: int) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n  ".join(line.removeprefix("I: ") for line in lines[-count:])


def _import(base: Base, archive: Path, client: docker.DockerClient) -> None:
    repository, _, tag = base.reference.partition(":")
    packages = ", ".join(base.packages)
    changes = [
        f"LABEL {LABEL_ORIGIN}='stand-in: Debian {base.suite} by mmdebstrap with {packages}'",
        f"LABEL {LABEL_RECIPE}={base.identity}",
        "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        'CMD ["bash"]',
    ]
    client.api.import_image_from_file(str(archive), repository, tag, changes=changes)


def _ensure_mmdebstrap(say: Say) -> None:
    if shutil.which("mmdebstrap"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ImageError("Images cannot be built here without mmdebstrap.", _INSTALL)
    with step(say, "installing mmdebstrap"):
        _apt_get("update", "-qq")
        # The keyring with it: that of an older Debian may not know the suite's keys yet.
        packages = ("mmdebstrap", "debian-archive-keyring")
        _apt_get("install", "-y", "-qq", "--no-install-recommends", *packages)


def _apt_get(*arguments: str) -> None:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines() or [f"apt-get ended with {done.returncode}"]
        raise ImageError(f"mmdebstrap could not be installed: {words[-1]}", _INSTALL)
