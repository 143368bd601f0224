"""Records a small backup of each kind by today's code, as the fixture of a release.

    PYTHONPATH=. .venv/bin/python tests/integration/backup/record_release.py release-0.1.0

Every release keeps one from now on; `tests/integration/backup/test_releases.py` restores them all.
A recorded backup is never made anew: it shows what that release wrote.
"""

import shutil
import sys
from pathlib import Path

from backup_runs import SQL, Backups
from postgres import public_folder, running, unpacked_programs
from whole_environment import furnish, lay

REPOSITORY = Path(__file__).parents[3]
RELEASES = REPOSITORY / "tests/fixtures/backups"
TAG = "lftest_release"
"""What the names of the recorded roles begin with."""
MEDIA = {"2026/11/ä scan.pdf": b"%PDF-1.7 " + bytes(range(256)) * 20, "empty.txt": b""}
PORTABLE = """#!/bin/sh
# pg_dump since 17.6 writes lines that psql before 17.6 refuses; a fixture has to load with both
{pg_dump} "$@" | sed -e '/^\\\\restrict /{{N;d}}' -e '/^\\\\unrestrict /{{N;d}}'
"""


def record(target: Path) -> None:
    """Make a database, back it up both ways, and put the proven backups into `target`."""
    target.mkdir(parents=True)
    with (
        unpacked_programs() as programs,
        running(programs) as server,
        public_folder("lftest-record-") as folder,
    ):
        backups = furnish(Backups(server, folder, "ledgerflow", REPOSITORY))
        shutil.rmtree(folder / "media")
        lay(folder / "media", MEDIA)
        backups.execute((SQL / "losses.sql").read_text() % {"tag": TAG})
        own = folder / "bin"
        own.mkdir()
        (own / "pg_dump").write_text(PORTABLE.format(pg_dump=programs.find("pg_dump")))
        (own / "pg_dump").chmod(0o755)
        for words in ("db", "full"):
            done = backups.run(words, PATH=f"{own}:{programs.path}")
            assert done.returncode == 0, done.stderr
        for entry in backups.entries():
            for path in (
                entry.payload_path,
                entry.manifest_path,
                entry.proof_path,
                entry.evidence_path,
            ):
                shutil.copyfile(path, target / path.name)


if __name__ == "__main__":
    record(RELEASES / sys.argv[1])
