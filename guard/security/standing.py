"""What must be so at all times: rules kept, backups proved, the plugin asked, the log whole."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from guard.audit.verifying import verify
from guard.security.model import Looking, Section, unknown

RULES: Final = "Rules"
BACKUPS: Final = "Backups"
PLUGIN: Final = "The daemon's authorization plugin"
LOG: Final = "Audit log"
_USABLE: Final = (0, 1)


def rules(checkout: Path, environments: Iterable[str]) -> Section:
    """Ask every rule about a fresh preview and the stored state of each environment."""
    looking = Looking(RULES)
    for environment in environments:
        command = [sys.executable, "-m", "cli", "policy", environment, "--json"]
        result = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
        try:
            found: Mapping[str, Any] = json.loads(result.stdout)
        except ValueError:
            found = {}
        if result.returncode not in _USABLE or not found:
            words = " ".join(result.stderr.split())[-300:]
            looking.unknown.append(f"{environment}: {words or 'the rules said nothing'}")
            continue
        for place, document in found.items():
            if document is None:
                looking.facts.append(f"{environment}: there is no {place} yet")
                continue
            looking.facts.append(f"{environment}, {place}: {document['rules']} rules asked")
            for violation in document["violations"]:
                text = " ".join(str(violation["message"]).split())
                if violation["level"] == "advisory":
                    looking.facts.append(f"{environment}, {place}, advisory: {text}")
                else:
                    way = f"make policy ENV={environment}; docs/rules/"
                    looking.find(f"{environment}, {place}", text, way)
    return looking.section()


def backups(checkout: Path, environments: Iterable[str]) -> Section:
    """Ask the gate whether each environment's newest backup is fresh and proved."""
    from infra.backup_gate import backup_status  # noqa: PLC0415 - brings pydantic with it

    looking = Looking(BACKUPS)
    for environment in environments:
        status = backup_status(environment, checkout)
        if status.verified:
            looking.facts.append(f"{environment}: {status.reason}")
        else:
            looking.find(environment, status.reason, f"make backup ENV={environment}")
    return looking.section()


def plugin() -> Section:
    """Ask whether the daemon obeys the authorization plugin."""
    from guard.authz.install import status  # noqa: PLC0415
    from guard.authz.installing.places import of_this_machine  # noqa: PLC0415
    from guard.authz.installing.problem import AuthorizationError  # noqa: PLC0415

    try:
        found = status(of_this_machine())
    except (AuthorizationError, OSError) as error:
        return unknown(PLUGIN, str(error))
    looking = Looking(PLUGIN)
    looking.facts.append(json.dumps(found.as_data(), sort_keys=True))
    if found.enforced is None and found.configured:
        looking.unknown.append("the daemon does not answer")
    elif not found.healthy:
        what = "it does not answer" if found.configured else "it is not installed"
        looking.find("the Docker daemon", f"it is not guarded by the plugin: {what}", _INSTALL)
    return looking.section()


_INSTALL: Final = "sudo make authz-install (docs/authorization.md)"


def logs(folders: Mapping[str, Path]) -> Section:
    """Verify the chains of the audit logs: the machine's own and those of the application."""
    looking = Looking(LOG)
    for name, folder in folders.items():
        try:
            report = verify(folder)
        except OSError as error:
            looking.unknown.append(f"{name}: {folder} cannot be read: {error.strerror}")
            continue
        looking.facts.append(f"{name}: {report.lines} lines in {report.files} files")
        for damage in report.damages:
            looking.find(name, str(damage), "docs/audit-log.md says what each damage means")
    return looking.section()
