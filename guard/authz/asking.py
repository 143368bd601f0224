"""Whether a plugin answers on its socket, asked as the daemon asks it first."""

import http.client
import json
from pathlib import Path

from guard.authz.protocol import ACTIVATE, IMPLEMENTS
from guard.engine_connection import SocketConnection


def answers(socket_path: Path, patience: float) -> bool:
    """Tell whether an authorization plugin answers within ``patience`` seconds."""
    connection = SocketConnection(str(socket_path), patience)
    try:
        connection.request("POST", ACTIVATE, body=b"")
        found = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(found, dict) and IMPLEMENTS in found.get("Implements", ())
