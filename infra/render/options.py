"""One factory for the options of every resource, so that none can be forgotten.

Source of the lists: the traps in the design page, met by others before us.
"""

from collections.abc import Sequence

import pulumi

from infra.protection import verified_backup_hook

NOT_APPLIED_IN_PLACE = ["healthcheck", "init", "tmpfs", "cpuPeriod", "cpuQuota", "rm"]
"""Inputs whose change the official plugin accepts without applying it."""


def component(parent: pulumi.Resource | None = None) -> pulumi.ResourceOptions:
    """Options of a component: never ``protect``, which its children would inherit."""
    return pulumi.ResourceOptions(parent=parent)


def container(
    parent: pulumi.Resource, *, stateful: bool, depends_on: Sequence[pulumi.Resource]
) -> pulumi.ResourceOptions:
    """Options of a container; a stateful one must have stopped before its successor starts."""
    return pulumi.ResourceOptions(
        parent=parent,
        depends_on=list(depends_on),
        delete_before_replace=True if stateful else None,
        replace_on_changes=NOT_APPLIED_IN_PLACE,
    )


def volume(parent: pulumi.Resource, *, protected: bool) -> pulumi.ResourceOptions:
    """Options of a volume: it stays when it leaves the state, and its labels are frozen.

    A protected one is locked three times here: ``protect``, ``retain_on_delete`` and the hook
    that asks for a verified backup; the fourth lock is :mod:`infra.protection`'s check.
    """
    hooks = pulumi.ResourceHookBinding(before_delete=[verified_backup_hook()])
    return pulumi.ResourceOptions(
        parent=parent,
        protect=protected,
        retain_on_delete=True,
        ignore_changes=["labels"],
        hooks=hooks if protected else None,
    )


def plain(
    parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
) -> pulumi.ResourceOptions:
    """Options of networks, images and passwords."""
    return pulumi.ResourceOptions(parent=parent, depends_on=list(depends_on))
