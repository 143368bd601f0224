"""Talking to the Docker daemon: what images it has, and building one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any, BinaryIO

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound

from airgap.images.decision import Present
from airgap.images.errors import ImageError
from airgap.images.progress import Step
from airgap.images.recipe import LABEL_ORIGIN, LABEL_RECIPE

DAEMON_AWAY = "Start Docker (as root: service docker start), then run this again."
DETAIL_WIDTH = 60
KEPT_WORDS = 12
"""Lines of a failed build that go into the message; all of them are in the log."""
REMEDIES = {
    "no space left on device": "Free disk space where Docker keeps its data, then run this again.",
    "Unable to fetch|Failed to fetch|Unable to locate package": (
        "Check that this machine reaches its Debian mirror, then run this again."
    ),
    "No matching distribution|Could not fetch|pip._vendor": (
        "Check that this machine reaches PyPI or its mirror, then run this again."
    ),
    "onnection aborted|Connection refused|closed unexpectedly": DAEMON_AWAY,
}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
UNKNOWN_REMEDY = "The log named above has the whole build."


@dataclass(frozen=True)
class BuildOrder:
    """What the daemon is told beside the context."""

    tag: str
    labels: Mapping[str, str]
    arguments: Mapping[str, str]


def look_up(client: docker.DockerClient, reference: str) -> Present | None:
    """Return what the daemon has under `reference`, or none."""
    try:
        image = client.images.get(reference)
    except ImageNotFound:
        return None
    labels = image.labels
    return Present(
        image_id=str(image.id), origin=labels.get(LABEL_ORIGIN), recipe=labels.get(LABEL_RECIPE)
    )


def check_daemon(client: docker.DockerClient) -> None:
    """Raise `ImageError` unless the daemon answers."""
    try:
        client.ping()
    except (DockerException, requests.RequestException) as error:
        raise ImageError(f"The Docker daemon does not answer: {error}", DAEMON_AWAY) from error


def check_architecture(client: docker.DockerClient) -> None:
    """Raise `ImageError` unless the daemon runs on the architecture we have packages for."""
    architecture = client.version()["Arch"]
    if architecture != "amd64":
        raise ImageError(
            f"Images cannot be built for {architecture}: the packages exist for amd64 only.",
            "Let this machine reach an image registry, or load the official images (docker load).",
        )


def log_file(cache: Path, name: str) -> Path:
    """Return the path of the log of a build, its folder made."""
    folder = cache / "logs"
    folder.mkdir(exist_ok=True)
    return folder / f"{name}.log"


def build(
    client: docker.DockerClient, context: BinaryIO, order: BuildOrder, log: Path, current: Step
) -> None:
    """Build an image from a context; all output goes to `log`.

    Raises `ImageError` with the last lines of the output.
    """
    words: list[str] = []
    with log.open("w", buffering=1) as file:
        try:
            for event in _events(client, context, order):
                text = str(event.get("stream") or event.get("errorDetail", {}).get("message") or "")
                text = _COLOURS.sub("", text)
                file.write(text)
                words = [*words, *text.splitlines()][-KEPT_WORDS:]
                if text.startswith("Step "):
                    current.detail = shorten(text.strip(), DETAIL_WIDTH, placeholder=" ...")
                if "error" in event:
                    raise failure(str(event["error"]), words, log)
        except (APIError, DockerException, requests.RequestException) as error:
            raise failure(str(error), words, log) from error


def failure(reason: str, words: list[str], log: Path) -> ImageError:
    """Turn a failed build into one message with the remedy its output suggests."""
    output = "\n".join([*words, reason])
    remedy = next((r for p, r in REMEDIES.items() if re.search(p, output)), UNKNOWN_REMEDY)
    tail = "\n  ".join(word for word in words if word.strip())
    return ImageError(f"The build failed: {reason} (log: {log})\n  {tail}", remedy)


def _events(
    client: docker.DockerClient, context: BinaryIO, order: BuildOrder
) -> Iterator[dict[str, Any]]:
    yield from client.api.build(
        fileobj=context,
        custom_context=True,
        decode=True,
        rm=True,
        forcerm=True,
        # The host's network: it is the one that reaches the package mirrors.
        network_mode="host",
        tag=order.tag,
        labels=dict(order.labels),
        buildargs=dict(order.arguments),
    )
