"""What administrators do to tools."""

from core.errors import ConflictError, InvalidInputError
from core.services import audit
from django.contrib.auth.models import User
from django.db import transaction

from tools import effective
from tools.models import Tool, ToolPackage
from tools.registry import Definition, find

FIELDS = ("enabled", "pinned", "defaults", "time_out", "cache", "rate", "permission")


def save_tool(*, actor: User, tool: Tool) -> Tool:
    """Store how a tool is set.

    Raises ``InvalidInputError`` naming the fields that do not fit what code registered, and
    ``ConflictError`` for switching on what no code registered.
    """
    check_tool(tool)
    with transaction.atomic():
        known = Tool.objects.select_for_update().get(pk=tool.pk)
        before = audit.snapshot(known, *FIELDS)
        tool.save(update_fields=[*FIELDS, "updated_at"])
        old, new = audit.changes(before, audit.snapshot(tool, *FIELDS))
        if new:
            audit.record(actor=actor, verb="changed", target=tool, before=old, after=new)
    return tool


def check_tool(tool: Tool) -> None:
    """Raise what ``save_tool`` would raise."""
    definition = find(tool.path)
    if definition is not None:
        effective.check_row(definition, tool)
    elif tool.enabled:
        raise ConflictError(NO_CODE, code="not_registered", fields={"enabled": NO_CODE})
    if tool.permission and tool.permission.count(".") != 1:
        wrong = "Write it as application.codename, like tools.view_toolrun."
        raise InvalidInputError(wrong, fields={"permission": wrong})


def accept_signature(*, actor: User, tool: Tool) -> Tool:
    """Take over the parameters that code has now, after an administrator looked at them.

    Raises ``ConflictError`` when no code registered the tool, and ``InvalidInputError`` when what
    the row pins does not fit them.
    """
    definition = find(tool.path)
    if definition is None:
        raise ConflictError(NO_CODE, code="not_registered")
    effective.check_row(definition, tool)
    with transaction.atomic():
        locked = Tool.objects.select_for_update().get(pk=tool.pk)
        _take_over(locked, definition, actor)
    return locked


def _take_over(tool: Tool, definition: Definition, actor: User) -> None:
    before = audit.snapshot(tool, "title", "schema", "signature")
    tool.title, tool.signature = definition.title, definition.signature
    tool.schema = dict(definition.schema)
    tool.save(update_fields=["title", "schema", "signature", "updated_at"])
    after = audit.snapshot(tool, "title", "schema", "signature")
    old, new = audit.changes(before, after)
    if new:
        audit.record(actor=actor, verb="accepted the signature", target=tool, before=old, after=new)


def switch_package(*, actor: User, package: ToolPackage, enabled: bool) -> ToolPackage:
    """Switch a package on or off."""
    with transaction.atomic():
        locked = ToolPackage.objects.select_for_update().get(pk=package.pk)
        if locked.enabled != enabled:
            locked.enabled = enabled
            locked.save(update_fields=["enabled", "updated_at"])
            audit.record(
                actor=actor,
                verb="switched on" if enabled else "switched off",
                target=locked,
                before={"enabled": not enabled},
                after={"enabled": enabled},
            )
    return locked


NO_CODE = "No code of this version registered it, so it cannot be switched on."
