"""What must be so before LedgerFlow starts; the web server and Django's system checks ask it.

Servers that may come later, PostgreSQL and Redis, are not asked here: ``/readyz`` tells of them.
"""

import os
from pathlib import Path

from config.environment import Environment


def obstacles(environment: Environment) -> tuple[str, ...]:
    """Return a sentence for each thing that is not so, with what to do about it."""
    return tuple(_about_media(Path(environment.media)))


def _about_media(folder: Path) -> list[str]:
    user = f"user {os.getuid()}"
    if not folder.is_dir():
        return [f"MEDIA_ROOT: {folder} is no folder; mount the media volume there or create it"]
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return [f"MEDIA_ROOT: {user} may not write to {folder}; give it the folder with chown"]
    return []
