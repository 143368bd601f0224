"""Scratch servers end with their run, and no run ends another's."""

import os
import select
import signal

import pytest
from backup_runs import Backups

from backup.proof.scratch import scratch_server, sweep

pytestmark = pytest.mark.integration


def test_a_server_in_use_is_not_swept_and_one_left_behind_is(backups: Backups):
    settings = backups.settings
    with scratch_server(settings, "ledgerflow") as scratch:
        assert sweep(settings.scratch) == []
        with scratch.source("template1").connect() as session:
            assert session.execute("SELECT 1").fetchone() == (1,)
        folder = scratch.folder
    assert not folder.exists()
    left = settings.scratch / "proof-left"
    (left / "data").mkdir(parents=True)
    (left / "data/postmaster.pid").write_text("1\n")
    assert sweep(settings.scratch) == ["proof-left"]
    assert not left.exists()


def test_the_kernel_ends_the_server_of_a_killed_run(backups: Backups):
    backups.execute("CREATE TABLE t AS SELECT repeat('x', 60) FROM generate_series(1, 300)")
    process = backups.start("db", LEDGERFLOW_BACKUP_AT_STEP="stop:load.started")
    os.waitpid(process.pid, os.WUNTRACED)
    (pid_file,) = backups.settings.scratch.glob("*/data/postmaster.pid")
    number = int(pid_file.read_text().splitlines()[0])
    gone = os.pidfd_open(number)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert select.select([gone], [], [], 120)[0], "the scratch server outlived its run"
    os.close(gone)
