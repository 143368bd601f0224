"""What a full backup must hold and a container cannot see, put into one folder for it.

The container has no Docker socket, no checkout and no Pulumi. So whoever starts it writes here
which images run, which commit they are of, and the stack: its outputs without secrets, its
configuration and its state with their secrets as Pulumi encrypted them.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import docker
import docker.errors

from cli import atomic
from cli.pulumi import Pulumi
from infra import conventions
from infra.archive import CONTEXT_MODE, open_to
from infra.spec import Environment, Service

FILE_MODE: Final = 0o440
SECRET_KEY: Final = "4dabf18193072939515e22adb298388d"  # noqa: S105 - what Pulumi marks secrets by
HIDDEN: Final = "[secret]"
FIXTURES: Final = "fixtures"


def collect(
    place: Path, group: int, spec: Environment, client: docker.DockerClient, pulumi: Pulumi
) -> None:
    """Write everything anew, each file whole; what a stack does not have yet is left out."""
    repository = pulumi.workspace.repository
    texts = {
        "versions.json": _json(versions(spec, client)),
        "git.json": _json(git(repository)),
    }
    configuration = pulumi.config_file or pulumi.workspace.stack_file(spec.name)
    if configuration.is_file():
        texts["stack-config.yaml"] = configuration.read_text()
    if pulumi.has_resources():
        exported = pulumi.read("stack", "export")
        texts["stack-export.json"] = exported
        texts["stack-outputs.json"] = _json(outputs(json.loads(exported)))
    for name, text in texts.items():
        atomic.write_text(place / name, text, FILE_MODE)
        open_to(place / name, group, FILE_MODE)
    _copy_fixtures(repository / "app", place / FIXTURES, group)


def versions(spec: Environment, client: docker.DockerClient) -> dict[str, str]:
    """Return what runs, flat: each container's image by name, id, digests and origin; the engine.

    All of it is text, because it becomes a part of the backup's manifest.
    """
    found = {"docker": str(client.version().get("Version"))}
    for service in spec.services:
        found |= _container(client, spec, service)
    return found


def git(repository: Path) -> dict[str, str]:
    """Return which commit the checkout is of, and which files differ from it."""
    facts = {
        "commit": _git(repository, "rev-parse", "HEAD"),
        "branch": _git(repository, "rev-parse", "--abbrev-ref", "HEAD"),
        "describe": _git(repository, "describe", "--always", "--tags", "--dirty"),
        "changed": _git(repository, "status", "--porcelain"),
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def outputs(exported: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs in an exported stack, every secret replaced by a word."""
    resources = exported["deployment"].get("resources") or []
    stack: dict[str, Any] = next((r for r in resources if r["type"] == "pulumi:pulumi:Stack"), {})
    return {name: _without_secrets(v) for name, v in (stack.get("outputs") or {}).items()}


def _without_secrets(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if SECRET_KEY in value:
            return HIDDEN
        return {key: _without_secrets(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value


def _container(client: docker.DockerClient, spec: Environment, service: Service) -> dict[str, str]:
    try:
        container = client.api.inspect_container(
            conventions.container_name(spec.name, service.name)
        )
        image: dict[str, Any] = client.api.inspect_image(container["Image"])  # type: ignore[no-untyped-call]
    except docker.errors.NotFound:
        return {}
    labels = image["Config"].get("Labels") or {}
    facts = {
        "container": container["Id"],
        "image": " ".join(sorted(image.get("RepoTags") or [])),
        "image_id": image["Id"],
        "image_digests": " ".join(sorted(image.get("RepoDigests") or [])),
        "image_origin": labels.get(conventions.LABEL_IMAGE_ORIGIN, "official"),
    }
    return {f"{service.name}.{name}": str(fact) for name, fact in facts.items() if fact}


def _git(repository: Path, *arguments: str) -> str | None:
    try:
        result = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def _copy_fixtures(application: Path, place: Path, group: int) -> None:
    """Copy the application's fixture files, by their path in it."""
    if place.exists():
        shutil.rmtree(place)
    _make(place, group)
    for source in sorted(application.glob("*/fixtures/**/*")):
        if source.is_file():
            target = place / source.relative_to(application)
            _make(target.parent, group)
            shutil.copyfile(source, target)
            open_to(target, group, FILE_MODE)


def _make(place: Path, group: int) -> None:
    place.mkdir(parents=True, exist_ok=True)
    open_to(place, group, CONTEXT_MODE)


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, sort_keys=True) + "\n"
