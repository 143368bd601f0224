"""One request to the daemon, as any client sends it."""

import http.client
import json

from guard.engine_connection import SocketConnection


def ask(docker: str, method: str, path: str, body: str = "", *, patience: float) -> tuple[int, str]:
    """Return the status, 0 when no answer comes in time, and what is said of an error.

    ``docker`` is the daemon's address, ``unix://…``; ``patience`` is in seconds.
    """
    connection = SocketConnection(docker.removeprefix("unix://"), patience)
    headers = {"Host": "docker", **({"Content-Type": "application/json"} if body else {})}
    try:
        connection.request(method, path, body=body or None, headers=headers)
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()
    return response.status, _message(content)


def _message(content: bytes) -> str:
    try:
        return str(json.loads(content)["message"])
    except (ValueError, KeyError, TypeError):
        return ""
