"""The images of a locked environment: pulled by digest, built by recipe, refused otherwise."""

from types import SimpleNamespace

import docker.errors
import pytest

from cli import images
from cli.errors import UserError
from infra.daemon import DaemonError
from infra.environment import environment
from infra.images_lock import FILE, ImageIdentity, LockEntry, lock_text
from infra.settings import Images, Settings

pytestmark = pytest.mark.unit

DIGEST = f"sha256:{'a' * 64}"
RECIPE = "b" * 64
REDIS = "redis:7.2"
ORIGIN = "com.ledgerflow.image.origin"


class Daemon:
    """Images that are there, and those that a registry would give."""

    def __init__(self, present=(), registry=()):
        self.images = self
        self.present = dict(present)
        self.registry = registry
        self.pulled = []

    def get(self, reference):
        if reference not in self.present:
            raise docker.errors.ImageNotFound(reference)
        return SimpleNamespace(labels=self.present[reference])

    def pull(self, reference):
        if reference not in self.registry:
            raise docker.errors.APIError("unreachable", explanation="no such host")
        self.pulled.append(reference)


@pytest.fixture
def built(monkeypatch):
    """The references that a stand-in is asked for."""
    asked = []
    monkeypatch.setattr(images, "_build", lambda wanted, *_: asked.extend(wanted))
    return asked


def lock(digest=None, recipe=RECIPE, without=()):
    return {
        name: LockEntry(reference=name, digest=digest, stand_in_recipe=recipe)
        for name in Images().model_dump().values()
        if name not in without
    }


def spec(name="prod"):
    return environment(Settings.parse(name, {}))


def test_an_image_is_pulled_by_its_locked_digest(built):
    daemon = Daemon({REDIS: {}}, registry=[f"{REDIS}@{DIGEST}"])
    images.ensure([REDIS], daemon, {}, lock(DIGEST))
    assert daemon.pulled == [f"{REDIS}@{DIGEST}"]
    assert built == []


def test_a_locked_image_that_is_there_needs_nothing(built):
    daemon = Daemon({f"{REDIS}@{DIGEST}": {}})
    images.ensure([REDIS], daemon, {}, lock(DIGEST))
    assert (daemon.pulled, built) == ([], [])


def test_no_tag_is_pulled_where_the_lock_knows_a_recipe_alone(built):
    daemon = Daemon(registry=[REDIS])
    images.ensure([REDIS], daemon, {}, lock())
    assert (daemon.pulled, built) == ([], [REDIS])


def test_a_locked_image_that_cannot_be_pulled_is_built(built):
    images.ensure([REDIS], Daemon(), {}, lock(DIGEST))
    assert built == [REDIS]


def test_an_official_image_is_not_replaced_by_a_stand_in(built):
    daemon = Daemon({REDIS: {}})
    images.ensure([REDIS], daemon, {}, lock())
    assert (daemon.pulled, built) == ([], [])


def test_a_stand_in_is_offered_to_its_builder(built):
    images.ensure([REDIS], Daemon({REDIS: {ORIGIN: "stand-in: x"}}), {}, lock())
    assert built == [REDIS]


@pytest.mark.parametrize("name", ["dev", "test-a"])
def test_others_have_no_lock(name, tmp_path):
    assert images.lock_of(spec(name), tmp_path) is None
    images.check(spec(name), None)


def test_an_image_without_an_entry_is_refused_by_name(tmp_path):
    (tmp_path / FILE).write_text(lock_text(lock(without=[REDIS])))
    with pytest.raises(UserError, match="image redis:7.2 is not in images.lock.json") as refused:
        images.lock_of(spec(), tmp_path)
    assert "make images-lock" in refused.value.remedy


@pytest.mark.parametrize("text", [None, "no json", "[]"])
def test_a_lock_that_cannot_be_used_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / FILE).write_text(text)
    with pytest.raises(UserError, match="prod runs only images of its lock file"):
        images.lock_of(spec(), tmp_path)


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (ImageIdentity((), None, None), "is an image of a registry"),
        (ImageIdentity((), "stand-in: x", "c" * 64), "is a stand-in of recipe cccccccccccc"),
        (None, "not on this Docker engine"),
    ],
)
def test_what_is_not_the_locked_image_is_refused(monkeypatch, identity, said):
    monkeypatch.setattr(images, "image_identity", lambda _reference: identity)
    with pytest.raises(UserError) as refused:
        images.check(spec(), lock())
    assert said in refused.value.what
    assert "make images-lock" in refused.value.remedy


def test_the_locked_recipe_is_taken(monkeypatch):
    identity = ImageIdentity((), "stand-in: x", RECIPE)
    monkeypatch.setattr(images, "image_identity", lambda _reference: identity)
    images.check(spec(), lock())


def test_a_daemon_that_does_not_answer_is_said_to(monkeypatch):
    def ask(_reference):
        raise DaemonError("the Docker daemon does not answer")

    monkeypatch.setattr(images, "image_identity", ask)
    with pytest.raises(UserError, match="does not answer"):
        images.check(spec(), lock())
