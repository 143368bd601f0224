"""`ensure` against a daemon that is away, a reference it does not know, a failed build."""

from pathlib import Path

import docker
import pytest

from airgap.images import ImageError, ensure
from airgap.images.daemon import failure

pytestmark = pytest.mark.unit


def test_an_unknown_reference_is_named_with_those_that_are_known(tmp_path):
    client = docker.DockerClient(base_url=f"unix://{tmp_path}/none.sock", version="1.41")
    with pytest.raises(ImageError, match="no stand-in for the image mysql:8") as caught:
        ensure(["postgres:17.4", "mysql:8"], client, tmp_path, print)
    assert "postgres:17.4" in caught.value.remedy


def test_a_daemon_that_is_away_is_one_message(tmp_path):
    client = docker.DockerClient(base_url=f"unix://{tmp_path}/none.sock", version="1.41")
    with pytest.raises(ImageError, match="daemon does not answer") as caught:
        ensure(["postgres:17.4"], client, tmp_path, print)
    assert "Start Docker" in caught.value.remedy


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("E: Unable to locate package php", "Debian mirror"),
        ("E: Failed to fetch http://x  Could not resolve 'x'", "Debian mirror"),
        ("ERROR: No matching distribution found for flask", "PyPI"),
        ("write /x: no space left on device", "disk space"),
        ("something nobody thought of", "whole build"),
    ],
)
def test_a_failed_build_says_what_to_do(words, remedy):
    error = failure("returned a non-zero code: 1", ["Step 3/9", words], Path("logs/x.log"))
    assert words in error.what
    assert "logs/x.log" in error.what
    assert remedy in error.remedy
