"""Where the audit log lies."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
VARIABLE: Final = "LEDGERFLOW_AUDIT"


def folder(variables: Mapping[str, str], repository: Path = REPOSITORY) -> Path:
    """Return ``$LEDGERFLOW_AUDIT``, else ``.ledgerflow/audit`` of this checkout."""
    chosen = variables.get(VARIABLE)
    return Path(chosen).absolute() if chosen else repository / ".ledgerflow" / "audit"
