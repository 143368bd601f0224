"""Making sure that the images an environment needs are there."""

import fcntl
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import APIError

from airgap.images.base import ensure_base
from airgap.images.catalog import STAND_INS
from airgap.images.context import write_context
from airgap.images.daemon import build, check_daemon, look_up, temporary_context
from airgap.images.decision import Decision, decide
from airgap.images.downloads import fetch
from airgap.images.errors import ImageError
from airgap.images.machine import Machine, read_machine
from airgap.images.progress import Say, step
from airgap.images.recipe import Recipe

DISK_NEEDED = 3 * 1024**3
"""Bytes free that building all stand-ins may need for a moment, layers and downloads together."""


@dataclass(frozen=True)
class Built:
    """What became of one reference."""

    reference: str
    image_id: str
    decision: Decision
    seconds: float


@dataclass(frozen=True)
class Workshop:
    """Everything a build works with."""

    client: docker.DockerClient
    cache: Path
    machine: Machine
    say: Say


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
    check_daemon(docker_client)
    cache.mkdir(parents=True, exist_ok=True)
    workshop = Workshop(docker_client, cache, read_machine(), say)
    with _one_at_a_time(cache, say):
        return [_ensure_one(recipe, workshop) for recipe in recipes]


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
    image_id = _build(recipe, workshop)
    _put_name(recipe, image_id, workshop)
    seconds = time.monotonic() - started
    workshop.say(f"{recipe.reference}: built from packages in {seconds:.0f} s ({recipe.origin})")
    return Built(recipe.reference, image_id, decision, seconds)


def _build(recipe: Recipe, workshop: Workshop) -> str:
    """Build the recipe under its build name unless it is there; return the image's id."""
    machine = workshop.machine
    target = recipe.build_reference(machine.identity)
    present = look_up(workshop.client, target)
    if present is not None:
        return present.image_id
    _check_disk(workshop)
    if recipe.parent is None:
        ensure_base(recipe.base, workshop.client, workshop.cache, workshop.say)
        parent = recipe.base.reference
    else:
        _build(recipe.parent, workshop)
        parent = recipe.parent.build_reference(machine.identity)
    archives = {p: fetch(p, workshop.cache, workshop.say) for p in recipe.packages}
    log = workshop.cache / "logs" / f"{recipe.name}.log"
    log.parent.mkdir(exist_ok=True)
    title = f"building {recipe.reference} from packages"
    with temporary_context(workshop.cache) as context, step(workshop.say, title) as current:
        write_context(context, recipe, archives, machine)
        context.seek(0)
        arguments = {"PARENT": parent, **machine.proxies}
        labels = recipe.labels(machine.identity)
        build(
            workshop.client, context, log, current, tag=target, buildargs=arguments, labels=labels
        )
    built = look_up(workshop.client, target)
    if built is None:
        raise ImageError(f"{target} is gone right after its build.", "Run this again.")
    return built.image_id


def _put_name(recipe: Recipe, image_id: str, workshop: Workshop) -> None:
    """Give the official name to the image, and drop the build names of its predecessors."""
    repository, _, tag = recipe.reference.partition(":")
    workshop.client.images.get(image_id).tag(repository, tag)
    current = recipe.build_reference(workshop.machine.identity)
    for image in workshop.client.images.list(name=current.partition(":")[0]):
        for name in image.tags:
            if name.startswith(current.partition(":")[0]) and name != current:
                # A container may still run from it; then the daemon refuses and it stays.
                with suppress(APIError):
                    workshop.client.images.remove(name)


def _check_disk(workshop: Workshop) -> None:
    root = Path(str(workshop.client.info().get("DockerRootDir", "")))
    for place in (workshop.cache, root):
        if place.is_dir() and shutil.disk_usage(place).free < DISK_NEEDED:
            free = shutil.disk_usage(place).free / 1024**3
            raise ImageError(
                f"Too little disk space in {place}: {free:.1f} GiB are free.",
                f"Free some: building the images needs {DISK_NEEDED / 1024**3:.0f} GiB.",
            )


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
