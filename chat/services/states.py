"""What a member makes of a group for themselves: mute, pin, archive, mark unread, clear history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chat.adapter import User
from chat.models import ChatGroupUser
from chat.services.cleaning import clean_seq
from chat.services.reads import state_changed_publish
from chat.services.writing import atomic, own_membership

UNSET: Any = object()


def state_set(
    *,
    acting_user: User,
    group_id: UUID,
    muted_until: datetime | None = UNSET,
    pinned: bool = UNSET,
    archived: bool = UNSET,
    unread_from_seq: int = UNSET,
) -> ChatGroupUser:
    """Change the acting person's own state of a group; what is not named stays.

    ``muted_until`` None ends muting. ``unread_from_seq`` marks unread: messages after this number count again; it goes
    no further than the last message and leaves receipts alone.

    Who may: every member, for themselves. Raises InvalidInput, NotFound. Locks the own membership alone. Publishes
    ``state.changed``.
    """
    with atomic():
        membership = own_membership(group_id, acting_user.pk)
        changes: dict[str, Any] = {}
        if muted_until is not UNSET:
            changes["muted_until"] = muted_until
        if pinned is not UNSET:
            changes["pinned_at"] = (membership.pinned_at or membership.locked_at) if pinned else None
        if archived is not UNSET:
            changes["archived_at"] = (membership.archived_at or membership.locked_at) if archived else None
        if unread_from_seq is not UNSET:
            changes["unread_from_seq"] = min(
                clean_seq(unread_from_seq, field="unread_from_seq"), membership.group.last_seq
            )
        state_save(membership, changes)
    return membership


def history_clear(*, acting_user: User, group_id: UUID) -> ChatGroupUser:
    """Hide everything written so far from the acting person; others keep it.

    Who may: every member, for themselves. Raises NotFound. Locks the own membership alone. Publishes ``state.changed``.
    """
    with atomic():
        membership = own_membership(group_id, acting_user.pk)
        # The group was read before the wait for the lock, in which the person may have been removed and added again.
        first = max(membership.visible_from_seq, membership.group.last_seq + 1)
        state_save(membership, {"visible_from_seq": first})
    return membership


def state_save(membership: ChatGroupUser, changes: dict[str, Any]) -> None:
    """Write what differs on a locked membership, with its next state version, and publish that. For services only."""
    different = {name: value for name, value in changes.items() if getattr(membership, name) != value}
    if not different:
        return
    for name, value in different.items():
        setattr(membership, name, value)
    membership.state_version += 1
    membership.save(update_fields=[*different, "state_version"])
    state_changed_publish(membership)
