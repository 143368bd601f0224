"""Writes down what was done."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from config import context
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.forms.models import model_to_dict

from core.models import AuditEvent

SYSTEM: Final = "LedgerFlow"
"""Who acts when no person does: jobs and commands."""

Values = Mapping[str, Any]


def record(
    *,
    actor: User | None,
    verb: str,
    target: models.Model | None = None,
    before: Values | None = None,
    after: Values | None = None,
    label: str = SYSTEM,
) -> AuditEvent:
    """Add an audit event to the transaction that is open, and return it.

    ``verb`` is a past participle, ``created``, ``renamed``. ``target`` needs a ``uid``. ``before``
    and ``after`` hold the fields that changed, as JSON that Django's encoder knows; never a
    password or key. ``label`` names who acted when ``actor`` is nobody.

    Raises ``ImproperlyConfigured`` outside a transaction: the action could stand without the event.
    """
    if not connection.in_atomic_block:
        raise ImproperlyConfigured("audit.record is called inside transaction.atomic() only")
    return AuditEvent.objects.create(
        actor_id=actor.pk if actor else None,
        actor_label=actor.get_username() if actor else label,
        request_id=context.request_id.get() or "",
        verb=verb,
        object_type=target._meta.label_lower if target is not None else "",
        object_uid=_uid(target),
        object_label=str(target)[:255] if target is not None else "",
        before=dict(before or {}),
        after=dict(after or {}),
    )


def snapshot(instance: models.Model, *fields: str) -> dict[str, Any]:
    """Return the named fields of ``instance`` for ``before`` or ``after``.

    Relations become primary keys, many-to-many fields lists of them; arrays stay.
    """
    values = model_to_dict(instance, fields)
    for name in fields:
        if name not in values:  # model_to_dict leaves out what no form may edit
            values[name] = getattr(instance, name)
    return {
        name: [getattr(each, "pk", each) for each in value] if isinstance(value, list) else value
        for name, value in values.items()
    }


def changes(before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return only what differs between two snapshots, as ``before`` and ``after``."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def _uid(target: models.Model | None) -> uuid.UUID | None:
    uid = getattr(target, "uid", None)
    return uid if isinstance(uid, uuid.UUID) else None
