"""A real Pulumi with this repository's language host, and projects to try it on."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

import pytest

from airgap.language_host import install


def _installed_pulumi() -> Path:
    found = os.environ.get("LEDGERFLOW_PULUMI") or shutil.which("pulumi")
    assert found, "no pulumi: set LEDGERFLOW_PULUMI to one, or put it on the PATH"
    return Path(found).resolve()


@pytest.fixture(scope="session")
def pulumi_dir(tmp_path_factory) -> Path:
    """A folder with the Pulumi executable and, beside it, the language host's launcher."""
    folder = tmp_path_factory.mktemp("pulumi-bin")
    source = _installed_pulumi()
    try:
        (folder / "pulumi").hardlink_to(source)
    except OSError:  # another file system
        shutil.copy2(source, folder / "pulumi")
    install(folder, Path(sys.executable))
    return folder


@dataclass
class Project:
    """A Pulumi project with a stack of its own in a file backend of its own."""

    folder: Path
    environment: dict[str, str]
    name: str = field(default_factory=lambda: f"lftest-{secrets.token_hex(3)}")

    @property
    def stack(self) -> str:
        return "dev"

    def write(self, path: str, content: str) -> Path:
        target = Path(os.path.normpath(self.folder / path))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(content))
        return target

    def program(self, content: str) -> Path:
        return self.write("__main__.py", content)

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", "--non-interactive", "--color=never", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def up(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.pulumi("up", "--yes", "--skip-preview", *arguments)

    def outputs(self) -> dict[str, object]:
        answer = self.pulumi("stack", "output", "--json", "--show-secrets")
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)


@pytest.fixture
def project(tmp_path, pulumi_dir) -> Project:
    """An empty project whose stack ``dev`` is selected."""
    for folder in ("project", "state", "home"):
        (tmp_path / folder).mkdir()
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(secrets.token_hex(16))
    environment = {
        "PATH": f"{pulumi_dir}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    made = Project(tmp_path / "project", environment)
    made.write("Pulumi.yaml", f"name: {made.name}\nruntime: python\n")
    answer = made.pulumi("stack", "init", made.stack)
    assert answer.returncode == 0, answer.stderr
    return made
