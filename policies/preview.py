"""A preview of a stack from nothing, in a state of its own: needs Pulumi, but no Docker daemon.

The stack's own state is left alone, and so is its lock: the check runs beside a deploy.
"""

import json
import os
import secrets
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import yaml

from policies.bounded import bounded

SECONDS: Final = 120
"""How long one command of Pulumi may take; seconds are usual, also on a busy machine."""
PASSPHRASES: Final = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
INHERITED: Final = frozenset({"PULUMI_HOME", *PASSPHRASES})
"""Those of Pulumi's variables that a shell may set for the check; others may be meant for another
project's environment, or set flags (PULUMI_OPTION_…)."""
OWN: Final = {
    # Pulumi would try for minutes to download a plugin where there is no way out
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_SKIP_UPDATE_CHECK": "true",
}
REMEDIES: Final = {
    "incorrect passphrase": 'its configuration needs its own: eval "$(make -s env)" first',
    "passphrase": 'eval "$(make -s env)" first',
    "plugin": 'run `make up` once, then eval "$(make -s env)"',
}
"""What to do by a word in what Pulumi says; the first that fits."""


class PreviewError(RuntimeError):
    """The preview could not be made; ``remedy`` says what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


def preview(repository: Path, stack: str) -> object:
    """Return the document of ``pulumi preview --json`` for ``stack``. Raises PreviewError."""
    configuration = repository / f"Pulumi.{stack}.yaml"
    if not configuration.is_file():
        raise PreviewError(f"there is no {configuration.name}", "name a stack that has such a file")
    with tempfile.TemporaryDirectory(prefix="ledgerflow-policy-") as folder:
        place = Path(folder)
        environment = _environment(place, configuration)
        _write_project(repository, place)
        _run(place, environment, "stack", "init", stack)
        text = _run(place, environment, "preview", "--json", "--show-sames", "--stack", stack)
    try:
        return cast(object, json.loads(text))
    except json.JSONDecodeError:
        raise PreviewError("pulumi printed no JSON", "run `pulumi preview` to see why") from None


def _write_project(repository: Path, place: Path) -> None:
    """Write a project that runs the repository's program, so that nothing is written there."""
    project = yaml.safe_load((repository / "Pulumi.yaml").read_text())
    project["main"] = str(repository / project["main"])
    options = project["runtime"]["options"]
    options["virtualenv"] = str(repository / options["virtualenv"])
    (place / "Pulumi.yaml").write_text(yaml.safe_dump(project))


def _environment(place: Path, configuration: Path) -> dict[str, str]:
    """Return Pulumi's variables for a state in ``place``, and copy the configuration there.

    A configuration with encrypted values needs the passphrase it was made with. One without gets
    a new passphrase, so that the check runs on any machine.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PULUMI_") or k in INHERITED}
    kept |= OWN
    (place / "state").mkdir()
    kept["PULUMI_BACKEND_URL"] = (place / "state").as_uri()
    document = yaml.safe_load(configuration.read_text()) or {}
    if not _encrypted(document):
        document.pop("encryptionsalt", None)
        kept = {k: v for k, v in kept.items() if k not in PASSPHRASES}
        kept["PULUMI_CONFIG_PASSPHRASE"] = secrets.token_hex(16)
    elif not any(name in kept for name in PASSPHRASES):
        raise PreviewError(
            f"{configuration.name} holds encrypted values, and no passphrase is given",
            'eval "$(make -s env)" first',
        )
    (place / configuration.name).write_text(yaml.safe_dump(document))
    # what a daemon happens to have is not the configuration's fault
    kept["DOCKER_HOST"] = f"unix://{place / 'no-docker.sock'}"
    return kept


def _encrypted(value: object) -> bool:
    if isinstance(value, Mapping):
        return "secure" in value or any(map(_encrypted, value.values()))
    return isinstance(value, list) and any(map(_encrypted, value))


def _run(folder: Path, environment: Mapping[str, str], *arguments: str) -> str:
    command = ["pulumi", "--non-interactive", "--color=never", *arguments]
    try:
        result = bounded(command, seconds=SECONDS, folder=folder, environment=environment)
    except FileNotFoundError:
        raise PreviewError("there is no pulumi on the PATH", "run `make up` once") from None
    except subprocess.TimeoutExpired:
        what = f"pulumi {arguments[0]} did not end within {SECONDS} s"
        raise PreviewError(what, 'eval "$(make -s env)" first, and run it by hand') from None
    if result.returncode != 0:
        words = _diagnostics(result.stdout) or result.stderr.strip() or "it gave no reason"
        raise PreviewError(f"pulumi {arguments[0]} failed: {words}", _remedy(words))
    return result.stdout


def _remedy(words: str) -> str:
    fitting = (remedy for word, remedy in REMEDIES.items() if word in words)
    return next(fitting, "put right what it names")


def _diagnostics(document: str) -> str:
    """Return the errors in the JSON of a preview; the rest of it holds values in clear."""
    try:
        found = json.loads(document).get("diagnostics") or []
    except (ValueError, AttributeError):
        return ""
    errors = [str(d["message"]).strip() for d in found if d.get("severity") == "error"]
    return "\n".join(error.removeprefix("error: ") for error in errors)
