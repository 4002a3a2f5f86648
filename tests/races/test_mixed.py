"""Ten thousand operations of every kind by eight hands over few groups: nobody waits for ever, nothing breaks."""

from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from pytest_django import Settings

from chat.exceptions import ChatError
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, ReadMark
from chat.roles import GroupType, MessageType, Role
from chat.services.departures import user_depart
from chat.services.groups import group_start, group_update, peer_start
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer
from chat.services.messages import message_send
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.races.together import succeeded, together
from tests.services.worlds import make_world, small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race, pytest.mark.slow]

HANDS, OPERATIONS = 8, 10_000
KINDS = {
    "send": 30,
    "read": 14,
    "delete": 8,
    "restore": 8,
    "add": 12,
    "remove": 6,
    "leave": 3,
    "set_role": 6,
    "transfer": 4,
    "state": 4,
    "clear": 2,
    "rename": 2,
    "purge": 1,
    "depart": 1,
}
"""What is done, and how often in a hundred times."""
MANAGERS = (Role.OWNER, Role.ADMIN, Role.STAFF)


class Hand:
    """One of those who do things, by a seed of its own."""

    def __init__(self, seed: int, groups: list[UUID], people: dict[Any, Any]) -> None:
        self.random = Random(seed)
        self.groups = groups
        self.people = people
        self.outcomes: Counter[str] = Counter()

    def work(self) -> Counter[str]:
        for name in self.random.choices(list(KINDS), list(KINDS.values()), k=OPERATIONS // HANDS):
            try:
                getattr(self, name)()
                self.outcomes[name] += 1
            except ChatError as error:
                self.outcomes[error.code] += 1
        return self.outcomes

    def at(self, *roles: str) -> dict[str, Any]:
        """Return a group and mostly one of its members (with one of ``roles``), now and then anybody."""
        group_id = self.random.choice(self.groups)
        members = ChatGroupUser.objects.live().filter(group_id=group_id)
        keys = list((members.filter(role__in=roles) if roles else members).values_list("user_id", flat=True))
        keys = keys if self.random.random() < 0.8 else []
        user = self.people[self.random.choice(keys)] if keys else self.random.choice(list(self.people.values()))
        return {"acting_user": user, "group_id": group_id}

    def somebody(self) -> Any:
        return self.random.choice(list(self.people))

    def member_of(self, group_id: UUID) -> Any:
        keys = ChatGroupUser.objects.live().filter(group_id=group_id).values_list("user_id", flat=True)
        return self.random.choice(list(keys) or [self.somebody()])

    def message(self, *, deleted: bool) -> Any:
        rows = ChatMessage.objects.filter(deleted_at__isnull=not deleted).order_by("-pk")[:30]
        row = self.random.choice(list(rows) or [ChatMessage()])
        author = row.deleted_by_id or row.sender_id or self.somebody()
        return {"acting_user": self.people[author], "message_id": row.pk}

    def send(self) -> None:
        key = UUID(int=self.random.getrandbits(128)) if self.random.random() < 0.3 else None
        message_send(**self.at(), message_text="hello", client_id=key)

    def read(self) -> None:
        read_advance(**self.at(), read_seq=self.random.randint(0, 10**4))

    def delete(self) -> None:
        message_delete(**self.message(deleted=False))

    def restore(self) -> None:
        message_restore(**self.message(deleted=True))

    def add(self) -> None:
        at = self.at(*MANAGERS)
        group = ChatGroup.objects.get(pk=at["group_id"])
        if group.closed_at or (group.group_type == GroupType.GROUP and not group.memberships.live().exists()):
            self.start_another(group)
            return
        role = self.random.choice([Role.MEMBER, Role.MEMBER, Role.ADMIN, Role.OWNER])
        role = Role.STAFF if group.group_type == GroupType.SUPPORT else role
        member_add(**at, user_id=self.somebody(), role=role)

    def start_another(self, group: ChatGroup) -> None:
        user = self.people[self.somebody()]
        if group.group_type == GroupType.PEER:
            started = peer_start(acting_user=user, user_id=self.somebody())
        else:
            started = group_start(acting_user=user, member_ids=[self.somebody(), self.somebody()])
        self.groups[:] = [started.group.pk if group_id == group.pk else group_id for group_id in self.groups]

    def remove(self) -> None:
        at = self.at(*MANAGERS)
        member_remove(**at, user_id=self.member_of(at["group_id"]))

    def leave(self) -> None:
        member_leave(**self.at())

    def set_role(self) -> None:
        at = self.at(Role.OWNER)
        role = self.random.choice([Role.MEMBER, Role.ADMIN, Role.OWNER])
        member_set_role(**at, user_id=self.member_of(at["group_id"]), role=role)

    def transfer(self) -> None:
        at = self.at(Role.OWNER)
        ownership_transfer(**at, user_id=self.member_of(at["group_id"]))

    def state(self) -> None:
        state_set(**self.at(), unread_from_seq=self.random.randint(0, 50), pinned=self.random.random() < 0.5)

    def clear(self) -> None:
        history_clear(**self.at())

    def rename(self) -> None:
        group_update(**self.at(*MANAGERS), name=f"Name {self.random.random()}")

    def purge(self) -> None:
        for _ in tombstones_purge(batch_size=20):
            pass

    def depart(self) -> None:
        """Everything of one person at once, as when a site deletes them: locks several groups."""
        with transaction.atomic():
            user_depart(user_id=self.somebody())


def test_mixed_operations_never_deadlock_and_leave_sound_groups(settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 2}
    worlds = [make_world(GroupType.SUPPORT), make_world(GroupType.PEER), make_world(GroupType.GROUP)]
    worlds.append(small_group(3, history_visibility="joined")[0])
    people = get_user_model()._default_manager.in_bulk()
    groups = [world.id for world in worlds]

    hands = [Hand(seed, groups, people) for seed in range(HANDS)]
    outcomes = sum(succeeded(together([hand.work for hand in hands])), Counter[str]())

    assert outcomes.total() == OPERATIONS
    done = {name for name in vars(Hand) if not name.startswith("_")} - {
        "work",
        "at",
        "somebody",
        "member_of",
        "message",
    }
    assert {name: outcomes[name] for name in done - {"start_another"} if outcomes[name] < 10} == {}
    for group in ChatGroup.objects.all():
        _assert_sound(group)


def _assert_sound(group: ChatGroup) -> None:
    messages = list(ChatMessage.objects.filter(group=group).order_by("seq"))
    members = list(ChatGroupUser.objects.filter(group=group))
    assert [message.seq for message in messages] == list(range(1, group.last_seq + 1))
    times = [message.created_at for message in messages]
    assert times == sorted(set(times))
    versions = [row.version for row in (*messages, *members)]
    assert len(set(versions)) == len(versions)
    assert max(versions) <= group.version
    said = [message for message in messages if message.message_type != MessageType.SYSTEM]
    assert all((message.deleted_at is None) is message.counts for message in said)
    assert not any(message.counts for message in messages if message not in said)
    for member in members:
        assert member.floor_version <= member.version
        assert member.read_seq <= member.delivered_seq <= group.last_seq
        assert member.visible_from_seq <= group.last_seq + 1
        marks = list(ReadMark.objects.filter(group=group, user=member.user_id).order_by("seq").values_list("seq", "at"))
        assert [at for _, at in marks] == sorted(at for _, at in marks)
        assert all(seq <= member.read_seq for seq, _ in marks)
    live = [member for member in members if member.left_at is None]
    if group.group_type == GroupType.GROUP and live:
        assert any(member.role == Role.OWNER for member in live)
