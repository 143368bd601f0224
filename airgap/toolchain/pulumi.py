"""``build``: the CLI from the cache, or from its source into the cache."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from airgap.toolchain import compilation, go, pin
from airgap.toolchain.errors import ToolchainError
from airgap.toolchain.go import Go
from airgap.toolchain.pin import Pin

_ANSWER_SECONDS = 30


def build(
    cache: Path,
    say: Callable[[str], None],
    *,
    environ: Mapping[str, str] = os.environ,
    go_places: Iterable[Path] = go.USUAL_PLACES,
) -> Path:
    """The path of a ``pulumi`` executable in `cache`, built if it is not there yet.

    It may be interrupted and begun again: what Go has compiled is not compiled twice, and a half
    made executable is never taken for one. Of several calls at the same time one builds and the
    others wait. `say` is given one line for each step, and one every few seconds of a long one.

    Raises:
        ToolchainError: no Go, no network, no space, or the result does not work.
    """
    wanted = pin.read()
    target = cache / f"pulumi-{wanted.version.removeprefix('v')}-{wanted.key}" / "pulumi"
    if _answers(target, wanted):
        return target
    _make_folder(target.parent)
    with _only_one(cache / "pulumi-build.lock", say):
        if not _answers(target, wanted):
            chosen = go.find(wanted.go, environ, go_places) or go.install(cache, say)
            _build(target, wanted, chosen, chosen.environment(environ), say)
            chosen.forget()
    return target


def _build(
    target: Path,
    wanted: Pin,
    chosen: Go,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    say(f"building Pulumi {wanted.version} with {chosen.executable}; this takes a few minutes")
    partial = target.with_name("pulumi.partial")
    try:
        compilation.run(
            [chosen.executable, "build", "-v", *wanted.flags, "-o", partial, pin.COMMAND],
            folder=pin.MODULE_FOLDER,
            environment=environment,
            log=target.with_name("build.log"),
            say=say,
        )
        if not _answers(partial, wanted):
            raise ToolchainError(
                f"The Pulumi that was built does not answer as version {wanted.version}.",
                f"Remove {target.parent} and run this again.",
            )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _answers(executable: Path, wanted: Pin) -> bool:
    if not executable.is_file():
        return False
    try:
        answer = subprocess.run(
            [executable, "version"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            check=True,
            timeout=_ANSWER_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == wanted.version


@contextmanager
def _only_one(lock: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the kernel's lock on `lock`; it is free again when the holder ends, however it ends."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build of Pulumi is running; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolchainError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Make room on the disk, or allow this user to write there.",
        ) from error
