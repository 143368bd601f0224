"""Mounts as the engine tells them: what was given counts, what the engine made itself does not."""

import pytest

from cli.drift import found

pytestmark = pytest.mark.unit

CACHE, SETTINGS = "/var/cache/searxng", "/etc/searxng"
DECLARED = {CACHE: {}, SETTINGS: {}}
UNNAMED = {"Type": "volume", "Name": "0123abcd", "Destination": SETTINGS, "RW": True}
MEMORY = {"Type": "tmpfs", "Source": "", "Destination": CACHE, "RW": True}


def mounts(*, given):
    container = {
        "HostConfig": {"Binds": None, "Mounts": given},
        "Mounts": [UNNAMED, MEMORY],
    }
    return found._mounts(container, DECLARED)


def test_memory_at_a_path_that_the_image_declares_is_seen():
    memory = {"Type": "tmpfs", "Target": CACHE, "TmpfsOptions": {"SizeBytes": 64 << 20}}
    assert mounts(given=[memory]) == {f"mount {CACHE}": "memory of 64 MiB"}


def test_an_unnamed_volume_of_the_image_is_nobodys_change():
    assert mounts(given=None) == {}
