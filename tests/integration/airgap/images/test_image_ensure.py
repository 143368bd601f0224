"""`ensure` with a real daemon and a small recipe: build once, rebuild when changed, heal."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from airgap.images import STAND_INS, Decision, ImageError, Recipe, ensure
from airgap.images.base import TRIXIE
from airgap.images.recipe import LABEL_ORIGIN, LABEL_RECIPE, LABEL_VERSION

pytestmark = pytest.mark.integration

EMPTY_TAR = bytes(10240)
BUILDER = """
import pathlib, sys, docker
from airgap.images import Recipe, ensure
from airgap.images.base import TRIXIE
reference, folder, cache = sys.argv[1:]
made = Recipe(reference, pathlib.Path(folder), "1.0", "test", TRIXIE)
sys.modules["airgap.images.provision"].STAND_INS = {reference: made}
ensure([reference], docker.from_env(), pathlib.Path(cache), print)
"""
"""A process of its own that builds one recipe, to be killed."""


@pytest.fixture
def recipe(tmp_path: Path, client, monkeypatch, sandbox) -> Iterator[Recipe]:
    """A recipe of a name of its own, in the catalog; its images are removed afterwards."""
    name = sandbox.name()
    folder = tmp_path / name
    folder.mkdir()
    (folder / "Dockerfile").write_text(
        'ARG PARENT\nFROM ${PARENT}\nCOPY file /\nCMD ["cat", "/file"]\n'
    )
    (folder / "file").write_text("first\n")
    made = Recipe(f"{name}:1", folder, "1.0", "test", TRIXIE)
    monkeypatch.setattr("airgap.images.provision.STAND_INS", {made.reference: made})
    yield made
    sandbox.clear()  # what runs from the images, before the images
    images = client.images.list(name=name) + client.images.list(name=f"ledgerflow-airgap/{name}")
    for image_id in {image.id for image in images}:
        client.images.remove(image_id, force=True)


class Run:
    """One call of `ensure` after the other, with what they said."""

    def __init__(self, client: docker.DockerClient, cache: Path, recipe: Recipe) -> None:
        self.client, self.cache, self.recipe = client, cache, recipe
        self.said: list[str] = []

    def __call__(self) -> tuple[Decision, str]:
        self.said.clear()
        (built,) = ensure([self.recipe.reference], self.client, self.cache, self.said.append)
        return built.decision, built.image_id


@pytest.fixture
def run(client, tmp_path, recipe) -> Run:
    return Run(client, tmp_path / "cache", recipe)


def test_every_stand_in_tells_its_origin(client):
    for reference, recipe in STAND_INS.items():
        labels = client.images.get(reference).labels
        assert labels[LABEL_ORIGIN] == f"stand-in: {recipe.origin}"
        assert labels[LABEL_VERSION] == recipe.version
        assert len(labels[LABEL_RECIPE]) == 64


def test_an_image_is_built_once_and_kept(client, run, recipe):
    decision, image_id = run()
    assert decision is Decision.BUILD
    assert any("building" in line for line in run.said)
    assert client.images.get(recipe.reference).labels[LABEL_ORIGIN] == "stand-in: test"
    assert run() == (Decision.KEEP, image_id)
    assert run.said == []


def test_a_changed_recipe_is_built_again_and_the_old_image_stays(client, run, recipe, sandbox):
    _, old = run()
    (recipe.folder / "file").write_text("second\n")
    decision, new = run()
    assert decision is Decision.BUILD
    assert sandbox.run(recipe.reference) == (0, "second\n")
    assert new != old
    assert client.images.get(old).tags, "a rollback finds it, and no prune takes it"


def test_an_old_image_that_a_container_runs_from_stays(client, run, recipe, sandbox):
    run()
    container = sandbox.start(recipe.reference, ["sleep", "60"])
    (recipe.folder / "file").write_text("second\n")
    assert run()[0] is Decision.BUILD
    container.reload()
    assert container.status == "running"
    assert client.images.get(container.attrs["Image"])


def test_an_image_without_our_label_is_never_touched(client, run, recipe):
    """It is the official one, or a person's own."""
    repository, _, tag = recipe.reference.partition(":")
    client.api.import_image_from_data(EMPTY_TAR, repository=repository, tag=tag)
    before = client.images.get(recipe.reference).id
    assert run() == (Decision.OFFICIAL, before)
    assert client.images.get(recipe.reference).id == before


def test_a_failed_build_leaves_no_name_and_tells_why(client, run, recipe):
    (recipe.folder / "Dockerfile").write_text(
        "ARG PARENT\nFROM ${PARENT}\nRUN echo oh dear && false\n"
    )
    with pytest.raises(ImageError, match="oh dear"):
        run()
    assert client.images.list(name=recipe.reference.partition(":")[0]) == []
    assert "oh dear" in (run.cache / "logs" / f"{recipe.name}.log").read_text()


def test_killed_in_mid_build_the_next_run_builds(client, run, recipe, repository):
    slow = "ARG PARENT\nFROM ${PARENT}\nRUN sleep 30\n"
    (recipe.folder / "Dockerfile").write_text(slow)
    arguments = [recipe.reference, str(recipe.folder), str(run.cache)]
    process = subprocess.Popen([sys.executable, "-c", BUILDER, *arguments], cwd=repository)
    log = run.cache / "logs" / f"{recipe.name}.log"
    deadline = time.monotonic() + 60
    while not (log.exists() and "sleep 30" in log.read_text()):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert client.images.list(name=recipe.reference.partition(":")[0]) == []
    (recipe.folder / "Dockerfile").write_text(slow.replace("sleep 30", "true"))
    assert run()[0] is Decision.BUILD
