"""Building an image with the daemon's classic builder."""

from collections import deque
from typing import TYPE_CHECKING

from airgap.plugins.docker.image.context import archive, sources
from airgap.plugins.docker.image.platforms import host_platform
from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Call
from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient

LAST_LINES = 25


def build(client: "APIClient", call: Call, name: str, options: Properties) -> str:
    """Build and tag `name`; returns the image's id.

    The builder's lines go to the engine as progress. Raises PluginError with the last of them when
    a step fails.
    """
    call.log.status("sending the build context")
    tar, dockerfile_name = archive(*sources(options))
    stream = client.build(
        fileobj=tar,
        custom_context=True,
        tag=name,
        dockerfile=dockerfile_name,
        rm=True,
        forcerm=True,
        decode=True,
        buildargs=options.get("args") or None,
        target=options.get("target") or None,
        platform=_foreign(options.get("platform")),
        network_mode=options.get("network") or None,
        cache_from=(options.get("cacheFrom") or {}).get("images") or None,
        extra_hosts=_hosts(options.get("addHosts") or []),
    )
    lines: deque[str] = deque(maxlen=LAST_LINES)
    for message in stream:
        _take(message, call, name, lines)
    built: Properties = client.inspect_image(name)  # type: ignore[no-untyped-call]
    return str(built["Id"])


def _take(message: Properties, call: Call, name: str, lines: deque[str]) -> None:
    """One message of the builder: a line to show, or the end."""
    line = str(message.get("stream") or message.get("status") or "").rstrip()
    if line:
        lines.append(line)
        call.log.status(line.splitlines()[-1])
    if "error" in message:
        said = "\n".join(lines)
        text = f"cannot build the image '{name}': {message['error']}\nits last lines:\n{said}"
        raise PluginError(text)


def _hosts(pairs: list[str]) -> dict[str, str] | None:
    return dict(pair.split(":", 1) for pair in pairs) or None


def _foreign(platform: str | None) -> str | None:
    """The platform if it is another than this machine's; Check fills in this machine's own."""
    return None if platform == host_platform() else platform
