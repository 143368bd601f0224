"""The build context: which files belong to it, its digest, and its archive.

The digest is computed as the official plugin does (pulumi-docker's `contextDigest`: SHA-256 over
name, mode and SHA-256 of the content of every file, the Dockerfile first), so that an image built
by either plugin is not rebuilt by the other.
"""

import fnmatch
import hashlib
import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

from airgap.plugins.errors import PluginError
from airgap.plugins.values import Properties

_NO_MODE = "-" * 10
_CHUNK = 1024 * 1024
OUTSIDE_NAME = ".dockerfile.ledgerflow"  # a Dockerfile from outside the context, in the archive


def sources(options: Properties) -> tuple[Path, Path]:
    """The context's folder and the Dockerfile, whose default is the one in the context."""
    context = Path(str(options.get("context") or "."))
    named = options.get("dockerfile")
    return context, Path(str(named)) if named else context / "Dockerfile"


def digest(context: Path, dockerfile: Path) -> str:
    """The context's digest; raises PluginError when a file cannot be read."""
    total = hashlib.sha256()
    _add(total, dockerfile, "Dockerfile", _NO_MODE)
    for name in files(context, dockerfile):
        path = context / name
        _add(total, path, name, mode_string(path.lstat().st_mode))
    return total.hexdigest()


def _add(total: "hashlib._Hash", path: Path, name: str, mode: str) -> None:
    total.update(name.encode())
    total.update(mode.encode())
    total.update(_content_digest(path))
    total.update(b"\0")


def _content_digest(path: Path) -> bytes:
    content = hashlib.sha256()
    if path.is_symlink():
        content.update(os.path.realpath(path).encode())
        return content.digest()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                content.update(chunk)
    except OSError as error:
        message = f"cannot read {path} for the build context: {error.strerror}"
        raise PluginError(message) from error
    return content.digest()


def mode_string(mode: int) -> str:
    """The mode as Go prints it: `-rw-r--r--`, with `L` for a symbolic link."""
    text = stat.filemode(mode)
    return f"L{text[1:]}" if text.startswith("l") else text


def files(context: Path, dockerfile: Path) -> Iterator[str]:
    """The names of all files of the context that `.dockerignore` leaves, directory by directory."""
    patterns = ignore_patterns(context, dockerfile)
    yield from _walk(context, "", _matcher(patterns), [p[1:] for p in patterns if p[0] == "!"])


def _matcher(patterns: list[str]) -> Callable[[str], bool]:
    """Whether a name is ignored, by Docker's own rules as its SDK implements them."""
    if not patterns:
        return lambda name: False
    from docker.utils.build import PatternMatcher  # noqa: PLC0415

    matcher = PatternMatcher(patterns)
    return lambda name: bool(matcher.matches(name))  # type: ignore[arg-type]


def _walk(
    root: Path, below: str, ignored: Callable[[str], bool], exceptions: list[str]
) -> Iterator[str]:
    for entry in sorted(os.scandir(root / below), key=lambda e: e.name):
        name = f"{below}/{entry.name}" if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            # An ignored folder is left out whole, unless an exception may reach into it.
            if not ignored(name) or any(_reaches(pattern, name) for pattern in exceptions):
                yield from _walk(root, name, ignored, exceptions)
        elif (entry.is_symlink() or entry.is_file()) and not ignored(name):
            yield name


def _reaches(exception: str, folder: str) -> bool:
    """Whether an exception's pattern may match something below the folder."""
    parts = exception.strip("/").split("/")
    for part, name in zip(parts, folder.split("/"), strict=False):
        if part == "**":
            return True
        if not fnmatch.fnmatchcase(name, part):
            return False
    return True


def ignore_patterns(context: Path, dockerfile: Path) -> list[str]:
    """The patterns of `<Dockerfile>.dockerignore`, or of `.dockerignore`, where there is one."""
    own = context / f"{dockerfile.name}.dockerignore"
    path = own if own.is_file() else context / ".dockerignore"
    if not path.is_file():
        return []
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def archive(context: Path, dockerfile: Path) -> tuple[io.BytesIO, str]:
    """The context as a tar file, and the Dockerfile's name in it.

    Deterministic: names in order, everything owned by root. Modification times stay, because the
    daemon leaves them out of its cache key and a program may look at them.
    """
    buffer = io.BytesIO()
    inside = _relative(dockerfile, context)
    names = list(files(context, dockerfile))
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in sorted({*names, *([inside] if inside else [])}):
            tar.add(context / name, arcname=name, recursive=False, filter=_owned_by_root)
        if inside is None:
            tar.add(dockerfile, arcname=OUTSIDE_NAME, recursive=False, filter=_owned_by_root)
    buffer.seek(0)
    return buffer, inside or OUTSIDE_NAME


def _owned_by_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _relative(path: Path, root: Path) -> str | None:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return None
