"""``make audit``: the monthly security audit of this machine.

Exit codes: 0 everything was looked at and is in order, 1 there is something to put right, 2 nothing
was found but something could not be looked at.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from guard.audit import place
from guard.git import backups
from guard.git.repository import GitError, Repository
from guard.manage import collect
from guard.security import (
    advisories,
    containers,
    disk,
    facts,
    history,
    images,
    report,
    standing,
    volumes,
)
from guard.security.facts import Daemon, Expected, FactsError
from guard.security.model import Looking, Section, exit_code, unknown

CHECKOUT: Final = Path(__file__).resolve().parents[2]
TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def main(arguments: Sequence[str]) -> int:
    """Look at everything, keep the report, print it; return the exit code."""
    parser = argparse.ArgumentParser(prog="make audit")
    parser.add_argument("environments", nargs="*", help="those of this machine unless named")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args(arguments)
    environments = tuple(options.environments) or _here()
    made = report.Report(datetime.now(UTC), environments, _sections(environments))
    kept = report.write(made, CHECKOUT)
    print(made.as_json() if options.as_json else made.as_markdown(), end="")
    print(f"==> {made.verdict}; kept as {kept} and .json", file=sys.stderr)
    return exit_code(made.sections)


def _here() -> tuple[str, ...]:
    try:
        return tuple(name for name, _ in backups.environments(Repository(CHECKOUT)))
    except GitError:
        return ()


def _sections(environments: tuple[str, ...]) -> list[Section]:
    _say("what the daemon has")
    found = _of_daemon(environments)
    _say("secrets on disk and in git history")
    found.append(disk.modes(CHECKOUT, _archives(environments)))
    found.append(history.search(Repository(CHECKOUT)))
    _say("advisories on dependencies")
    found.append(advisories.ask(CHECKOUT))
    _say("rules, backups, plugin and audit log")
    if environments:
        found.append(standing.rules(CHECKOUT, environments))
        found.append(standing.backups(CHECKOUT, environments))
    else:
        found += [unknown(title, NOBODY) for title in (standing.RULES, standing.BACKUPS)]
    found.append(standing.plugin())
    found.append(standing.logs(_logs(environments)))
    return found


def _of_daemon(environments: tuple[str, ...]) -> list[Section]:
    def about(daemon: Daemon, specs: Mapping[str, Expected]) -> list[Section]:
        ports = {port for table in TABLES for port in _listening(table)}
        return [
            images.origins(daemon, specs, CHECKOUT),
            containers.ports(daemon, specs, ports),
            containers.rights(daemon, specs),
            volumes.labels(daemon, environments),
            _collected(environments),
        ]

    try:
        specs = {name: facts.expected(CHECKOUT, name) for name in environments}
        return about(facts.daemon(), specs)
    except FactsError as error:
        titles = (images.TITLE, containers.PORTS, containers.RIGHTS, volumes.TITLE, COLLECTED)
        return [unknown(title, str(error)) for title in titles]


NOBODY: Final = "no environment is on this machine; name one: make audit ONLY=prod"
COLLECTED: Final = "Audit logs of the applications"


def _collected(environments: tuple[str, ...]) -> Section:
    """Bring the logs of the applications here, so that they are verified below."""
    import docker.errors  # noqa: PLC0415

    from guard.client import from_env  # noqa: PLC0415
    from infra.conventions import LABEL_ENVIRONMENT, LABEL_SERVICE  # noqa: PLC0415

    looking, client = Looking(COLLECTED), from_env()
    audit = place.folder(os.environ)
    for environment in environments:
        label = f"{LABEL_ENVIRONMENT}={environment}"
        for container in client.containers.list(all=True, filters={"label": label}):
            if not str(container.labels.get(LABEL_SERVICE, "")).startswith("django"):
                continue
            try:
                collect.collect(container, audit, environment)
                looking.facts.append(f"{environment}: copied from {container.name}")
            except docker.errors.NotFound:
                looking.facts.append(f"{environment}: {container.name} has none yet")
            except collect.CollectionError as error:
                looking.find(environment, str(error), "docs/manage-locks.md, When a log lost lines")
            break
    client.close()
    return looking.section()


def _listening(table: Path) -> list[int]:
    try:
        return list(containers.listening(table.read_text(encoding="ascii")))
    except OSError:
        return []


def _archives(environments: tuple[str, ...]) -> list[Path]:
    from infra.archive import archive_folder, settings_of  # noqa: PLC0415 - brings pydantic

    return [archive_folder(CHECKOUT, settings_of(CHECKOUT, name)) for name in environments]


def _logs(environments: tuple[str, ...]) -> dict[str, Path]:
    audit = place.folder(os.environ)
    copies = {name: collect.folder_of(audit, name) for name in environments}
    return {"this machine": audit, **{k: v for k, v in copies.items() if v.is_dir()}}


def _say(text: str) -> None:
    print(f"==> Audit: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
