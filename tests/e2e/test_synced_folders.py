"""LF004: an environment does not start from a folder that a sync program keeps."""

import pytest
from machine import Clone

pytestmark = pytest.mark.e2e


def test_a_repository_in_a_synced_folder_behind_a_symlink(repository, daemon, tmp_path):
    synced = tmp_path / "OneDrive - Firm" / "ledgerflow"
    synced.mkdir(parents=True)
    link = tmp_path / "ledgerflow"
    link.symlink_to(synced)
    clone = Clone.of(repository, link)
    try:
        result = clone.make("up")
        assert result.returncode != 0
        assert "the state of the stacks" in result.stderr
        assert "the source that django runs from" in result.stderr
        assert "in “OneDrive - Firm”" in result.stderr
        assert "not synced" in result.stderr
        assert result.stderr.count("error: ") == 1
        assert clone.created(daemon) == []
    finally:
        clone.remove(daemon)
