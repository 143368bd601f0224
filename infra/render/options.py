"""One factory for the options of every resource, so that none can be forgotten.

Source of the lists: the traps in the design page, met by others before us.
"""

from collections.abc import Sequence

import pulumi

NOT_APPLIED_IN_PLACE = ["healthcheck", "init", "tmpfs", "cpuPeriod", "cpuQuota", "rm"]
"""Inputs whose change the official plugin accepts without applying it."""


def component(parent: pulumi.Resource | None = None) -> pulumi.ResourceOptions:
    """Options of a component: never ``protect``, which its children would inherit."""
    return pulumi.ResourceOptions(parent=parent)


def container(
    parent: pulumi.Resource,
    *,
    stateful: bool,
    depends_on: Sequence[pulumi.Resource],
    create_hook: pulumi.ResourceHook | None = None,
) -> pulumi.ResourceOptions:
    """Options of a container; a stateful one must have stopped before its successor starts.

    ``create_hook`` runs before the container is created, also when it replaces another.
    """
    hooks = pulumi.ResourceHookBinding(before_create=[create_hook]) if create_hook else None
    return pulumi.ResourceOptions(
        parent=parent,
        depends_on=list(depends_on),
        delete_before_replace=True if stateful else None,
        replace_on_changes=NOT_APPLIED_IN_PLACE,
        hooks=hooks,
    )


def volume(
    parent: pulumi.Resource, *, delete_hook: pulumi.ResourceHook | None
) -> pulumi.ResourceOptions:
    """Options of a volume: it stays when it leaves the state, and its labels are frozen.

    A protected one has a ``delete_hook`` and is locked three times here: ``protect``,
    ``retain_on_delete`` and the hook; the fourth lock is the check in :mod:`infra.protection`.
    """
    hooks = pulumi.ResourceHookBinding(before_delete=[delete_hook]) if delete_hook else None
    return pulumi.ResourceOptions(
        parent=parent,
        protect=delete_hook is not None,
        retain_on_delete=True,
        ignore_changes=["labels"],
        hooks=hooks,
    )


def network(
    parent: pulumi.Resource, *, leave: pulumi.ResourceHook, join: pulumi.ResourceHook
) -> pulumi.ResourceOptions:
    """Options of a network: guests of other stacks ``leave`` it before it goes, and ``join`` it."""
    hooks = pulumi.ResourceHookBinding(before_delete=[leave], after_create=[join])
    return pulumi.ResourceOptions(parent=parent, hooks=hooks)


def plain(
    parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
) -> pulumi.ResourceOptions:
    """Options of images and passwords."""
    return pulumi.ResourceOptions(parent=parent, depends_on=list(depends_on))
