"""The book of what was read or changed by privilege, not by membership."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.db.models.functions import Now

from chat.adapter import User
from chat.choices import AuditAction
from chat.models import AuditEntry, ChatGroup


def audit_add(
    *,
    acting_user: User | None,
    action: AuditAction,
    target: Model | type[Model],
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write into the book what ``acting_user`` (None: the system) did to ``target``: a row, or rows of a kind.

    ``details`` are JSON: ids and settings, never what people wrote. A privileged write calls this in its transaction; a
    privileged read before it answers, so that nothing is shown which is not in the book. For services and the admin.
    Locks and publishes nothing.
    """
    key = None if isinstance(target, type) else target.pk
    return AuditEntry.objects.create(
        actor_id=None if acting_user is None else acting_user.pk,
        action=action,
        target_type=target._meta.label_lower,
        target_id="" if key is None else str(key),
        group_id=_group_id(target),
        details=dict(details or {}),
        at=Now(),
    )


def _group_id(target: Model | type[Model]) -> UUID | None:
    if isinstance(target, type):
        return None
    group_id: UUID | None = target.pk if isinstance(target, ChatGroup) else getattr(target, "group_id", None)
    return group_id
