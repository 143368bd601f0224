"""The lock of images: what is accepted as an image, and what the refusals say."""

import json
from dataclasses import replace

import pytest

from airgap.images import STAND_INS
from cli.errors import UserError
from cli.images_lock import Digest, asker, refresh, refreshed, stand_in_recipe
from cli.workspace import Workspace
from infra import conventions
from infra.configuration import from_file
from infra.images_lock import (
    FILE,
    ImageIdentity,
    ImageLockError,
    LockEntry,
    lock_text,
    locked,
    parse_lock,
    promised,
    read_lock,
)
from infra.settings import Images, Settings

pytestmark = pytest.mark.unit

POSTGRES = "postgres:17.4"
DIGEST = f"sha256:{'d' * 64}"
OTHER_DIGEST = f"sha256:{'e' * 64}"
RECIPE = "a" * 64
STAND_IN = ImageIdentity(digests=(), origin="stand-in: from packages", recipe=RECIPE)
OFFICIAL = ImageIdentity(digests=(f"postgres@{DIGEST}",), origin=None, recipe=None)


def lock_of(digest=None, recipe=None, reference=POSTGRES):
    entry = LockEntry(reference=reference, digest=digest, stand_in_recipe=recipe)
    return {reference: entry}


@pytest.mark.parametrize("identity", [OFFICIAL, None])
def test_an_image_of_a_registry_is_taken_by_its_digest(identity):
    assert locked(POSTGRES, lock_of(DIGEST, RECIPE), identity) == f"{POSTGRES}@{DIGEST}"


def test_an_image_with_another_digest_is_taken_by_the_locked_one():
    moved = replace(OFFICIAL, digests=(f"postgres@{OTHER_DIGEST}",))
    assert locked(POSTGRES, lock_of(DIGEST), moved) == f"{POSTGRES}@{DIGEST}"


def test_a_stand_in_of_the_locked_recipe_keeps_its_name():
    assert locked(POSTGRES, lock_of(recipe=RECIPE), STAND_IN) == POSTGRES
    assert locked(POSTGRES, lock_of(DIGEST, RECIPE), STAND_IN) == POSTGRES


@pytest.mark.parametrize(
    ("lock", "identity", "said"),
    [
        ({}, STAND_IN, "postgres:17.4 is not in images.lock.json, which knows no image at all"),
        (
            lock_of(DIGEST, reference="redis:7.2"),
            OFFICIAL,
            "postgres:17.4 is not in images.lock.json, which knows redis:7.2",
        ),
        (
            lock_of(recipe="b" * 64),
            STAND_IN,
            "is a stand-in of recipe aaaaaaaaaaaa… (stand-in: from packages); "
            "images.lock.json has the stand-in of recipe bbbbbbbbbbbb…",
        ),
        (lock_of(DIGEST), STAND_IN, f"images.lock.json has {DIGEST} and no stand-in"),
        (
            lock_of(recipe=RECIPE),
            replace(STAND_IN, recipe=None),
            "is a stand-in of recipe unknown",
        ),
        (
            lock_of(recipe=RECIPE),
            OFFICIAL,
            f"is an image of a registry (postgres@{DIGEST}); images.lock.json knows no digest",
        ),
        (
            lock_of(recipe=RECIPE),
            ImageIdentity((), None, None),
            "is an image of a registry (without a digest)",
        ),
        (lock_of(recipe=RECIPE), None, "is not on this Docker engine; images.lock.json knows no"),
    ],
)
def test_a_refusal_names_the_image_what_it_is_and_what_the_lock_says(lock, identity, said):
    with pytest.raises(ImageLockError) as error:
        locked(POSTGRES, lock, identity)
    assert said in str(error.value)
    assert POSTGRES in str(error.value)


def test_an_official_image_cannot_pass_as_a_stand_in_by_the_recipe_alone():
    with pytest.raises(ImageLockError):
        locked(POSTGRES, lock_of(recipe=RECIPE), replace(OFFICIAL, recipe=RECIPE))


def test_a_reference_with_a_digest_must_be_the_locked_one():
    pinned = f"{POSTGRES}@{DIGEST}"
    assert locked(pinned, lock_of(DIGEST, reference=pinned), OFFICIAL) == pinned
    with pytest.raises(ImageLockError, match="names a digest"):
        locked(pinned, lock_of(OTHER_DIGEST, reference=pinned), OFFICIAL)
    with pytest.raises(ImageLockError, match="is not in"):
        locked(pinned, lock_of(DIGEST), OFFICIAL)


def test_without_a_daemon_the_entry_is_asked_for():
    assert promised(POSTGRES, lock_of(DIGEST)) == f"{POSTGRES}@{DIGEST}"
    assert promised(POSTGRES, lock_of(recipe=RECIPE)) == POSTGRES
    with pytest.raises(ImageLockError, match="is not in"):
        promised(POSTGRES, {})


def test_the_file_says_the_same_after_reading_it():
    lock = {**lock_of(DIGEST, RECIPE), **lock_of(recipe=RECIPE, reference="caddy:2")}
    text = lock_text(lock)
    assert parse_lock(text) == lock
    assert lock_text(parse_lock(text)) == text
    assert [entry["reference"] for entry in json.loads(text)] == ["caddy:2", POSTGRES]


def entry(**changes):
    return {"reference": POSTGRES, "digest": DIGEST, "stand_in_recipe": None, **changes}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is not JSON"),
        ("{}", "the file: input should be a valid tuple"),
        ("[1]", "0: input should be a valid dictionary"),
        (json.dumps([entry(digest="latest")]), "0.digest: string should match"),
        (json.dumps([entry(digest=DIGEST[:-1])]), "0.digest: string should match"),
        (json.dumps([entry(stand_in_recipe="zz")]), "0.stand_in_recipe: string should match"),
        (json.dumps([entry(digest=None)]), "has neither a digest nor a stand-in's recipe"),
        (json.dumps([entry(tag="x")]), "0.tag: extra inputs are not permitted"),
        (json.dumps([{"reference": POSTGRES}]), "0.digest: field required"),
        (json.dumps([entry(), entry()]), "a reference stands in it twice"),
    ],
)
def test_a_lock_file_that_cannot_be_used_is_refused(text, said):
    with pytest.raises(ImageLockError) as error:
        parse_lock(text)
    assert said.lower() in str(error.value).lower()
    assert "make images-lock" in str(error.value)


def test_a_missing_lock_file_is_refused(tmp_path):
    with pytest.raises(ImageLockError, match=r"no images.lock.json.*`make images-lock` writes it"):
        read_lock(tmp_path)


def test_the_committed_lock_knows_every_image_of_the_settings(repository):
    lock = read_lock(repository)
    wanted = set(Images().model_dump().values())
    for name in conventions.ENVIRONMENTS:
        path = repository / f"Pulumi.{name}.yaml"
        if path.exists():
            wanted |= set(Settings.parse(name, from_file(path)).images.model_dump().values())
    assert set(lock) == wanted


def test_the_committed_recipes_are_those_of_the_stand_ins(repository):
    recorded = {name: entry.stand_in_recipe for name, entry in read_lock(repository).items()}
    assert recorded == {name: STAND_INS[name].identity("") for name in recorded}, (
        "a stand-in was changed: run `make images-lock`, look at the change, and commit it"
    )


def silent(_reference):
    return Digest(None, "no registry here")


def answering(digest):
    return lambda _reference: Digest(digest, "asked the registry")


def test_a_refresh_records_what_the_registry_answers():
    lock, lines = refreshed([POSTGRES], {}, answering(DIGEST), lambda _: RECIPE)
    assert lock == lock_of(DIGEST, RECIPE)
    assert lines == [f"{POSTGRES}: {DIGEST} (asked the registry)"]


def test_a_refresh_without_registry_keeps_the_digest_and_renews_the_recipe():
    before = lock_of(DIGEST, "b" * 64)
    lock, lines = refreshed([POSTGRES], before, silent, lambda _: RECIPE)
    assert lock == lock_of(DIGEST, RECIPE)
    assert lines == [f"{POSTGRES}: no registry here; {DIGEST} stays"]


def test_a_refresh_makes_no_digest_up():
    lock, lines = refreshed([POSTGRES], {}, silent, lambda _: RECIPE)
    assert lock == lock_of(recipe=RECIPE)
    assert lines == [f"{POSTGRES}: no registry here; no digest is recorded"]


def test_a_refresh_refuses_an_image_of_which_nothing_is_known():
    with pytest.raises(UserError, match="nothing can be recorded of image own/image:1"):
        refreshed(["own/image:1"], {}, silent, lambda _: None)


def test_a_refresh_drops_what_nobody_names_any_more():
    lock, _ = refreshed([], lock_of(DIGEST), silent, lambda _: RECIPE)
    assert lock == {}


def test_the_digest_in_a_reference_is_taken_from_it():
    assert asker(None)(f"{POSTGRES}@{DIGEST}").value == DIGEST
    assert asker(None)(POSTGRES).value is None


def test_a_recipe_is_the_same_on_every_machine():
    for reference, recipe in STAND_INS.items():
        assert stand_in_recipe(reference) == recipe.identity("")
    assert stand_in_recipe("own/image:1") is None


def test_the_command_writes_the_file_once(tmp_path):
    workspace = Workspace(tmp_path)
    assert refresh(workspace, None) == 0
    written = (tmp_path / FILE).read_text()
    assert set(parse_lock(written)) == set(Images().model_dump().values())
    stamp = (tmp_path / FILE).stat().st_ino
    assert refresh(workspace, None) == 0
    assert (tmp_path / FILE).stat().st_ino == stamp
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_command_knows_the_images_that_an_environment_chose(tmp_path):
    own = f"postgres:17.5@{DIGEST}"
    (tmp_path / "Pulumi.prod.yaml").write_text(
        f"config:\n  ledgerflow:images:\n    postgres: {own}\n"
    )
    refresh(Workspace(tmp_path), None)
    assert parse_lock((tmp_path / FILE).read_text())[own].digest == DIGEST


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Pulumi.prod.yaml", "config:\n  ledgerflow:portz: 1\n", "ledgerflow:portz"),
        ("Pulumi.prod.yaml", "config: [", "is not YAML"),
        (FILE, "{", "it is not JSON"),
    ],
)
def test_the_command_leaves_what_it_cannot_read_alone(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=said):
        refresh(Workspace(tmp_path), None)
    assert (tmp_path / name).read_text() == text
