"""The Debian root file system that every stand-in starts from, made by mmdebstrap."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from airgap.images.errors import ImageError
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

_INSTALL = "Install mmdebstrap (Debian and its relatives: apt-get install mmdebstrap)."


def ensure_base(base: Base, client: docker.DockerClient, cache: Path, say: Say) -> None:
    """Make the base image unless the daemon has it. Raises `ImageError`."""
    try:
        client.images.get(base.reference)
    except ImageNotFound:
        _ensure_mmdebstrap(say)
        with tempfile.TemporaryDirectory(prefix=".base-", dir=cache) as scratch:
            archive = Path(scratch) / "base.tar"
            with step(say, f"making a Debian {base.suite} base with mmdebstrap") as current:
                _bootstrap(base, archive, current)
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


def _bootstrap(base: Base, archive: Path, current: Step) -> None:
    environ = dict(os.environ)
    if os.geteuid() == 0:
        # What it unpacks lies beside the archive: /tmp may be small, or in memory. Without root
        # it works as other users, who may not get at the cache.
        environ["TMPDIR"] = str(archive.parent)
    command = command_for(base, archive, mirror_lines(base.suite))
    last_words: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ) as process:
        try:
            for line in process.stderr or ():
                current.detail = line.strip().removeprefix("I: ")
                last_words = [*last_words[-9:], line.rstrip()]
        except BaseException:
            process.terminate()  # it takes its own mounts and folders away
            raise
    if process.returncode != 0:
        raise ImageError(
            "mmdebstrap failed:\n  " + "\n  ".join(last_words),
            "Check that this machine reaches a Debian mirror and has disk space, then try again.",
        )


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
