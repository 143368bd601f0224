"""Choosing the Debian mirror a base image is made from."""

import pytest

from airgap.images.base import TRIXIE, command_for
from airgap.images.mirrors import Target, lines_for

pytestmark = pytest.mark.unit

MAIN = Target("Debian", "http://mirror.example/debian/", "bookworm", "main")
UPDATES = MAIN._replace(suite="bookworm-updates")
SECURITY = Target("Debian", "http://mirror.example/security/", "bookworm-security", "main")


def test_the_machines_mirrors_serve_the_other_suite():
    assert lines_for("trixie", "bookworm", [MAIN, UPDATES, SECURITY]) == [
        "deb http://mirror.example/debian/ trixie main",
        "deb http://mirror.example/debian/ trixie-updates main",
        "deb http://mirror.example/security/ trixie-security main",
    ]


def test_lists_that_were_never_fetched_have_no_origin_yet():
    assert lines_for("trixie", "bookworm", [MAIN._replace(origin="")])


@pytest.mark.parametrize(
    "target",
    [
        MAIN._replace(origin="Docker"),
        MAIN._replace(suite="stable-tools"),
        MAIN._replace(component="contrib"),
        MAIN._replace(uri="http://me:secret@mirror.example/debian/"),
    ],
    ids=["another vendor", "another suite", "another component", "credentials"],
)
def test_what_is_not_a_plain_debian_mirror_is_passed_over(target):
    assert lines_for("trixie", "bookworm", [target]) == []


def test_a_security_mirror_alone_is_not_enough():
    assert lines_for("trixie", "bookworm", [SECURITY]) == []


def test_the_first_of_several_mirrors_is_taken():
    other = MAIN._replace(uri="http://other.example/debian/")
    assert lines_for("trixie", "bookworm", [MAIN, other])[0].split()[1] == MAIN.uri


def test_without_mirrors_mmdebstrap_chooses(tmp_path):
    archive = tmp_path / "base.tar"
    assert command_for(TRIXIE, archive, [])[-2:] == ["trixie", str(archive)]
    assert command_for(TRIXIE, archive, ["deb x y z"])[-1] == "deb x y z"
