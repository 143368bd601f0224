"""Files are published whole or not at all."""

import os

import pytest

from cli import atomic

pytestmark = pytest.mark.unit


def test_a_file_is_replaced_with_text_and_permissions(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o400)
    atomic.write_text(path, "new", 0o440)
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o440


def test_the_mode_does_not_depend_on_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        atomic.write_text(tmp_path / "file", "text", 0o644)
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("step", ["fsync", "fchmod"])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "file"
    path.write_text("old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
