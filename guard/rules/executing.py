"""LF020 and LF045: what is run in containers that hold data."""

from collections.abc import Iterator
from typing import Final

from guard.decision import Decision
from guard.effects import CreateContainer, Execute
from guard.rules.objects import (
    SERVERS,
    environments_of,
    find_container,
    is_ours,
    locked_of,
    named,
    protected_mounts,
    protects,
    services,
)
from guard.rules.situation import Situation, ask_proof, refuse
from guard.world import Container

ROLE_COMMAND: Final = (
    "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--no-password",
    "--set=ON_ERROR_STOP=1", "--username=ledgerflow", "--dbname=ledgerflow",
)  # fmt: skip
"""With it the program keeps the database role's password (:mod:`infra.database_role`), at a first
start too, when there is no backup yet. What it is given to read, the daemon never sees."""
_SERVER: Final = "_server"
"""End of the names of scratch servers, in which LedgerFlow's program reads what a volume holds."""


def confinement(effect: Execute, situation: Situation) -> Iterator[Decision]:
    """LF020: no privileged process in any container."""
    if effect.privileged:
        yield refuse(
            "LF020",
            f"a privileged process in {effect.container} would get the whole machine",
            "without --privileged; --user 0 is root in the container",
        )


def inside(effect: Execute, situation: Situation) -> Iterator[Decision]:
    """LF045: no destruction, and in a locked environment nothing unknown without proof."""
    world = situation.world
    container = find_container(effect.container, world)
    if container is None:
        return
    mounts = protected_mounts(container, world)
    is_server = is_ours(container.name, container.labels) and services(container) & SERVERS
    if not mounts and not is_server:
        return
    from guard.rules.inside import Finding, look  # noqa: PLC0415 - much to import, for this only

    found = look(effect.command, mounts, effect.folder or container.folder)
    if found is Finding.DESTROYS:
        yield refuse(
            "LF045",
            f"the command would destroy data in {container.name}",
            _way(container),
            environments=environments_of(container),
            volumes=mounts.values(),
        )
    writable = protected_mounts(container, world, writable=True)
    if found is Finding.OTHER and writable and not _is_program(effect, container, situation):
        names = locked_of(container)
        if names:
            yield ask_proof(
                "LF045",
                f"nobody can tell what the command would do to the data in {container.name}",
                names,
                volumes=writable.values(),
            )


def started_with(effect: CreateContainer, situation: Situation) -> Iterator[Decision]:
    """LF045: nor does a new container begin with destroying what it mounts."""
    if not effect.command:
        return
    places = {
        mount.target: mount.source
        for mount in effect.mounts
        if not mount.is_path and protects(mount.source, situation.world)
    }
    from guard.rules.inside import Finding, look  # noqa: PLC0415

    if places and look(effect.command, places) is Finding.DESTROYS:
        yield refuse(
            "LF045",
            f"the container would begin with destroying data of {', '.join(places.values())}",
            "make restore brings back a backup; make volume-recreate makes a volume anew",
            environments={named(name)[0] for name in places.values()} - {""},
            volumes=places.values(),
        )


def _is_program(effect: Execute, container: Container, situation: Situation) -> bool:
    if situation.by_hand:
        return False
    scratch = container.name.endswith(_SERVER) and protects(
        container.name.removesuffix(_SERVER), situation.world
    )
    return scratch or effect.command == ROLE_COMMAND


def _way(container: Container) -> str:
    names = (*locked_of(container), *sorted(environments_of(container)), "dev")
    return (
        f"make restore ENV={names[0]} FILE=… brings back a backup; ordinary changes are made in "
        "the application"
    )
