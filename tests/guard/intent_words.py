"""Objects of the daemon of `corpus/true_positives.toml`, and flags to speak of them."""

from random import Random

from spelling import Flag

DATA = ("ledger_prod_db_data", "ledger_prod_media_data", "ledger_staging_db_data",
        "ledger_dev_db_data", "ledger_dev_media_data")  # fmt: skip
LOCKED_DATA = DATA[:3]
VOLUMES = ("shop_pgdata", "cache", "node_modules", "scratch", "not_there")
SERVERS = ("ledger_prod_postgres", "ledger_staging_postgres", "ledger_prod_redis")
"""Running ones of locked environments, which hold what is not yet written."""
LOCKED = (*SERVERS, "ledger_prod_caddy")
OURS = (*LOCKED, "ledger_dev_postgres", "ledger_dev_redis")
CONTAINERS = ("web", "builder", "registry", "old_job", "shop-web-1", "not_there")
LOCKED_NETWORKS = ("ledger_prod_internal", "ledger_staging_edge")
NETWORKS = ("playground", "shop_default", "not_there")
OUR_IMAGES = ("ledgerflow-django:prod-2", "ledgerflow-django:dev-0", "postgres:17.4")
IMAGES = ("alpine:3", "node:20", "not:there")
ALLOW = ("allow", None)
FORCE = (Flag("force", "f"),)
DESTROYING = (("rm", "-rf", "/var/lib/postgresql/data"), ("dropdb", "-f", "ledgerflow"),
              ("sh", "-c", "rm -rf /var/lib/postgresql/data/*"))  # fmt: skip
LOOKING = (("ls", "-v", "/"), ("pg_isready", "--quiet"), ("grep", "down -v", "/etc/hosts"))
OTHER = (("sh",), ("vacuumdb", "--all"))


def refused(rule: str) -> tuple[str, str]:
    """Return the verdict of a refusal by a rule."""
    return "refuse", rule


def some(random: Random, harmless: tuple[str, ...], harmful: tuple[str, ...]) -> list[str]:
    """Return names of objects, at times a harmful one among them."""
    names = random.sample(harmless, random.randint(0 if random.random() < 0.5 else 1, 3))
    if not names or random.random() < 0.4:
        names.insert(random.randint(0, len(names)), random.choice(harmful))
    return names


def verbs(group: str, *names: str, short: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return a verb's names in its group, and those without it."""
    return (*(f"{group} {name}" for name in names), *short)


def maybe(random: Random, *flags: Flag) -> tuple[Flag, ...]:
    """Return each of the flags or not."""
    return tuple(flag for flag in flags if random.random() < 0.5)


def switched(random: Random, flag: str, letter: str = "", **more: object) -> tuple[bool, tuple]:
    """Return whether a boolean flag is on, and the flag in the line, if it is there at all."""
    on = random.random() < 0.5
    there = on or random.random() < 0.3
    return on, ((Flag(flag, letter, on=on, **more),) if there else ())


def filters(random: Random) -> tuple[tuple[tuple[str, str], ...], tuple[Flag, ...], bool]:
    """Return filters, their flags, and whether they leave out all that is LedgerFlow's."""
    pairs, flags, spares = [], [], False
    for text, sparing in (
        ("until=24h", False),
        ("label=scratch", True),
        ("label=com.ledgerflow.environment", False),
        ("label!=com.ledgerflow.environment", True),
    ):
        if random.random() < 0.2:
            key, _, value = text.partition("=")
            pairs.append((key, value))
            flags.append(Flag("filter", value=text, repeats=True))
            spares = spares or sparing
    return tuple(pairs), tuple(flags), spares
