"""The connection to the Docker engine, through the Docker SDK for Python.

The SDK is imported with the first call that needs the daemon: Check and Diff do not, and a preview
without changes never loads it. Each thread has its own client, because the SDK's HTTP session is
not made to be shared.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from airgap.plugins.errors import PluginError
from airgap.plugins.values import Properties

if TYPE_CHECKING:
    from docker import APIClient
    from docker.errors import APIError

TIMEOUT_SECONDS = 120


class Docker:
    """Hands out clients for the engine that the provider's configuration names."""

    def __init__(self) -> None:
        self._config: Properties = {}
        self._local = threading.local()
        self._version: str | None = None  # negotiated once, then shared by all clients

    def configure(self, config: Properties) -> None:
        """Take over `host` or `context`; without either, the environment decides."""
        self._config = {k: config[k] for k in ("host", "context") if config.get(k)}
        self._local = threading.local()
        self._version = None

    @contextmanager
    def call(self, what: str) -> Iterator["APIClient"]:
        """A client for the body; the daemon's refusals become `PluginError: cannot <what>: …`."""
        from docker.errors import APIError, DockerException  # noqa: PLC0415
        from requests.exceptions import ConnectionError as Unreachable  # noqa: PLC0415
        from requests.exceptions import RequestException  # noqa: PLC0415

        try:
            yield self.client()
        except APIError as error:
            message = f"cannot {what}: {explanation(error)}"
            raise PluginError(message) from error
        except (Unreachable, DockerException) as error:
            raise PluginError(self._unreachable(what)) from error
        except RequestException as error:
            message = f"cannot {what}: the Docker engine did not answer in time; try again"
            raise PluginError(message) from error

    def client(self) -> "APIClient":
        """This thread's client. Raises the SDK's errors when there is no engine."""
        client: APIClient | None = getattr(self._local, "client", None)
        if client is None:
            client = self._connect(TIMEOUT_SECONDS)
            self._local.client = client
        return client

    def patient(self) -> "APIClient":
        """A client of its own without a time limit, for builds and pulls."""
        return self._connect(None)

    def _connect(self, timeout: int | None) -> "APIClient":
        from docker import APIClient  # noqa: PLC0415

        arguments = {**self._endpoint(), "version": self._version or "auto", "timeout": timeout}
        client = APIClient(**arguments)
        self._version = client.api_version
        return client

    def _endpoint(self) -> Properties:
        """Where the engine listens, as keyword arguments of the SDK's client."""
        from docker.utils import kwargs_from_env  # noqa: PLC0415

        if "host" in self._config:
            return {**kwargs_from_env(), "base_url": self._config["host"]}
        context = self._config.get("context") or os.environ.get("DOCKER_CONTEXT")
        if not context and os.environ.get("DOCKER_HOST"):
            return dict(kwargs_from_env())
        return _from_context(context)

    def _unreachable(self, what: str) -> str:
        named = self._config.get("host") or os.environ.get("DOCKER_HOST") or "its usual socket"
        return (
            f"cannot {what}: the Docker engine does not answer at {named}. "
            f"Start it (`systemctl start docker`) or set DOCKER_HOST"
        )


def _from_context(name: str | None) -> Properties:
    """The endpoint of a Docker context; the current one without a name."""
    from docker.context import ContextAPI  # noqa: PLC0415

    context = ContextAPI.get_context(name) if name else ContextAPI.get_current_context()
    if context is None:
        message = f"the Docker context '{name}' does not exist; list them with `docker context ls`"
        raise PluginError(message)
    arguments: Properties = {"base_url": context.Host}
    if context.TLSConfig:
        arguments["tls"] = context.TLSConfig
    return {key: value for key, value in arguments.items() if value}


def explanation(error: "APIError") -> str:
    """The daemon's own sentence out of an error of the SDK."""
    text = error.explanation or str(error)
    return text.decode() if isinstance(text, bytes) else str(text)
