"""Backups that earlier releases wrote are checked, proved and restored by today's code.

`record_release.py` records those of a new release; what is recorded stays as it is.
"""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from backup_runs import Backups
from record_release import MEDIA, RELEASES, TAG
from whole_environment import media

from backup import gate
from backup.catalog import Catalog
from backup.proof.comparing import compare, differences
from backup.proof.restoring import read_back
from backup.snapshot.session import Source

pytestmark = pytest.mark.integration


@pytest.fixture(params=sorted(path.name for path in RELEASES.iterdir() if path.is_dir()))
def release(request: pytest.FixtureRequest, backups: Backups):
    """A release's backups in the archive of `dev`; roles of theirs are removed afterwards."""
    shutil.copytree(RELEASES / request.param, backups.settings.folder)
    yield backups
    backups.server.drop_database(backups.database)
    with backups.server.connect("postgres") as session:
        for role in ("clerk", "reader", "lone"):
            session.execute(f"DROP ROLE IF EXISTS {TAG}_{role}")


def test_it_is_small_and_of_both_kinds(release: Backups):
    entries = release.entries()
    assert sorted(entry.kind for entry in entries) == ["db", "full"]
    sizes = [path.stat().st_size for path in release.settings.folder.iterdir()]
    assert sum(sizes) < 200_000


def test_it_is_sound_and_its_proof_still_counts(release: Backups):
    done = release.run("check")
    assert done.returncode == 0, done.stderr
    newest = release.entries()[-1]
    assert newest.proven
    status = gate.status("dev", release.settings.archive, newest.created + timedelta(hours=1))
    assert status.verified


@pytest.mark.parametrize("kind", ["db", "full"])
def test_it_is_proved_and_restored(release: Backups, kind: str):
    (entry,) = (entry for entry in release.entries() if entry.kind == kind)
    proved = release.run("prove", entry.id)
    assert proved.returncode == 0, proved.stderr
    release.server.drop_database(release.database)
    folder = Path(release.folder / "media")
    folder.mkdir()
    release.more |= {"ENVIRONMENT": "staging", "MEDIA": str(folder)}
    done = release.run("restore", entry.id, "--from", "dev", "--no-safety-backup")
    assert done.returncode == 0, done.stderr + done.stdout
    expected = Catalog(entry.folder).entry(entry.id).manifest
    assert expected is not None
    found = read_back(Source.of(release.settings), expected.contents)
    compared = compare(expected.contents, found, whole_cluster=False)
    assert differences(compared) == []
    assert expected.contents.tables["books.entry"] == 300
    if kind == "full":
        assert media(release) == MEDIA
