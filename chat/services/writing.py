"""How every write begins: one transaction, the group's lock, then the acting person's membership under it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import router, transaction
from django.db.models import QuerySet

from chat.adapter import UserId
from chat.exceptions import NotFound
from chat.models import ChatGroup, ChatGroupUser
from chat.services.safety.standing import require_not_suspended


def atomic() -> transaction.Atomic:
    """Return a transaction on the database that chat is written to."""
    return transaction.atomic(using=router.db_for_write(ChatGroup))


@dataclass
class GroupWrite:
    """A write in progress: the locked group, who acts, and the database's time.

    Each row that others can see changing takes its own ``next_version()``; the group is saved once, at the end.
    """

    group: ChatGroup
    now: datetime
    changed: set[str] = field(default_factory=set)

    def next_version(self) -> int:
        """Take the group's next version, for one row."""
        self.changed |= {"version"}
        return self.group.next_version()

    def set(self, **values: object) -> None:
        """Change fields of the group; the caller takes a version for it."""
        for name, value in values.items():
            setattr(self.group, name, value)
        self.changed |= values.keys()

    def membership_of(self, user_id: UserId) -> ChatGroupUser:
        """Return the locked, live membership of who acts.

        Raises NotFound for strangers and former members, NotAllowed (``suspended``) for who may write nothing. A
        suspension guards every membership of its person, so nobody else is looked up.
        """
        membership = self.member(user_id)
        if membership.is_guarded:
            require_not_suspended(user_id)
        return membership

    def member(self, user_id: UserId) -> ChatGroupUser:
        """Return the locked, live membership of whom something is done to. Raises NotFound."""
        membership = own_membership(self.group.pk, user_id)
        membership.group = self.group
        return membership

    def save(self) -> None:
        """Write the group, if anything changed."""
        if self.changed:
            self.group.changed_at = self.now
            self.group.save(update_fields=[*self.changed, "changed_at"])


@contextmanager
def group_write(group_id: UUID, *, even_deleted: bool = False) -> Iterator[GroupWrite]:
    """Lock a group for one write and save it at the end, all in one transaction.

    Raises NotFound when there is no such group, or it was deleted and ``even_deleted`` does not say otherwise. Who acts
    must be looked up inside, by ``membership_of``: what decides a write is read under the lock.
    """
    with atomic():
        try:
            groups = ChatGroup.objects.all() if even_deleted else ChatGroup.objects.alive()
            group = groups.lock(group_id)
        except ChatGroup.DoesNotExist:
            raise NotFound from None
        write = GroupWrite(group=group, now=group.locked_at)
        yield write
        write.save()


def own_membership(group_id: UUID, user_id: UserId) -> ChatGroupUser:
    """Lock one live membership, and nothing else, for a change that only that person sees. Raises NotFound."""
    try:
        return ChatGroupUser.objects.lock(group_id, user_id)
    except ChatGroupUser.DoesNotExist:
        raise NotFound from None


def group_id_of(rows: QuerySet[Any], key: UUID) -> UUID:
    """Return which group to lock for one of ``rows``: what the acting person sees. Raises NotFound."""
    group_id: UUID | None = rows.filter(pk=key).values_list("group_id", flat=True).first()
    if group_id is None:
        raise NotFound
    return group_id


def desk_of(write: GroupWrite) -> GroupWrite | None:
    """Lock the desk of a locked request, where it has one, for a write that the caller saves.

    The request is locked first, always: who is at the desk follows from it.
    """
    if write.group.support_status is None:
        return None
    desk_id = ChatGroup.objects.alive().filter(desk_of=write.group).values_list("pk", flat=True).first()
    if desk_id is None:
        return None
    desk = ChatGroup.objects.lock(desk_id)
    return GroupWrite(group=desk, now=desk.locked_at)
