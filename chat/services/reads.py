"""Read and received positions: they only move forward."""

from datetime import datetime
from uuid import UUID

from chat import events
from chat.adapter import User
from chat.models import ChatGroupUser, ChatMessage, ReadMark
from chat.roles import MarkKind
from chat.services.cleaning import clean_seq
from chat.services.writing import atomic, own_membership

STAMPED_AT_MOST = 500
"""How many of the newest messages an advance stamps with its time; older ones show that of the covering ReadMark."""


def read_advance(
    *, acting_user: User, group_id: UUID, read_seq: int | None = None, delivered_seq: int | None = None
) -> ChatGroupUser:
    """Move the acting person's read and received positions up to these message numbers.

    Reading includes receiving. A number beyond the last message means the last; one behind the present position
    changes nothing, except that reading also ends "marked unread" up to there.

    Who may: every member, for themselves. Raises InvalidInput, NotFound. Locks the own membership alone. Publishes
    ``read.advanced`` where a position moved, ``state.changed`` where only the count of unread did.
    """
    read = clean_seq(read_seq or 0, field="read_seq")
    delivered = clean_seq(delivered_seq or 0, field="delivered_seq")
    with atomic():
        membership = own_membership(group_id, acting_user.pk)
        before = (membership.read_seq, membership.delivered_seq)
        changed = _move(membership, read, delivered)
        if changed:
            membership.state_version += 1
            membership.save(update_fields=[*changed, "state_version"])
            _publish(membership, moved=before != (membership.read_seq, membership.delivered_seq))
    return membership


def read_mark_add(membership: ChatGroupUser, *, to_seq: int, at: datetime) -> None:
    """Record that the person read from their present position up to ``to_seq``, and stamp first-read times.

    The caller holds the membership's lock and moves ``read_seq`` afterwards. A bounded number of the newest messages is
    stamped, so that the cost does not grow with the backlog. They are locked by number first: in whatever order the
    database would come by them, two readers might wait for each other.
    """
    ReadMark.objects.create(group_id=membership.group_id, user_id=membership.user_id, seq=to_seq, at=at)
    oldest = max(membership.read_seq, membership.visible_from_seq - 1, to_seq - STAMPED_AT_MOST)
    unread = ChatMessage.objects.filter(
        group_id=membership.group_id, seq__gt=oldest, seq__lte=to_seq, read_at__isnull=True
    ).exclude(sender_id=membership.user_id)
    locked = unread.order_by("seq").select_for_update(no_key=True)
    ChatMessage.objects.filter(pk__in=locked.values("pk")).update(read_at=at)


def _delivered_mark_add(membership: ChatGroupUser, to_seq: int) -> None:
    ReadMark.objects.create(
        group_id=membership.group_id,
        user_id=membership.user_id,
        kind=MarkKind.DELIVERED,
        seq=to_seq,
        at=membership.locked_at,
    )


def _move(membership: ChatGroupUser, read_seq: int, delivered_seq: int) -> list[str]:
    """Move the positions of a locked membership in memory and return the names of the fields that changed."""
    read_seq = min(read_seq, membership.group.last_seq)
    delivered_seq = min(max(read_seq, delivered_seq), membership.group.last_seq)
    changed: list[str] = []
    if read_seq > membership.read_seq:
        # The clock was read before the wait for the lock, in which another device may have read on.
        at = max(membership.locked_at, membership.read_changed_at or membership.locked_at)
        read_mark_add(membership, to_seq=read_seq, at=at)
        membership.read_seq = read_seq
        membership.read_changed_at = at
        changed += ["read_seq", "read_changed_at"]
    if read_seq > membership.unread_from_seq:
        membership.unread_from_seq = read_seq
        changed.append("unread_from_seq")
    if delivered_seq > membership.delivered_seq:
        if delivered_seq > membership.read_seq:  # a mark of reading says as well when it was received
            _delivered_mark_add(membership, delivered_seq)
        membership.delivered_seq = delivered_seq
        changed.append("delivered_seq")
    return changed


def _publish(membership: ChatGroupUser, *, moved: bool) -> None:
    if moved:
        events.publish(
            events.ReadAdvanced(
                group_id=membership.group_id,
                actor_id=membership.user_id,
                read_seq=membership.read_seq,
                delivered_seq=membership.delivered_seq,
            )
        )
    else:
        state_changed_publish(membership)


def state_changed_publish(membership: ChatGroupUser) -> None:
    """Publish, for the person's other devices, that their own state changed."""
    events.publish(
        events.StateChanged(
            group_id=membership.group_id, actor_id=membership.user_id, state_version=membership.state_version
        )
    )
