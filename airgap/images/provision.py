"""Making sure that the images an environment needs are there."""

import errno
import fcntl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker
import requests
import urllib3.exceptions
from docker.errors import DockerException

from airgap.images.catalog import STAND_INS
from airgap.images.daemon import DAEMON_AWAY, check_daemon, look_up
from airgap.images.decision import Decision, decide
from airgap.images.errors import ImageError
from airgap.images.leftovers import sweep
from airgap.images.machine import read_machine
from airgap.images.progress import Say
from airgap.images.recipe import Recipe
from airgap.images.workshop import Workshop, build_recipe, put_name


@dataclass(frozen=True)
class Built:
    """What became of one reference."""

    reference: str
    image_id: str
    decision: Decision
    seconds: float


def ensure(
    references: Iterable[str], docker_client: docker.DockerClient, cache: Path, say: Say
) -> list[Built]:
    """Have every reference in the local daemon, building stand-ins for those that are missing.

    Nothing is pulled. An image without our origin label is never touched. The official name is
    put on an image as the last step, so an interrupted run leaves nothing half-made; a second
    one goes on from the layers and downloads that are there.

    Raises `ImageError` for an unknown reference, no daemon, no disk, no package registry.
    """
    recipes = [recipe_for(reference) for reference in references]
    try:
        check_daemon(docker_client)
        cache.mkdir(parents=True, exist_ok=True)
        machine = read_machine()
        with _one_at_a_time(cache, say):
            sweep(cache)
            workshop = Workshop(docker_client, cache, machine, say)
            return [_ensure_one(recipe, workshop) for recipe in recipes]
    except (DockerException, requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise ImageError(f"The Docker daemon failed: {error}", DAEMON_AWAY) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise ImageError(f"No disk space is left in {cache}.", "Free some, then go on.") from error


def recipe_for(reference: str) -> Recipe:
    """Return the recipe of an official reference, or raise `ImageError`."""
    if reference not in STAND_INS:
        raise ImageError(
            f"There is no stand-in for the image {reference}.",
            f"Load it with `docker load`, or use one of: {', '.join(STAND_INS)}.",
        )
    return STAND_INS[reference]


def _ensure_one(recipe: Recipe, workshop: Workshop) -> Built:
    started = time.monotonic()
    identity = recipe.identity(workshop.machine.identity)
    present = look_up(workshop.client, recipe.reference)
    decision = decide(present, identity)
    if present is not None and decision is not Decision.BUILD:
        return Built(recipe.reference, present.image_id, decision, 0.0)
    image_id = build_recipe(recipe, workshop)
    put_name(recipe, image_id, workshop)
    seconds = time.monotonic() - started
    workshop.say(f"{recipe.reference}: built from packages in {seconds:.0f} s ({recipe.origin})")
    return Built(recipe.reference, image_id, decision, seconds)


@contextmanager
def _one_at_a_time(cache: Path, say: Say) -> Iterator[None]:
    """Hold the cache's lock; the kernel lets go of it when the process ends, however it ends."""
    with (cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is building images; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
