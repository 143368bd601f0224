"""Secrets on disk: who may read what this checkout and the archive keep."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from guard.security.model import Looking, Section

TITLE: Final = "Secrets on disk"
STATE: Final = ".ledgerflow"
_OTHERS: Final = stat.S_IRWXO
_GROUP_AND_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def modes(checkout: Path, archives: Iterable[Path]) -> Section:
    """Look at the rights on the passphrase, the state, sealed env files, audits and backups.

    A folder that only its owner enters closes what is below it; what is in it is looked at all the
    same, because it may be moved. The archive's group is the backup's own container.
    """
    looking = Looking(TITLE)
    for path, bits, who in (*_own(checkout), *((a, _OTHERS, "others") for a in archives)):
        try:
            mode = stat.S_IMODE(path.lstat().st_mode)
        except FileNotFoundError:
            continue
        except OSError as error:
            looking.unknown.append(f"{path}: {error.strerror}")
            continue
        if mode & bits:
            way = f"chmod {'go-rwx' if bits == _GROUP_AND_OTHERS else 'o-rwx'} {path}"
            looking.find(str(path), f"{who} may get at it: its mode is {mode:04o}", way)
        else:
            looking.facts.append(f"{path}: {mode:04o}")
    return looking.section()


def _own(checkout: Path) -> Iterator[tuple[Path, int, str]]:
    state = checkout / STATE
    for path in (state, state / "passphrase", state / "audit", state / "audits"):
        yield path, _GROUP_AND_OTHERS, "group or others"
    for path in sorted(checkout.glob(".env.*")):
        yield path, _GROUP_AND_OTHERS, "group or others"
