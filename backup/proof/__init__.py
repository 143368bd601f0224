"""The proof: a backup is restored into a scratch server and compared with its manifest."""

from backup.proof.comparing import compare
from backup.proof.run import prove

__all__ = ["compare", "prove"]
