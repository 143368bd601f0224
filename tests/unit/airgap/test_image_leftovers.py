"""Taking away what killed builds left, and nothing else."""

from pathlib import Path

import pytest

from airgap.images.leftovers import mounts_below, scratch_folder, sweep

pytestmark = pytest.mark.unit


def test_what_killed_runs_left_is_swept_and_downloads_stay(tmp_path):
    for leftover in (".partial-x/chroot/proc", "downloads/.partial-y"):
        (tmp_path / leftover).mkdir(parents=True)
    kept = tmp_path / "downloads" / "tool-1.0.whl"
    kept.touch()
    sweep(tmp_path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["downloads", "tool-1.0.whl"]
    assert kept.exists()


def test_mounts_of_a_killed_bootstrap_are_found_innermost_first(tmp_path):
    mounts = f"proc {tmp_path}/a/proc proc ro 0 0\n"
    mounts += f"sys {tmp_path}-other/sys sysfs ro 0 0\nx {tmp_path}/a/proc/y z ro 0 0\n"
    assert mounts_below(tmp_path, mounts) == [f"{tmp_path}/a/proc/y", f"{tmp_path}/a/proc"]


def fail_halfway(parent: Path) -> None:
    with scratch_folder(parent) as folder:
        (folder / "half").write_text("x")
        raise KeyboardInterrupt


def test_a_scratch_folder_is_gone_after_an_interrupt_too(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        fail_halfway(tmp_path)
    assert list(tmp_path.iterdir()) == []
