"""The monthly audit on the real daemon and this very repository."""

import json
import secrets

import docker
import pytest

from guard.security import __main__ as audit
from guard.security import advisories, report

pytestmark = pytest.mark.integration


@pytest.fixture
def loose():
    """A container, never started, that would have the machine."""
    client = docker.from_env()
    made = client.containers.create(
        "python:3.13-slim",
        name=f"lftest-{secrets.token_hex(4)}",
        privileged=True,
        pid_mode="host",
        ports={"80/tcp": 49080},
        volumes={"/var/run/docker.sock": {"bind": "/s", "mode": "ro"}},
    )
    yield made.name
    made.remove()
    client.close()


def test_one_run_looks_at_everything(loose, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LEDGERFLOW_AUDIT", str(tmp_path / "log"))
    monkeypatch.setattr(report, "FOLDER", tmp_path / "audits")
    monkeypatch.setattr(advisories.ask, "__defaults__", (("app/requirements.lock",),))
    monkeypatch.setattr(audit, "_here", lambda: ())
    assert audit.main(["--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    sections = {section["title"]: section for section in document["sections"]}
    assert len(sections) == 12
    found = {f["what"] for f in sections["Containers: capabilities and isolation"]["findings"]
             if f["where"] == loose}  # fmt: skip
    assert found >= {
        "it is privileged",
        "it shares the machine's pid namespace",
        "the Docker socket is mounted: it commands the daemon",
    }
    history = sections["Secrets in git history"]
    assert history["facts"]
    advisory = sections["Advisories on dependencies"]
    assert advisory["state"] != "clean" or "15 packages looked up" in str(advisory["facts"])
    for title in ("Rules", "Backups"):
        assert sections[title]["state"] == "could not be checked"
    (kept,) = (tmp_path / "audits").glob("*.json")
    assert json.loads(kept.read_text()) == document
    assert kept.with_suffix(".md").read_text().startswith("# Security audit")
