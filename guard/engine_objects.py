"""The daemon's JSON for volumes, containers, images and networks, read into the guard's words.

Each raises KeyError, TypeError or AttributeError when the daemon says something else than its API
describes (schemas Volume, ContainerInspect, ContainerSummary, ImageInspect, ImageSummary, Network).
"""

from typing import Any

from guard.world import Container, ContainerMount, Image, Network, Volume


def volume(found: dict[str, Any]) -> Volume:
    """Read a volume, inspected or listed."""
    options = found.get("Options") or {}
    return Volume(
        name=found["Name"],
        labels=found.get("Labels") or {},
        mountpoint=found.get("Mountpoint") or "",
        device=options.get("device"),
    )


def _mount(found: dict[str, Any]) -> ContainerMount:
    return ContainerMount(
        target=found["Destination"],
        volume=found.get("Name") or "",
        source=found.get("Source") or "",
        read_only=not found["RW"],
    )


def container(found: dict[str, Any]) -> Container:
    """Read what inspecting a container gives."""
    return Container(
        id=found["Id"],
        name=found["Name"].removeprefix("/"),
        labels=found["Config"].get("Labels") or {},
        image_id=found.get("Image") or "",
        folder=found["Config"].get("WorkingDir") or "",
        image=found["Config"].get("Image") or "",
        running=bool(found["State"]["Running"]),
        status=found["State"]["Status"],
        mounts=tuple(_mount(mount) for mount in found.get("Mounts") or ()),
    )


def listed_container(found: dict[str, Any]) -> Container:
    """Read a container of a list."""
    # a container has as many names as others link to it; its own has no second slash
    names = [name.removeprefix("/") for name in found.get("Names") or ()]
    return Container(
        id=found["Id"],
        name=next((name for name in names if "/" not in name), ""),
        labels=found.get("Labels") or {},
        image_id=found.get("ImageID") or "",
        image=found.get("Image") or "",
        running=found["State"] in ("running", "paused", "restarting"),
        status=found["State"],
        mounts=tuple(_mount(mount) for mount in found.get("Mounts") or ()),
    )


def image(found: dict[str, Any]) -> Image:
    """Read what inspecting an image gives."""
    labels = (found.get("Config") or {}).get("Labels") or {}
    return Image(found["Id"], _image_names(found), labels)


def listed_image(found: dict[str, Any]) -> Image:
    """Read an image of a list."""
    return Image(found["Id"], _image_names(found), found.get("Labels") or {})


def _image_names(found: dict[str, Any]) -> tuple[str, ...]:
    names = (*(found.get("RepoTags") or ()), *(found.get("RepoDigests") or ()))
    return tuple(name for name in names if not name.startswith("<none>"))


def network(found: dict[str, Any]) -> Network:
    """Read a network, inspected or listed."""
    return Network(found["Id"], found["Name"], found.get("Labels") or {})
