"""The ordinary ways to have Pulumi: one that is installed, or the official download.

Only the standard library is used, and nothing of ``airgap``.
"""

import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO

MINIMUM = (3, 257, 0)
"""Resource hooks that survive ``destroy --ignore-protect --run-program`` came with this version."""

VERSION = "3.257.0"
"""The version that is downloaded."""

HOST = "pulumi-language-python"

_RELEASES = "https://get.pulumi.com/releases/sdk"
_CHECKSUMS = f"https://github.com/pulumi/pulumi/releases/download/v{VERSION}"
_SYSTEMS = {"linux": "linux", "darwin": "darwin"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 30.0
_CHUNK_BYTES = 1 << 20


class DownloadError(Exception):
    """The official download cannot be had; the text says why, in a few words."""


@dataclass(frozen=True)
class Finding:
    """What was found: a usable executable, or the reason why there is none."""

    path: Path | None
    reason: str


def find(environ: Mapping[str, str]) -> Path | None:
    """The installed ``pulumi`` if it can be used here, else None; `look` tells why."""
    return look(environ).path


def look(environ: Mapping[str, str]) -> Finding:
    """Look for a ``pulumi`` on the path: new enough, with a Python language host that starts."""
    search = environ.get("PATH", os.defpath)
    found = shutil.which("pulumi", path=search)
    if found is None:
        return Finding(None, "no pulumi is on the PATH")
    version = _version(found, environ)
    if version is None:
        return Finding(None, f"{found} does not answer `pulumi version`")
    if version < MINIMUM:
        return Finding(
            None, f"{found} is version {_dotted(version)}, and {_dotted(MINIMUM)} is needed"
        )
    beside = str(Path(found).resolve().parent)
    host = shutil.which(HOST, path=search) or shutil.which(HOST, path=beside)
    if host is None:
        return Finding(None, f"{HOST} is neither beside {found} nor on the PATH")
    if not _host_answers(host, environ):
        return Finding(None, f"{host} does not start")
    return Finding(Path(found), f"version {_dotted(version)}")


def install_official(cache: Path, say: Callable[[str], None]) -> Path:
    """The official ``pulumi`` in `cache`, downloaded and checked unless it is there already.

    Its folder holds the language hosts too. An interrupted download leaves nothing that a later
    run would take for a whole one.

    Raises:
        DownloadError: the machine is none that Pulumi is released for, the download site cannot
            be reached, or what came is not what was released.
    """
    target = cache / f"pulumi-official-{VERSION}"
    if (target / "pulumi").is_file():
        return target / "pulumi"
    archive = _archive_name()
    say(f"downloading the official Pulumi {VERSION}")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".pulumi-") as folder:
            downloaded = Path(folder) / archive
            digest = _download(f"{_RELEASES}/{archive}", downloaded)
            _check(archive, digest, say)
            unpacked = Path(folder) / "pulumi"
            _unpack(downloaded, unpacked)
            unpacked.replace(target)
    except (OSError, HTTPException, tarfile.TarError) as error:
        raise DownloadError(str(getattr(error, "reason", error))) from error
    return target / "pulumi"


def _archive_name() -> str:
    system = _SYSTEMS.get(sys.platform)
    machine = _MACHINES.get(platform.machine().lower())
    if system is None or machine is None:
        raise DownloadError(f"Pulumi is not released for {sys.platform} {platform.machine()}")
    return f"pulumi-v{VERSION}-{system}-{machine}.tar.gz"


def _download(url: str, target: Path) -> str:
    """Save `url` as `target`; its SHA-256. The time limit is for each wait, not for the whole."""
    digest = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=_CONNECT_SECONDS) as answer, target.open("wb") as file:  # noqa: S310
        while chunk := answer.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _unpack(archive: Path, folder: Path) -> None:
    """Take the executables out of `archive`, which has them all in one folder ``pulumi/``.

    Not ``extractall``: its safe filter came only with Python 3.11.4.
    """
    folder.mkdir()
    with tarfile.open(archive) as content:
        for member in content:
            match = re.fullmatch(r"(?:\./)?pulumi/([\w.-]+)", member.name)
            if match is None or not member.isfile():
                continue
            source = content.extractfile(member)
            if source is None:
                raise tarfile.ReadError(f"{member.name} cannot be read")
            target = folder / match.group(1)
            with source, target.open("wb") as file:
                shutil.copyfileobj(source, file)
            target.chmod(0o755)
    if not (folder / "pulumi").is_file():
        raise tarfile.ReadError("the archive holds no pulumi/pulumi")


def _check(archive: str, digest: str, say: Callable[[str], None]) -> None:
    """Compare with the published checksums, where they can be had."""
    url = f"{_CHECKSUMS}/pulumi-{VERSION}-checksums.txt"
    try:
        with urllib.request.urlopen(url, timeout=_CONNECT_SECONDS) as answer:  # noqa: S310
            published: str = answer.read().decode()
    except (OSError, HTTPException):
        say("its published checksums cannot be had; trusting the encrypted connection")
        return
    for line in published.splitlines():
        expected, _, name = line.partition(" ")
        if name.strip() == archive:
            if expected != digest:
                raise DownloadError(f"{archive} does not have its published checksum")
            return
    raise DownloadError(f"the published checksums do not name {archive}")


def _version(pulumi: str, environ: Mapping[str, str]) -> tuple[int, ...] | None:
    try:
        answer = subprocess.run(
            [pulumi, "version"],
            env={**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            check=True,
            timeout=_ANSWER_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer.stdout.strip())
    return tuple(int(part) for part in match.groups()) if match else None


def _host_answers(host: str, environ: Mapping[str, str]) -> bool:
    """Whether the language host starts and says on which port it listens, as the engine expects."""
    nobody = "127.0.0.1:1"
    try:
        process = subprocess.Popen(
            [host, nobody],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
    except OSError:
        return False
    timer = threading.Timer(_ANSWER_SECONDS, _kill, [process])
    timer.start()
    try:
        return _first_line(process.stdout).strip().isdigit()
    finally:
        timer.cancel()
        _kill(process)
        process.wait()


def _first_line(output: IO[bytes] | None) -> bytes:
    if output is None:
        return b""
    with output:
        return output.readline()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
