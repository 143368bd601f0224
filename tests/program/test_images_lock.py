"""Locked environments: the program takes images by the lock, or registers nothing at all."""

from pathlib import Path

import pulumi
import pytest
from recorder import RecordingMonitor, run

from infra.configuration import from_strings
from infra.daemon import DaemonError
from infra.environment import environment
from infra.images_lock import ImageIdentity, LockEntry
from infra.render import docker as render
from infra.render import pinned_images
from infra.render.images import pinned_in_program
from infra.settings import Images, Settings

pytestmark = pytest.mark.program

REPOSITORY = Path(__file__).resolve().parents[2]
DIGEST = f"sha256:{'d' * 64}"
RECIPE = "a" * 64
STAND_IN = ImageIdentity(digests=(), origin="stand-in: from packages", recipe=RECIPE)
OFFICIAL = ImageIdentity(digests=(), origin=None, recipe=None)


def lock_of(digest=None, recipe=None, without=()):
    return {
        reference: LockEntry(reference=reference, digest=digest, stand_in_recipe=recipe)
        for reference in Images().model_dump().values()
        if reference not in without
    }


@pytest.fixture(autouse=True)
def daemon(monkeypatch):
    """A daemon without volumes that has a stand-in for every image; tests change some."""
    images = dict.fromkeys(Images().model_dump().values(), STAND_IN)
    monkeypatch.setattr(render, "volume_labels", lambda _name: None)
    monkeypatch.setattr(render, "image_identity", images.get)
    return images


@pytest.fixture
def provision(stack_config, monkeypatch):
    """Run the program of an environment with a lock; return what it registered."""

    def with_lock(lock, stack="prod"):
        config = stack_config(stack)
        monkeypatch.setattr(pinned_images, "lock_for", lambda _spec, _repository: lock)

        def program():
            settings = Settings.parse(stack, from_strings(config))
            render.DockerEnvironment(
                environment(settings),
                repository=REPOSITORY,
                secrets=settings.secrets,
                known_volumes=[],
            )

        return run(program, stack, config)

    return with_lock


def built_name(recording):
    (image,) = recording.of_type(":Image").values()
    return image.inputs["imageName"]


def pulled(recording):
    return {i.inputs["name"] for i in recording.of_type(":RemoteImage").values()}


def test_images_of_registries_are_taken_by_digest(provision, daemon):
    daemon.update(dict.fromkeys(daemon, OFFICIAL))
    recording = provision(lock_of(DIGEST))
    by_digest = {name for name in pulled(recording) if not name.startswith("ledgerflow-")}
    assert by_digest
    assert all(name.endswith(f"@{DIGEST}") for name in by_digest)
    (built,) = recording.of_type(":Image").values()
    assert built.inputs["build"]["args"] == {"PYTHON_IMAGE": f"python:3.13-slim@{DIGEST}"}


def test_stand_ins_of_the_locked_recipes_keep_their_names(provision):
    recording = provision(lock_of(recipe=RECIPE))
    assert "postgres:17.4" in pulled(recording)


def test_without_a_lock_nothing_is_asked(provision, monkeypatch):
    def ask(_reference):
        raise AssertionError("the daemon was asked")

    monkeypatch.setattr(render, "image_identity", ask)
    assert "postgres:17.4" in pulled(provision(None, stack="dev"))


def test_one_message_names_every_refused_image_and_nothing_is_registered(
    provision, daemon, monkeypatch
):
    daemon["redis:7.2"] = OFFICIAL
    registered = []
    answer = RecordingMonitor.RegisterResource

    def register(monitor, request):
        registered.append(request.type)
        return answer(monitor, request)

    monkeypatch.setattr(RecordingMonitor, "RegisterResource", register)
    with pytest.raises(pulumi.RunError) as error:
        provision(lock_of(recipe=RECIPE, without=["caddy:2"]))
    words = str(error.value)
    assert "image caddy:2 is not in images.lock.json" in words
    assert "image redis:7.2 is an image of a registry" in words
    assert "postgres:17.4 is" not in words
    assert "`make images-lock`" in words
    assert set(registered) <= {"pulumi:pulumi:Stack"}


def test_a_preview_needs_no_daemon_but_an_entry(provision, monkeypatch):
    def silent(_reference):
        raise DaemonError("the Docker daemon does not answer")

    monkeypatch.setattr(render, "image_identity", silent)
    with pytest.raises(pulumi.RunError, match="does not answer"):
        provision(lock_of(DIGEST))
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    monkeypatch.setattr(render, "volume_labels", silent)
    assert f"postgres:17.4@{DIGEST}" in pulled(provision(lock_of(DIGEST)))
    with pytest.raises(pulumi.RunError, match=r"redis:7.2 is not in images.lock.json"):
        provision(lock_of(DIGEST, without=["redis:7.2"]))


def test_a_preview_before_the_images_are_there_promises_them(provision, daemon, monkeypatch):
    daemon.clear()
    with pytest.raises(pulumi.RunError, match="is not on this Docker engine"):
        provision(lock_of(recipe=RECIPE))
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    assert "postgres:17.4" in pulled(provision(lock_of(recipe=RECIPE)))


def test_a_preview_with_a_daemon_refuses_a_wrong_image(provision, daemon, monkeypatch):
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)
    daemon["postgres:17.4"] = OFFICIAL
    with pytest.raises(pulumi.RunError, match=r"image postgres:17.4 is an image of a registry"):
        provision(lock_of(recipe=RECIPE))


def test_without_a_lock_file_pulumi_says_so_without_a_traceback(tmp_path, daemon):
    with pytest.raises(pulumi.RunError, match=r"there is no images\.lock\.json"):
        pinned_in_program(environment(Settings.parse("prod", {})), tmp_path, daemon.get)


def test_a_renewed_base_renames_the_built_image(provision, daemon):
    first = built_name(provision(lock_of(recipe=RECIPE)))
    assert built_name(provision(lock_of(recipe=RECIPE))) == first
    python = Images().python
    renewed = LockEntry(reference=python, digest=None, stand_in_recipe="b" * 64)
    daemon[python] = ImageIdentity((), "stand-in: from packages", "b" * 64)
    assert built_name(provision({**lock_of(recipe=RECIPE), python: renewed})) != first


def test_the_name_of_the_built_image_does_not_depend_on_the_daemon(provision, daemon):
    lock = lock_of(DIGEST, RECIPE)
    first = built_name(provision(lock))
    daemon.update(dict.fromkeys(daemon, OFFICIAL))
    assert built_name(provision(lock)) == first
