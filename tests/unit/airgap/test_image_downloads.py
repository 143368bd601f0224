"""The cache of packages: checked before it is named, fetched again when it is not right."""

import hashlib
from base64 import b64encode
from pathlib import Path

import pytest

from airgap.images.clients import cached, matches, run_client, telling_line
from airgap.images.errors import ImageError
from airgap.images.recipe import Package

pytestmark = pytest.mark.unit

CONTENT = b"what was pinned"
SHA256 = "sha256:" + hashlib.sha256(CONTENT).hexdigest()
SHA512 = "sha512-" + b64encode(hashlib.sha512(CONTENT).digest()).decode()
PACKAGE = Package("pypi", "tool", "1.0", SHA256)


class Registry:
    """Sends what it was made with and counts how often."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.asked = 0

    def download(self, folder: Path) -> None:
        self.asked += 1
        (folder / "any-name.whl").write_bytes(self.content)


def fetch(registry: Registry, cache: Path) -> Path:
    return cached(PACKAGE, "tool-1.0.whl", cache, lambda _: None, registry.download)


@pytest.mark.parametrize("integrity", [SHA256, SHA512])
def test_both_ways_to_write_a_hash(tmp_path, integrity):
    file = tmp_path / "file"
    file.write_bytes(CONTENT)
    assert matches(file, integrity)
    file.write_bytes(CONTENT + b"!")
    assert not matches(file, integrity)


def test_a_package_is_fetched_once(tmp_path):
    registry = Registry(CONTENT)
    first, second = fetch(registry, tmp_path), fetch(registry, tmp_path)
    assert first == second == tmp_path / "downloads" / "tool-1.0.whl"
    assert first.read_bytes() == CONTENT
    assert registry.asked == 1


def test_a_damaged_file_in_the_cache_is_fetched_again(tmp_path):
    registry = Registry(CONTENT)
    fetch(registry, tmp_path).write_bytes(b"half of i")
    assert fetch(registry, tmp_path).read_bytes() == CONTENT
    assert registry.asked == 2


def test_another_file_than_the_pinned_one_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(ImageError, match="did not send the pinned file") as caught:
        fetch(Registry(b"something else"), tmp_path)
    assert SHA256 in caught.value.remedy
    assert list((tmp_path / "downloads").iterdir()) == []


def test_a_failing_client_gives_its_last_words_and_a_remedy(tmp_path):
    command = ["sh", "-c", "echo first >&2; echo 'cannot reach the registry' >&2; exit 3"]
    with pytest.raises(ImageError, match="tool could not be fetched: cannot reach") as caught:
        run_client(command, "tool", "npm", tmp_path)
    assert "reaches npm" in caught.value.remedy


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "npm error code ECONNREFUSED\nnpm error request failed, reason: connect refused\n"
            "npm error A complete log of this run can be found in: x\n",
            "npm error request failed, reason: connect refused",
        ),
        ("npm error code E404\nnpm error 404 Not Found\nnpm error advice\n", "npm error code E404"),
        (
            "WARNING: retrying\nERROR: No matching distribution found\n\n",
            "ERROR: No matching distribution found",
        ),
        ("", ""),
    ],
)
def test_the_line_that_tells_what_went_wrong(output, line):
    assert telling_line(output) == line
