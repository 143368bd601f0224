"""Rules for what a container may use of its machine."""

from typing import Final

from policies.catalogue.rule import Level, Rule

LF015: Final = Rule(
    id="LF015",
    slug="memory-and-cpu",
    title="Memory and CPU are limited",
    sentence="Every container has a memory limit and a CPU limit, and no unlimited swap.",
    why="One container that runs away takes the database down with it.",
    sources=("I6", "CIS Docker Benchmark 5.11 and 5.12"),
    applies_to="containers",
    remedy="Set limits in the service's module, or limits.<service> in the stack's configuration.",
)

LF016: Final = Rule(
    id="LF016",
    slug="log-caps",
    title="Logs are capped",
    sentence="Every container logs with the driver local, or with json-file and max-size and "
    "max-file.",
    why="A log without a cap fills the disk, and a full disk stops PostgreSQL.",
    sources=("I6", "O2", "CIS Docker Benchmark 2.13"),
    applies_to="containers",
    remedy='Set log_driver="json-file" and log_opts with max-size and max-file.',
    level=Level.REMEDIATE,
    reason="Capping a log loses no data that LedgerFlow keeps, so the pack sets it.",
)

RULES: Final = (LF015, LF016)
