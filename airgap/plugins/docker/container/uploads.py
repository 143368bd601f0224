"""Files put into a container before it starts, through Docker's archive interface."""

import base64
import binascii
import grp
import io
import pwd
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from airgap.plugins.errors import PluginError
from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient

_SOURCES = ("content", "contentBase64", "source")


def check(inputs: Properties) -> list[str]:
    """Uploads with no content, or with more than one."""
    failures = []
    for index, upload in enumerate(inputs.get("uploads") or []):
        if not isinstance(upload, dict):
            continue
        given = [name for name in _SOURCES if upload.get(name) not in (None, "")]
        if len(given) != 1 and not (not given and "content" in upload):
            failures.append(
                f"uploads[{index}]: exactly one of 'content', 'contentBase64' or 'source' must be "
                f"set"
            )
    return failures


def send(client: "APIClient", container: str, uploads: list[Properties]) -> None:
    """Put every upload into the container, in one archive."""
    if not uploads:
        return
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for upload in uploads:
            content = _content(upload)
            entry = tarfile.TarInfo(upload["file"].lstrip("/"))
            entry.size = len(content)
            entry.mode = mode(upload)
            entry.uid = _number(upload.get("owner"), lambda name: pwd.getpwnam(name).pw_uid)
            entry.gid = _number(upload.get("group"), lambda name: grp.getgrnam(name).gr_gid)
            tar.addfile(entry, io.BytesIO(content))
    client.put_archive(container, "/", archive.getvalue())


def mode(upload: Properties) -> int:
    """The file's permission bits; `permissions` wins over `executable`."""
    if upload.get("permissions"):
        return int(upload["permissions"], 8)
    return 0o744 if upload.get("executable") else 0o644


def _number(name: str | None, look_up: Callable[[str], int]) -> int:
    """A user's or group's number; names are those of this machine, as in the official plugin."""
    if not name or name.isdecimal():
        return int(name or 0)
    try:
        return look_up(name)
    except KeyError as error:
        message = f"this machine knows no user or group '{name}' for an upload; give its number"
        raise PluginError(message) from error


def _content(upload: Properties) -> bytes:
    where = upload["file"]
    if upload.get("contentBase64"):
        try:
            return base64.b64decode(upload["contentBase64"], validate=True)
        except binascii.Error as error:
            message = f"the contentBase64 of the upload to {where} is not base64; correct it"
            raise PluginError(message) from error
    if upload.get("source"):
        try:
            return Path(upload["source"]).read_bytes()
        except OSError as error:
            message = (
                f"cannot read {upload['source']} for the upload to {where}: {error.strerror}; "
                f"correct the upload's `source`"
            )
            raise PluginError(message) from error
    return str(upload.get("content", "")).encode()
