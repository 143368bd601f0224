"""A recipe's identity: stable where nothing changed, different where anything did."""

from dataclasses import replace
from pathlib import Path

import pytest

from airgap.images.catalog import STAND_INS
from airgap.images.recipe import (
    LABEL_ORIGIN,
    LABEL_PORTABLE_RECIPE,
    LABEL_RECIPE,
    LABEL_VERSION,
    Base,
    Package,
    Recipe,
)
from infra import images_lock

pytestmark = pytest.mark.unit

BASE = Base(suite="trixie", packages=("wget",), dpkg_options=(), apt_options=())
PACKAGE = Package("npm", "@scope/name", "1.0.0", "sha512-abc", (("package/bin", "bin"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "tool"
    (place / "sub").mkdir(parents=True)
    (place / "Dockerfile").write_text("FROM x\n")
    (place / "sub" / "file").write_text("content\n")
    return place


def recipe(folder: Path, **changes) -> Recipe:
    made = Recipe("tool:1", folder, "1.2.3", "Debian trixie tool", BASE, packages=(PACKAGE,))
    return replace(made, **changes)


def test_identity_does_not_depend_on_where_and_when_the_files_were_written(folder, tmp_path):
    elsewhere = tmp_path / "copy" / "tool"
    (elsewhere / "sub").mkdir(parents=True)
    (elsewhere / "sub" / "file").write_text("content\n")
    (elsewhere / "Dockerfile").write_text("FROM x\n")
    assert recipe(folder).identity("") == recipe(elsewhere).identity("")


def test_caches_of_the_interpreter_are_no_ingredients(folder):
    before = recipe(folder).identity("")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert recipe(folder).identity("") == before


def edit_file(folder: Path) -> None:
    (folder / "sub" / "file").write_text("other\n")


def add_file(folder: Path) -> None:
    (folder / "new").touch()


def rename_file(folder: Path) -> None:
    (folder / "sub" / "file").rename(folder / "sub" / "renamed")


def make_executable(folder: Path) -> None:
    (folder / "sub" / "file").chmod(0o755)


@pytest.mark.parametrize("change", [edit_file, add_file, rename_file, make_executable])
def test_every_change_of_a_file_changes_the_identity(folder, change):
    before = recipe(folder).identity("")
    change(folder)
    assert recipe(folder).identity("") != before


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": "tool:2"},
        {"version": "1.2.4"},
        {"origin": "elsewhere"},
        {"base": replace(BASE, suite="forky")},
        {"base": replace(BASE, packages=("wget", "curl"))},
        {"packages": ()},
        {"packages": (replace(PACKAGE, version="1.0.1"),)},
        {"packages": (replace(PACKAGE, integrity="sha512-def"),)},
        {"packages": (replace(PACKAGE, unpack=()),)},
    ],
    ids=str,
)
def test_every_change_of_the_recipe_changes_the_identity(folder, changes):
    assert recipe(folder, **changes).identity("") != recipe(folder).identity("")


def test_the_machine_counts_only_for_images_that_trust_it(folder):
    plain, trusting = recipe(folder), recipe(folder, trusts_machine=True)
    assert plain.identity("one") == plain.identity("other")
    assert trusting.identity("one") != trusting.identity("other")


def test_a_child_follows_its_parent(folder, tmp_path):
    child_folder = tmp_path / "child"
    child_folder.mkdir()
    child = recipe(child_folder, parent=recipe(folder, trusts_machine=True))
    before = child.identity("one")
    assert child.identity("other") != before
    edit_file(folder)
    assert child.identity("one") != before


def test_labels_tell_origin_recipe_and_version(folder):
    made = recipe(folder)
    assert made.labels("") == {
        LABEL_ORIGIN: "stand-in: Debian trixie tool",
        LABEL_RECIPE: made.identity(""),
        LABEL_PORTABLE_RECIPE: made.identity(""),
        LABEL_VERSION: "1.2.3",
    }


def test_the_portable_label_is_the_same_on_every_machine(folder):
    made = recipe(folder, trusts_machine=True)
    child = recipe(folder, parent=made)
    for each in (made, child):
        one, other = each.labels("one"), each.labels("other")
        assert one[LABEL_RECIPE] != other[LABEL_RECIPE]
        assert one[LABEL_PORTABLE_RECIPE] == other[LABEL_PORTABLE_RECIPE] == each.identity("")


def test_the_lock_file_reads_the_labels_that_are_written():
    assert images_lock.LABEL_RECIPE == LABEL_RECIPE
    assert images_lock.LABEL_PORTABLE_RECIPE == LABEL_PORTABLE_RECIPE


def test_the_catalog_has_every_image_of_an_environment():
    assert set(STAND_INS) == {
        "postgres:17.4",
        "redis:7.2",
        "searxng/searxng:latest",
        "adminer:5",
        "caddy:2",
        "python:3.13-slim",
    }
    for reference, made in STAND_INS.items():
        assert made.reference == reference
        assert (made.folder / "Dockerfile").is_file()
        assert made.origin.startswith(("server from npm", "searx from PyPI", "PyPI", "Debian"))


def test_every_pinned_package_has_a_strong_hash():
    packages = [p for made in STAND_INS.values() for p in made.packages]
    assert packages
    assert all(p.integrity.startswith(("sha512-", "sha256:")) for p in packages)
