"""Names of what an environment's stack exports for others than people to read."""

from typing import Final

KNOWN_VOLUMES_OUTPUT: Final = "protectedVolumes"
"""Stack output that remembers, across runs and refreshes, which protected volumes there are."""
DATABASE_PASSWORD_OUTPUT: Final = "databasePassword"  # noqa: S105 - an output's name
"""Secret stack output from which the backup's stack takes the password."""
