"""The files that a container gets before it starts: expected and found, contents as hashes only."""

import hashlib
import io
import re
import tarfile
from collections.abc import Mapping
from typing import Any

import docker
import docker.errors
from pydantic import SecretStr

from cli.drift.view import FILE, View
from infra.spec import File, SecretRef, Service

DIGEST_DIGITS = 12
UNREADABLE = "unreadable"
PENDING = "content of a configuration that `make up` has not applied yet"


def expected_files(
    service: Service, uploads: list[Mapping[str, Any]], recorded: Mapping[str, SecretStr]
) -> View:
    """Return mode, owner and content of every file of a service.

    ``uploads`` are the renderer's inputs; ``recorded`` are the contents that the state knows, by
    path, for the files that have a secret in them.
    """
    result: View = {}
    for file, upload in zip(service.files, uploads, strict=True):
        content = _content(file, recorded.get(file.path))
        result |= _view(
            file.path,
            mode=int(upload["permissions"], 8),
            owner=f"{upload.get('owner') or 0}:{upload.get('group') or 0}",
            content=PENDING if content is None else digest(content.encode()),
        )
    return result


def found_files(client: docker.DockerClient, container: str, service: Service) -> View:
    """Return the same of the files as the container has them now; absent ones are left out."""
    result: View = {}
    for file in service.files:
        result |= _read(client, container, file.path)
    return result


def secret_fields(service: Service) -> set[str]:
    """Return the fields that are hidden even as hashes: a short secret is guessed from its."""
    return {f"{FILE}{file.path} content" for file in service.files if has_secret(file)}


def has_secret(file: File) -> bool:
    """Tell whether a part of the file is a secret."""
    return any(isinstance(part, SecretRef) for part in file.content)


def digest(content: bytes) -> str:
    """Return the beginning of the content's SHA-256, enough to tell two contents apart."""
    return f"sha256:{hashlib.sha256(content).hexdigest()[:DIGEST_DIGITS]}"


def _content(file: File, recorded: SecretStr | None) -> str | None:
    """Return the file's content, or None when the state's does not fit the spec any more."""
    if not has_secret(file):
        return "".join(part for part in file.content if isinstance(part, str))
    text = recorded.get_secret_value() if recorded else ""
    pattern = "".join(re.escape(p) if isinstance(p, str) else "(?:.+)" for p in file.content)
    return text if re.fullmatch(pattern, text, re.DOTALL) else None


def _read(client: docker.DockerClient, container: str, path: str) -> View:
    try:
        stream, _ = client.api.get_archive(container, path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            member = archive.getmembers()[0]
            reader = archive.extractfile(member) if member.isfile() else None
            content = digest(reader.read()) if reader else "not a file"
    except docker.errors.NotFound:
        return {}
    except tarfile.TarError:
        return _view(path, mode=0, owner="", content=UNREADABLE)
    owner = f"{member.uid}:{member.gid}"
    return _view(path, mode=member.mode & 0o7777, owner=owner, content=content)


def _view(path: str, *, mode: int, owner: str, content: str) -> View:
    return {
        f"{FILE}{path} permissions": f"{mode:04o}",
        f"{FILE}{path} owner": owner,
        f"{FILE}{path} content": content,
    }
