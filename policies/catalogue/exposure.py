"""Rules for what can be reached from outside."""

from typing import Final

from policies.catalogue.rule import Rule

LF024: Final = Rule(
    id="LF024",
    slug="published-beyond-loopback",
    title="Only Caddy is reached from outside",
    sentence="Only Caddy publishes ports beyond the loopback address, and of its own only 80, 443 "
    "and 9000.",
    why="A published database is found by scanners within minutes; Docker's port rules pass the "
    "machine's firewall by.",
    sources=("I2", "I13", "CIS Docker Benchmark 5.14"),
    applies_to="containers",
    remedy="Publish on 127.0.0.1, or let Caddy proxy to the service.",
)

LF025: Final = Rule(
    id="LF025",
    slug="production-ports",
    title="Production publishes no development port",
    sentence="In production no container but Caddy publishes a port, not even on loopback.",
    why="A port on loopback is open to every account and every tunnel of the machine.",
    sources=("I2",),
    applies_to="containers of staging, prod and dr",
    remedy="Remove the port from the stack's configuration.",
)

RULES: Final = (LF024, LF025)
