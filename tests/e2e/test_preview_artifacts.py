"""The reports that CI keeps: what a first deploy of each kind of environment would create."""

import json
import shutil

import pytest
from machine import Clone

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("like", ["dev", "prod"])
def test_a_first_deploy_is_described_and_nothing_is_made(repository, daemon, tmp_path, like):
    clone = Clone.of(repository, tmp_path / like, like=like)
    result = clone.make("preview")
    # make's words for a command that ended with 2: there are changes
    assert "Error 2" in result.stderr, result.stdout + result.stderr
    assert clone.created(daemon) == []
    source = clone.path / ".ledgerflow" / "previews" / f"{clone.environment}.md"
    kept = repository / ".ledgerflow" / "previews" / f"first-deploy-of-{like}.md"
    kept.parent.mkdir(parents=True, exist_ok=True)
    for suffix in (".md", ".json"):
        shutil.copyfile(source.with_suffix(suffix), kept.with_suffix(suffix))
    data = json.loads(kept.with_suffix(".json").read_text())
    assert data["policy_packs"] == ["ledgerflow"]
    assert not [rule for rule in data["rules"] if rule["level"] == "mandatory"]
    created = {change["name"] for change in data["changes"] if change["action"] == "created"}
    assert {"db_data", "media_data", "postgres", "caddy"} <= created
    assert "All kept (ledgerflow)." in kept.read_text()
