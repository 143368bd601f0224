"""LF040, LF042 and LF051: volumes are neither deleted, pruned, nor given a stand-in."""

from collections.abc import Iterator, Mapping
from typing import Final

from guard.decision import Decision
from guard.effects import CreateVolume, Filters, PruneVolumes, RemoveVolume
from guard.rules import hostpaths
from guard.rules.objects import (
    environments,
    environments_of,
    is_protected,
    is_protected_name,
    label,
    named,
    protected_kind,
)
from guard.rules.situation import Situation, listed, refuse
from guard.world import Volume, World
from infra.conventions import LABEL_ENVIRONMENT, LABEL_PREFIX, LABEL_PROTECT, PROTECTED
from infra.kept_volumes import (
    KEEPING,
    LABEL_KEPT,
    LABEL_KEPT_AS,
    LABEL_OF,
    LABEL_PHASE,
    LABEL_SOURCE,
    REBUILDING,
    journal_name,
)

_JOURNAL: Final = journal_name("")


def removal(effect: RemoveVolume, situation: Situation) -> Iterator[Decision]:
    """LF040: a protected volume stays; so does the journal of a recreation that is going on."""
    name, world = effect.volume, situation.world
    found = world.volume(name)
    if name.endswith(_JOURNAL) and situation.by_hand and found is not None:
        yield from _journal(found, world)
    if not (is_protected_name(name) or (found is not None and is_protected(found))):
        return
    if found is not None and not situation.by_hand and _recreates(found, world):
        return
    yield refuse(
        "LF040",
        f"volume {name} is protected: it holds what was entrusted to LedgerFlow",
        _instead(name),
        environments=environments_of(found or Volume(name)),
        volumes=(name,),
    )


def pruning(effect: PruneVolumes, situation: Situation) -> Iterator[Decision]:
    """LF042: no prune of volumes beside a protected one that the filters do not leave out.

    Whether unnamed volumes alone are meant depends on the versions of engine *and* client, so it
    is not relied on; nor is it that a volume is in use at the moment.
    """
    found = [
        volume
        for volume in situation.world.volumes()
        if is_protected(volume) and matches(effect.filters, volume.labels)
    ]
    if found:
        names = [volume.name for volume in found]
        yield refuse(
            "LF042",
            f"a prune of volumes could delete {listed(names)}",
            "ledger_docker volume ls --filter dangling=true, then ledger_docker volume rm NAME for "
            "those that you mean",
            environments={name for volume in found for name in environments_of(volume)},
            volumes=names,
        )


def creation(effect: CreateVolume, situation: Situation) -> Iterator[Decision]:
    """LF051, LF021 and LF004: a protected name needs the label, and no volume a risky device."""
    labels = dict(effect.labels)
    environment = named(effect.volume)[0]
    if protected_kind(effect.volume):
        if labels.get(LABEL_PROTECT) != PROTECTED:
            yield _stand_in(effect.volume, f"without the label {LABEL_PROTECT}={PROTECTED}")
        elif labels.get(LABEL_ENVIRONMENT, environment) != environment:
            yield _stand_in(effect.volume, "with the label of another environment")
    if situation.by_hand and (effect.volume.endswith(_JOURNAL) or _claims(labels)):
        yield refuse(
            "LF051",
            f"volume {effect.volume} would pass for one of a recreation",
            "make volume-recreate ENV=… VOLUME=… makes what it needs by itself",
            environments=environments(effect.volume, labels),
        )
    if effect.device:
        yield from hostpaths.device(effect.device, situation)


def matches(filters: Filters, labels: Mapping[str, str]) -> bool:
    """Tell whether an object with these labels may fall to a prune with these filters.

    As the engine does: of several ``label`` all must match, and of several ``label!`` all must
    match to spare it. Other filters (``until``) prove nothing.
    """
    wanted = [value for key, value in filters if key == "label"]
    spared = [value for key, value in filters if key == "label!"]
    if not all(_has(labels, value) for value in wanted):
        return False
    return not (spared and all(_has(labels, value) for value in spared))


def _has(labels: Mapping[str, str], wanted: str) -> bool:
    key, equals, value = wanted.partition("=")
    return key in labels and (not equals or labels[key] == value)


def _stand_in(name: str, how: str) -> Decision:
    environment, kind = named(name)
    return refuse(
        "LF051",
        f"volume {name} would be made {how}: nothing would protect it",
        f"make up ENV={environment} makes it with its labels; make volume-recreate "
        f"ENV={environment} VOLUME={kind} brings back what it held",
        volumes=(name,),
    )


def _claims(labels: Mapping[str, str]) -> bool:
    recreation = f"{LABEL_PREFIX}.recreation."
    return any(key == LABEL_KEPT or key.startswith(recreation) for key in labels)


def _journal(journal: Volume, world: World) -> Iterator[Decision]:
    """Of a recreation whose source is there: without the journal, ``up`` would start on it."""
    volume = label(journal, LABEL_OF)
    source = world.volume(label(journal, LABEL_SOURCE))
    if label(journal, LABEL_PHASE) == REBUILDING and source is not None:
        environment, kind = named(volume)
        yield refuse(
            "LF040",
            f"volume {journal.name} says that {volume} may be incomplete",
            f"make volume-recreate ENV={environment} VOLUME={kind} goes on with the recreation",
            volumes=(volume,),
        )


def _recreates(found: Volume, world: World) -> bool:
    """Tell whether LedgerFlow's recreation is at the step that removes this volume.

    Either everything that the volume holds is in verified volumes beside it, or it is itself a
    copy that was never completed, of a volume that is there.
    """
    journal = world.volume(journal_name(found.name))
    if label(journal, LABEL_PHASE) == REBUILDING:
        source, kept = label(journal, LABEL_SOURCE), label(journal, LABEL_KEPT_AS)
        return _is_of(source, found.name, world) and (not kept or _is_of(kept, found.name, world))
    of = label(found, LABEL_OF)
    unfinished = world.volume(journal_name(of))
    return (
        label(unfinished, LABEL_PHASE) == KEEPING
        and label(unfinished, LABEL_KEPT_AS) == found.name
        and world.volume(of) is not None
    )


def _is_of(name: str, volume: str, world: World) -> bool:
    return label(world.volume(name), LABEL_OF) == volume


def _instead(name: str) -> str:
    environment, kind = named(name)
    if protected_kind(name):
        return (
            f"make volume-recreate ENV={environment} VOLUME={kind} makes it anew and keeps what "
            "it holds"
        )
    return f"after a proven backup: ledger_docker emergency -- volume rm {name}"
