"""A locked environment refuses an image that is not in the lock file, before anything is made."""

import json

import pytest

from infra.images_lock import FILE

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("command", ["up", "preview"])
def test_an_image_that_was_never_recorded_is_refused(clone, daemon, command):
    lock = clone.path / FILE
    before = lock.read_text()
    clone.configure(**{"ledgerflow:images_locked": "true"})
    try:
        entries = [entry for entry in json.loads(before) if entry["reference"] != "redis:7.2"]
        lock.write_text(json.dumps(entries))
        result = clone.make(command)
    finally:
        lock.write_text(before)
        clone.configure()
    words = result.stdout + result.stderr
    assert result.returncode != 0
    assert "image redis:7.2 is not in images.lock.json" in words
    assert "make images-lock" in words
    assert words.count("error: ") == 1
    assert "Traceback" not in words
    assert clone.created(daemon) == []


def test_a_lock_file_that_is_gone_is_said_to_be(clone, daemon):
    lock = clone.path / FILE
    before = lock.read_text()
    clone.configure(**{"ledgerflow:images_locked": "true"})
    try:
        lock.unlink()
        result = clone.make("up")
    finally:
        lock.write_text(before)
        clone.configure()
    assert result.returncode != 0
    assert "there is no images.lock.json" in result.stderr
    assert clone.created(daemon) == []
