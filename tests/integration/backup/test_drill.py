"""A drill on a real archive: the ends are restored, everything between is read to its last byte."""

import json
import random
from datetime import timedelta

import pytest
from backup_runs import Backups

from backup.clock import now
from backup.database import back_up_database
from backup.drill import last_passed
from tests.integration.backup.made_backups import papers, put

pytestmark = pytest.mark.integration

HOUR = timedelta(hours=1)


def results(backups: Backups) -> dict[str, str]:
    """Return what the newest record says of each backup."""
    newest = max((backups.settings.folder / "drills").glob("*.json"))
    return {each["id"]: each["result"] for each in json.loads(newest.read_text())["backups"]}


def test_damage_between_the_newest_and_the_oldest_is_found_recorded_and_counts_no_more(
    ledger: Backups,
):
    settings, begun, rng = ledger.settings, now(), random.Random(9)
    oldest = back_up_database(settings, "scheduled", lambda: begun - 4 * HOUR)
    damaged = put(settings.folder, papers("dev", begun - 3 * HOUR, rng))
    sound = put(settings.folder, papers("dev", begun - 2 * HOUR, rng, kind="full"))
    third = put(settings.folder, papers("dev", begun - HOUR, rng))
    newest = back_up_database(settings, "scheduled", lambda: begun)
    content = bytearray(damaged.payload_path.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.payload_path.write_bytes(content)
    sound.proof_path.unlink()  # not proven: no drill is about it
    done = ledger.run("drill")
    assert done.returncode == 2
    assert f"{damaged.id}: {damaged.id} is damaged" in done.stderr
    assert "its checksum differs" in done.stderr
    assert results(ledger) == {
        newest.id: "restored",
        oldest.id: "restored",
        damaged.id: "failed",
        third.id: "checked",
    }
    assert last_passed(settings.folder) is None
    listed = ledger.run("list").stdout.splitlines()
    assert [line.split()[1] for line in listed] == ["proven", "FAILED", "not", "proven", "proven"]
    assert f"restored {begun:%Y-%m-%d}" in listed[-1]
    again = ledger.run("drill", "--json")
    assert again.returncode == 0, again.stderr
    assert damaged.id not in {each["id"] for each in json.loads(again.stdout)["backups"]}
    assert last_passed(settings.folder) is not None
