"""The locks on protected volumes that Pulumi's own options do not give.

``protect`` alone falls to ``--ignore-protect``, and a volume that vanished would be planned as a
plain create: an empty database. So a hook asks for a verified backup before any delete, and every
run compares the protected volumes that the stack knows with those that the daemon has.
"""

from collections.abc import Callable, Mapping, Sequence

import pulumi

from infra import conventions, kept_volumes
from infra.backup_gate import backup_status
from infra.daemon import DaemonError, VolumeLabels


class ProtectionError(pulumi.RunError):
    """A protected volume is in danger; the message says what to do."""


def verified_backup_hook() -> pulumi.ResourceHook:
    """Register the hook that runs before a protected volume is deleted; once in a program.

    It runs before Pulumi looks at ``protect`` and is not skipped by ``--ignore-protect``. In a
    preview it speaks as well, so that the refusal is seen before anything is touched.
    """
    return pulumi.ResourceHook(
        conventions.BACKUP_HOOK,
        refuse_without_verified_backup,
        pulumi.ResourceHookOptions(on_dry_run=True),
    )


def refuse_without_verified_backup(arguments: pulumi.ResourceHookArgs) -> None:
    """Raise ProtectionError unless the volume's environment has a verified backup."""
    volume = str((arguments.old_outputs or {}).get("name", arguments.name))
    status = backup_status(pulumi.get_stack())
    if not status.verified:
        raise ProtectionError(
            f"volume {volume} is protected and may not be deleted: {status.reason}. "
            f"Make one first: make backup ENV={pulumi.get_stack()}"
        )


def checked_name(
    name: str,
    known: Sequence[str],
    ask: Callable[[str], VolumeLabels],
    wanted: Mapping[str, str],
) -> str:
    """Return the name of a protected volume once the daemon was asked about it.

    A preview of a stack that never had the volume needs no daemon. Raises ProtectionError.
    """
    try:
        labels = ask(name)
        journal = ask(kept_volumes.journal_name(name))
    except DaemonError as error:
        if pulumi.runtime.is_dry_run() and name not in known:
            return name
        raise ProtectionError(f"volume {name} cannot be checked: {error}") from None
    if journal is not None and journal.get(kept_volumes.LABEL_PHASE) == kept_volumes.REBUILDING:
        raise ProtectionError(_unfinished(name))
    return check_volume(name, known=name in known, labels=labels, wanted=wanted)


def check_volume(name: str, *, known: bool, labels: VolumeLabels, wanted: Mapping[str, str]) -> str:
    """Return ``name`` when the protected volume may be created or used, else raise.

    ``known`` says whether an earlier ``up`` of this stack had the volume; ``labels`` are what the
    daemon has (None: no such volume).
    """
    if labels is None:
        if known:
            raise ProtectionError(_missing(name, wanted))
        return name
    if labels.get(conventions.LABEL_PROTECT) != conventions.PROTECTED:
        raise ProtectionError(_unlabelled(name, wanted))
    return name


def _unfinished(name: str) -> str:
    return (
        f"the recreation of volume {name} was interrupted, so it may be incomplete; the data is "
        "whole in the volumes beside it.\n"
        f"  Go on with it: {_recreate_command(name)}"
    )


def _missing(name: str, wanted: Mapping[str, str]) -> str:
    return (
        f"protected volume {name} is gone: this stack had it, the Docker daemon has not. Nothing "
        "was created, because an empty volume in its place would hide the loss.\n"
        "  If DOCKER_HOST points to another machine, point it back.\n"
        "  To recreate it from your latest backup, or from a kept volume:\n"
        f"    {_recreate_command(name)} FROM=<backup file or volume>\n"
        "  To begin with an empty one:\n"
        f"    {_create_command(name, wanted)}"
    )


def _unlabelled(name: str, wanted: Mapping[str, str]) -> str:
    return (
        f"volume {name} exists without the label {conventions.LABEL_PROTECT}="
        f"{conventions.PROTECTED}, and Docker cannot add one to it.\n"
        "  To move its data to a volume of the same name that has it, keeping the old one:\n"
        f"    {_recreate_command(name)}"
    )


def _recreate_command(name: str) -> str:
    kind = next(k for k in conventions.PROTECTED_VOLUMES if name.endswith(k))
    environment = name.removeprefix(f"{conventions.CONTAINER_PREFIX}_").removesuffix(f"_{kind}")
    return f"make volume-recreate ENV={environment} VOLUME={kind}"


def _create_command(name: str, wanted: Mapping[str, str]) -> str:
    labels = " ".join(f"--label {key}={value}" for key, value in wanted.items())
    return f"ledger_docker volume create {labels} {name}"
