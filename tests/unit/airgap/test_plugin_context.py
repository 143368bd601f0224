"""The build context: what belongs to it, and when it counts as changed."""

import hashlib
import os
import tarfile

import pytest

from airgap.plugins.docker.image.context import OUTSIDE_NAME, archive, digest, files, sources
from airgap.plugins.docker.image.resource import Image
from airgap.plugins.errors import PluginError
from airgap.plugins.resource import Naming
from airgap.plugins.values import UNKNOWN

pytestmark = pytest.mark.unit


@pytest.fixture
def context(tmp_path):
    folder = tmp_path / "context"
    (folder / "sub").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM scratch\n")
    (folder / "app.py").write_text("print()\n")
    (folder / "sub" / "b.txt").write_text("b")
    for file in ("Dockerfile", "app.py", "sub/b.txt"):
        (folder / file).chmod(0o644)
    return folder


def of(folder):
    return digest(folder, folder / "Dockerfile")


def test_the_digest_is_the_official_one(context):
    """Name, mode and content digest of each file in turn, the Dockerfile first without a mode."""

    def part(name, mode, content):
        return name + mode + hashlib.sha256(content).digest() + b"\0"

    expected = hashlib.sha256(
        part(b"Dockerfile", b"----------", b"FROM scratch\n")
        + part(b"Dockerfile", b"-rw-r--r--", b"FROM scratch\n")
        + part(b"app.py", b"-rw-r--r--", b"print()\n")
        + part(b"sub/b.txt", b"-rw-r--r--", b"b")
    )
    assert of(context) == expected.hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        lambda c: (c / "app.py").write_text("print(1)\n"),
        lambda c: (c / "new").touch(),
        lambda c: (c / "app.py").rename(c / "main.py"),
        lambda c: (c / "app.py").chmod(0o755),
        lambda c: (c / "sub" / "b.txt").unlink(),
        lambda c: (c / "link").symlink_to("app.py"),
    ],
)
def test_a_change_in_the_context_changes_the_digest(context, change):
    before = of(context)
    change(context)
    assert of(context) != before


def test_times_and_ignored_files_do_not_change_it(context):
    (context / ".dockerignore").write_text("# notes\n*.pyc\ncache\n")
    before = of(context)
    os.utime(context / "app.py", (1, 1))
    (context / "x.pyc").touch()
    (context / "cache").mkdir()
    (context / "cache" / "y").touch()
    assert of(context) == before


def test_an_exception_reaches_into_an_ignored_folder(context):
    (context / ".dockerignore").write_text("sub\n!sub/b.txt\n")
    (context / "sub" / "c.txt").touch()
    assert "sub/b.txt" in set(files(context, context / "Dockerfile"))
    assert "sub/c.txt" not in set(files(context, context / "Dockerfile"))


def test_ignored_folders_are_entered_only_where_an_exception_may_reach(context, monkeypatch):
    (context / ".dockerignore").write_text("*\n!sub/b.txt\n!k*/**/keep\n")
    (context / "big" / "deep").mkdir(parents=True)
    (context / "kept" / "deep").mkdir(parents=True)
    (context / "kept" / "deep" / "keep").touch()
    entered = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: entered.append(path) or scandir(path))
    assert set(files(context, context / "Dockerfile")) >= {"sub/b.txt", "kept/deep/keep"}
    assert {str(path.relative_to(context)) for path in entered} == {
        ".",
        "sub",
        "kept",
        "kept/deep",
    }


def test_a_dockerfile_may_have_its_own_ignore_file(context):
    (context / ".dockerignore").write_text("app.py\n")
    (context / "Dockerfile.dockerignore").write_text("sub\n")
    assert "app.py" in set(files(context, context / "Dockerfile"))
    assert "sub/b.txt" not in set(files(context, context / "Dockerfile"))


def test_the_archive_is_deterministic_and_complete(context):
    (context / ".dockerignore").write_text("Dockerfile\nsub\n")
    buffer, dockerfile = archive(context, context / "Dockerfile")
    again, _ = archive(context, context / "Dockerfile")
    assert buffer.getvalue() == again.getvalue()
    with tarfile.open(fileobj=buffer) as tar:
        # The daemon needs the Dockerfile even where it is ignored.
        assert tar.getnames() == [".dockerignore", "Dockerfile", "app.py"]
        assert {entry.uid for entry in tar} == {0}
    assert dockerfile == "Dockerfile"


def test_a_dockerfile_from_outside_travels_along(context, tmp_path):
    outside = tmp_path / "other.Dockerfile"
    outside.write_text("FROM scratch\nLABEL a=b\n")
    buffer, dockerfile = archive(context, outside)
    assert dockerfile == OUTSIDE_NAME
    with tarfile.open(fileobj=buffer) as tar:
        assert OUTSIDE_NAME in tar.getnames()


def test_an_unreadable_context_is_named(context):
    (context / "app.py").unlink()
    with pytest.raises(PluginError, match="app.py"):
        digest(context, context / "app.py")


def test_the_default_dockerfile_is_the_one_in_the_context():
    assert str(sources({"context": "./app"})[1]) == "app/Dockerfile"
    assert str(sources({})[1]) == "Dockerfile"


def test_a_changed_file_is_a_difference_in_the_build(context):
    image = Image(docker=None)
    naming = Naming("i", b"")
    program = {"imageName": "x", "skipPush": True, "build": {"context": str(context)}}
    old = image.check(program, {}, naming).inputs
    assert image.diff(old, {"__inputs": old}, old).changes == []
    (context / "app.py").write_text("changed")
    new = image.check(program, {}, naming).inputs
    (change,) = image.diff(old, {"__inputs": old}, new).changes
    assert (change.path, change.replace) == ("build", False)


def test_an_unknown_context_is_digested_later():
    program = {"imageName": "x", "skipPush": True, "build": {"context": UNKNOWN}}
    checked = Image(docker=None).check(program, {}, Naming("i", b""))
    assert checked.failures == []
    assert checked.inputs["build"]["contextDigest"] is UNKNOWN
