"""Rules for how containers start, are watched, stop and are replaced."""

from typing import Final

from policies.catalogue.rule import Level, Rule

LF010: Final = Rule(
    id="LF010",
    slug="grace-periods",
    title="Containers get time to stop",
    sentence="destroyGraceSeconds is at least 60 for PostgreSQL, 10 for other stateful "
    "containers, and more than 0 for all.",
    why="Without it the plugin kills with SIGKILL: PostgreSQL recovers from its log, Redis loses "
    "what it had not written. Adding it later comes one deploy too late.",
    sources=("design: traps of the platform",),
    applies_to="containers",
    remedy="Set stop_grace in the service's module; the renderer makes destroyGraceSeconds of it.",
)

LF011: Final = Rule(
    id="LF011",
    slug="health-check",
    title="Every container has a health check",
    sentence="Every container has a health check that runs a command which can fail.",
    why="A deploy waits for health, and the slots switch by it: without a check a broken version "
    "takes over.",
    sources=("I6", "CIS Docker Benchmark 4.6"),
    applies_to="containers",
    remedy='State a test that asks the service itself, as HealthCheck(test=("CMD", …)).',
)

LF012: Final = Rule(
    id="LF012",
    slug="restart",
    title="Containers come back",
    sentence="Every container's restart policy is unless-stopped, always or on-failure.",
    why="After a crash or a reboot the site would stay down until somebody notices.",
    sources=("I6",),
    applies_to="containers",
    remedy='Set restart="unless-stopped".',
    level=Level.REMEDIATE,
    reason="A restart policy changes nothing of a container that runs, so the pack sets it.",
)

LF013: Final = Rule(
    id="LF013",
    slug="delete-first",
    title="Stateful containers are replaced delete-first",
    sentence="PostgreSQL, Redis and Caddy have the resource option delete_before_replace.",
    why="Two servers on one data volume at the same time destroy the data.",
    sources=("design: traps of the platform",),
    applies_to="stateful containers; the option is not recorded in a stored state",
    remedy="Make the options with infra.render.options.container(stateful=True).",
)

LF014: Final = Rule(
    id="LF014",
    slug="no-per-deploy-values",
    title="Nothing in a stateful container changes with each deploy",
    sentence="Environment and labels of a stateful container hold no time, commit, build number "
    "or temporary path.",
    why="Each deploy would replace the database's container: an interruption for nothing.",
    sources=("design: traps of the platform",),
    applies_to="stateful containers",
    remedy="Put the value where it belongs: into the application's container or the deploy record.",
)

RULES: Final = (LF010, LF011, LF012, LF013, LF014)
