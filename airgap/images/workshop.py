"""Building one recipe: base, parent, packages, image, name."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import docker

from airgap.images.base import ensure_base
from airgap.images.context import write_context
from airgap.images.daemon import BuildOrder, build, check_architecture, log_file, look_up
from airgap.images.downloads import fetch
from airgap.images.errors import ImageError
from airgap.images.machine import Machine
from airgap.images.progress import Say, step
from airgap.images.recipe import Recipe

DISK_NEEDED = 3 * 1024**3
"""Bytes free that building all stand-ins may need for a moment, layers and downloads together."""


@dataclass(frozen=True)
class Workshop:
    """Everything a build works with."""

    client: docker.DockerClient
    cache: Path
    machine: Machine
    say: Say


def build_recipe(recipe: Recipe, workshop: Workshop) -> str:
    """Build the recipe under its build name unless it is there; return the image's id.

    Raises `ImageError` when a registry, the daemon or the disk does not do.
    """
    machine = workshop.machine
    target = recipe.build_reference(machine.identity)
    present = look_up(workshop.client, target)
    if present is not None:
        return present.image_id
    check_architecture(workshop.client)
    _check_disk(workshop)
    if recipe.parent is None:
        ensure_base(recipe.base, workshop.client, workshop.cache, workshop.say)
        parent = recipe.base.reference
    else:
        build_recipe(recipe.parent, workshop)
        parent = recipe.parent.build_reference(machine.identity)
    if recipe.trusts_machine and machine.withheld:
        names = ", ".join(machine.withheld)
        workshop.say(f"pip's {names} holds credentials; images are made without it")
    archives = {p: fetch(p, workshop.cache, workshop.say) for p in recipe.packages}
    order = BuildOrder(
        tag=target,
        labels=recipe.labels(machine.identity),
        arguments={"PARENT": parent, **machine.proxies},
    )
    log = log_file(workshop.cache, recipe.name)
    with (
        step(workshop.say, f"building {recipe.reference} from packages") as current,
        tempfile.TemporaryFile(prefix=".context-", dir=workshop.cache) as context,
    ):
        write_context(context, recipe, archives, machine)
        context.seek(0)
        build(workshop.client, context, order, log, current)
    built = look_up(workshop.client, target)
    if built is None:
        raise ImageError(f"{target} is gone right after its build.", "Run this again.")
    return built.image_id


def put_name(recipe: Recipe, image_id: str, workshop: Workshop) -> None:
    """Give the official name to the image; its predecessors keep theirs, for a rollback."""
    repository, _, tag = recipe.reference.partition(":")
    workshop.client.images.get(image_id).tag(repository, tag)


def _check_disk(workshop: Workshop) -> None:
    root = Path(str(workshop.client.info().get("DockerRootDir", "")))
    for place in (workshop.cache, root):
        if place.is_dir() and shutil.disk_usage(place).free < DISK_NEEDED:
            free = shutil.disk_usage(place).free / 1024**3
            raise ImageError(
                f"Too little disk space in {place}: {free:.1f} GiB are free.",
                f"Free some: building the images needs {DISK_NEEDED / 1024**3:.0f} GiB.",
            )
