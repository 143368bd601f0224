"""Whether a path lies in a folder that a sync program keeps: iCloud, OneDrive and their like.

A database there is lost sooner or later: the program uploads its files one by one while they
change, and brings old ones back from another machine.
"""

import os
from fnmatch import fnmatchcase
from pathlib import Path

from infra import conventions

LINKS = 40
"""Most symlinks that are followed in one path, as in Linux (``ELOOP``)."""


class SymlinkLoopError(ValueError):
    """A path cannot be resolved, because its symlinks lead back to themselves."""


def synced_component(path: Path) -> str | None:
    """Return the component that tells that ``path`` is synced, or None when it is not.

    The path as written counts, and every place its symlinks pass through, because the sync
    program may keep any of them. What does not exist yet is looked at by its name. Raises
    SymlinkLoopError.
    """
    for place in places(path):
        for component in place.parts:
            if is_synced_name(component):
                return component
    return None


def is_synced_name(component: str) -> bool:
    """Tell whether one component of a path is the name of a synced folder."""
    name = component.strip().casefold()
    return any(fnmatchcase(name, pattern) for pattern in conventions.SYNCED_FOLDERS)


def places(path: Path) -> list[Path]:
    """Return ``path`` made absolute, and each path it becomes as its symlinks are followed.

    The last one is where the data really is. Raises SymlinkLoopError.
    """
    try:
        real = path.expanduser().resolve()
    except (RuntimeError, OSError):
        raise SymlinkLoopError(f"{path}: its symlinks lead back to themselves") from None
    found = [Path(os.path.abspath(path.expanduser()))]  # noqa: PTH100 - keeps the symlinks
    while (followed := _follow_first_link(found[-1])) is not None:
        if len(found) > LINKS:
            raise SymlinkLoopError(f"{path}: more than {LINKS} symlinks follow each other")
        found.append(followed)
    return [*found, real]


def _follow_first_link(path: Path) -> Path | None:
    """Return ``path`` with its first symlink replaced by its target; None when it has none."""
    for step in (*reversed(path.parents), path):
        if _is_symlink(step):
            target = step.parent / step.readlink() / path.relative_to(step)
            return Path(os.path.normpath(target))
    return None


def _is_symlink(path: Path) -> bool:
    """Tell whether it is one as far as this user may look, as for folders of the daemon."""
    try:
        return path.is_symlink()
    except PermissionError:
        return False
