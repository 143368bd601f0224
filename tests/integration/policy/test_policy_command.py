"""The rules over the committed stacks, as `make policy` runs them: with Pulumi, without Docker."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from airgap.plugins.install import install
from policies import preview
from tests.integration.airgap.conftest import project, pulumi_dir

pytestmark = pytest.mark.integration
__all__ = ["project", "pulumi_dir"]

NO_DAEMON = "unix:///lftest/no-docker-here.sock"


@pytest.fixture
def environment(project):
    """Variables of a machine with Pulumi and its plugins, and without a Docker daemon."""
    install(Path(project.environment["PULUMI_HOME"]), Path(sys.executable))
    return {**project.environment, "DOCKER_HOST": NO_DAEMON}


def policy(repository, environment, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "policies.command", *arguments],
        cwd=repository,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("stack", ["dev", "prod", "staging"])
def test_committed_stacks_break_no_rule(repository, environment, stack):
    before = (repository / f"Pulumi.{stack}.yaml").read_bytes()

    answer = policy(repository, environment, "--stack", stack, "--json")

    assert answer.returncode == 0, answer.stdout + answer.stderr
    document = json.loads(answer.stdout)
    assert document["resources"] > 15
    assert {v["rule"] for v in document["violations"]} <= {"LF035"}
    assert (repository / f"Pulumi.{stack}.yaml").read_bytes() == before


def test_dangerous_configuration_is_found(environment, repository, tmp_path):
    """A stack like production, with what belongs to development."""
    text = (repository / "Pulumi.prod.yaml").read_text()
    changed = text.replace("config:\n", 'config:\n  ledgerflow:adminer: "true"\n', 1)
    changed = changed.replace("config:\n", 'config:\n  ledgerflow:debug: "true"\n', 1)
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in repository.iterdir():
        if not path.name.startswith(("Pulumi.prod", ".ledgerflow")):
            (copy / path.name).symlink_to(path)
    (copy / "Pulumi.prod.yaml").write_text(changed)

    found = preview_of(copy, environment)

    assert {"LF028", "LF029"} <= found


def preview_of(folder, environment):
    from policies.judge import judge
    from policies.states import resources_of_preview
    from policies.surroundings import surroundings

    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        resources = resources_of_preview(preview.preview(folder, "prod"))
    return {violation.rule for violation in judge(resources, surroundings(folder))}


def test_missing_pulumi_is_one_clear_error(repository, environment, tmp_path):
    answer = policy(repository, {**environment, "PATH": str(tmp_path)}, "--stack", "dev")

    assert answer.returncode == 2
    assert answer.stderr == "error: there is no pulumi on the PATH\n  -> run `make up` once\n"


def test_encrypted_configuration_needs_its_passphrase(repository, tmp_path, monkeypatch):
    for name in preview.PASSPHRASES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "Pulumi.yaml").write_text((repository / "Pulumi.yaml").read_text())
    (tmp_path / "Pulumi.x.yaml").write_text("config: {a: [{b: {secure: v1}}]}\n")

    with pytest.raises(preview.PreviewError, match="no passphrase is given"):
        preview.preview(tmp_path, "x")


def test_failing_program_is_reported_with_its_words(repository, environment, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        for name in ("Pulumi.yaml", "stacks", ".venv"):
            (tmp_path / name).symlink_to(repository / name)
        (tmp_path / "Pulumi.dev.yaml").write_text("config: {ledgerflow:nonsense: 1}\n")
        with pytest.raises(preview.PreviewError, match="ledgerflow:nonsense: unknown key"):
            preview.preview(tmp_path, "dev")


def test_analyze_judges_a_stored_state(project, environment, repository):
    """Pulumi's own way to look at a state agrees with `python -m policies.command --state`."""
    project.program('import pulumi\npulumi.Stash("x", input="y")\n')
    assert project.up().returncode == 0
    exported = json.loads(project.pulumi("stack", "export").stdout)
    exported["deployment"]["resources"].append(
        {
            "urn": f"urn:pulumi:dev::{project.name}::docker:index/container:Container::postgres",
            "custom": True,
            "id": "abc",
            "type": "docker:index/container:Container",
            "inputs": {"name": "ledger_dev_postgres", "privileged": True},
            "outputs": {"name": "ledger_dev_postgres", "privileged": True},
        }
    )
    state = project.write("state.json", json.dumps(exported))
    pack = str(repository / "policies")

    theirs = project.pulumi("policy", "analyze", "--file", str(state), "--policy-pack", pack)
    ours = policy(repository, environment, "--state", str(state), "--json")

    assert theirs.returncode != 0
    assert ours.returncode == 1
    found = {v["rule"] for v in json.loads(ours.stdout)["violations"]}
    assert {"LF020", "LF010", "LF015", "LF012", "LF016"} <= found
    assert set(re.findall(r"LF\d{3}", theirs.stdout)) == found
