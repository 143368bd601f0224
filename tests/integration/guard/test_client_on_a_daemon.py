"""LedgerFlow's own client on the real daemon: refused like anybody, and recorded like anybody."""

import json
import secrets

import docker
import pytest

from guard.audit.verifying import verify
from guard.client import from_env
from guard.refusal import RefusedError
from infra import conventions

pytestmark = pytest.mark.integration


@pytest.fixture
def volume():
    """A protected volume of a test's own environment."""
    environment = f"test-{secrets.token_hex(4)}"
    raw = docker.from_env()
    labels = conventions.volume_labels(environment, protected=True)
    made = raw.volumes.create(
        conventions.volume_name(environment, conventions.DB_VOLUME), labels=labels
    )
    yield made.name
    raw.volumes.get(made.name).remove()
    raw.close()


def test_it_cannot_remove_what_is_protected(volume, tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGERFLOW_AUDIT", str(tmp_path))
    client = from_env()
    assert client.volumes.get(volume).name == volume
    assert not list(tmp_path.iterdir())
    with pytest.raises(RefusedError, match="LF040") as refused:
        client.volumes.get(volume).remove(force=True)
    assert "make" in refused.value.remedy
    scratch = client.volumes.create(f"lftest-{secrets.token_hex(4)}")
    scratch.remove()
    client.close()
    texts = [p.read_text() for p in sorted(tmp_path.glob("audit-*.jsonl"))]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    lines = [line for line in lines if line.get("front")]
    assert [(line["front"], line["decision"], line["rule"]) for line in lines] == [
        ("make", "refuse", "LF040"),
        ("make", "allow", None),
        ("make", "allow", None),
    ]
    assert verify(tmp_path).intact
