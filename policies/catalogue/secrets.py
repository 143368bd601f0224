"""Rules for where no secret may stand."""

from typing import Final

from policies.catalogue.rule import Rule

LF026: Final = Rule(
    id="LF026",
    slug="no-secret-in-environment",
    title="No secret in a container's environment or labels",
    sentence="No variable or label of a container is a password, token, key or secret, and none "
    "holds a URL with a password; secrets are files, named by variables that end in _FILE.",
    why="`docker inspect` and /proc show both to whoever asks, and crash reports send them on.",
    sources=("I5", "CIS Docker Benchmark 4.10"),
    applies_to="containers",
    remedy="Mount the secret as a file (infra.services.common.secret_file) and name the file.",
)

LF027: Final = Rule(
    id="LF027",
    slug="no-secret-in-arguments",
    title="No secret on a command line",
    sentence="No command, entry point or health check of a container holds a password option with "
    "a value or a URL with a password.",
    why="Every process list and `docker inspect` show command lines.",
    sources=("I5",),
    applies_to="containers",
    remedy="Let the program read the secret from a file.",
)

RULES: Final = (LF026, LF027)
