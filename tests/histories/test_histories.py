"""Random histories by several people: what a client was told since its snapshot makes the fresh snapshot."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chat.exceptions import ChatError
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, sync_since
from chat.roles import GroupType, HistoryVisibility, Posting, Role
from chat.services.departures import user_depart
from chat.services.groups import group_delete, group_start, group_update, peer_start, support_start
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer
from chat.services.messages import message_delete, message_restore, message_send, tombstones_purge
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from tests.histories.client import Client, Gone
from tests.services.worlds import make_staff

PEOPLE = 5
LATER = datetime(2100, 1, 1, tzinfo=UTC)
people = st.integers(0, PEOPLE - 1)
seqs = st.integers(0, 12)


class Histories(RuleBasedStateMachine):
    """What people do in one group, and how each of them sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.people = [make_staff() for _ in range(PEOPLE)]
        self.clients: list[tuple[Client, int]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(group_type=st.sampled_from(GroupType.values), visibility=st.sampled_from(HistoryVisibility.values))
    def start(self, group_type: str, visibility: str) -> None:
        first, second, third, *_ = self.people
        if group_type == GroupType.SUPPORT:
            started = support_start(acting_user=first, client_user_id=first.pk, staff_ids=[second.pk])
        elif group_type == GroupType.PEER:
            started = peer_start(acting_user=first, user_id=second.pk)
        else:
            ids = [second.pk, third.pk]
            started = group_start(acting_user=first, member_ids=ids, history_visibility=visibility)
        self.group_id = started.group.pk

    # What people do: refusals are as good as deeds, they must change nothing that is seen.

    @rule(by=people, retry=st.booleans())
    def send(self, by: int, retry: bool) -> None:
        key = uuid4() if retry else None
        for _ in range(2 if retry else 1):
            self._try(message_send, by, group_id=self.group_id, message_text="text", reference_id="7", client_id=key)

    @rule(by=people, seq=seqs)
    def delete(self, by: int, seq: int) -> None:
        self._try(message_delete, by, message_id=self._message(seq))

    @rule(by=people, seq=seqs)
    def restore(self, by: int, seq: int) -> None:
        self._try(message_restore, by, message_id=self._message(seq))

    @rule()
    def purge(self) -> None:
        with override_settings(CHAT={"UNDO_WINDOW": 0}):
            for purged in tombstones_purge(batch_size=2):
                assert purged

    @rule(by=people, who=people, role=st.sampled_from(Role.values))
    def add(self, by: int, who: int, role: str) -> None:
        self._try(member_add, by, group_id=self.group_id, user_id=self.people[who].pk, role=role)

    @rule(who=people)
    def add_by_who_may(self, who: int) -> None:
        managers = ChatGroupUser.objects.live().filter(group_id=self.group_id)
        manager = managers.filter(role__in=[Role.OWNER, Role.ADMIN, Role.STAFF]).first()
        if manager is not None:
            by = [person.pk for person in self.people].index(manager.user_id)
            role = Role.STAFF if manager.role == Role.STAFF else Role.MEMBER
            self._try(member_add, by, group_id=self.group_id, user_id=self.people[who].pk, role=role)

    @rule(by=people, who=people)
    def remove(self, by: int, who: int) -> None:
        self._try(member_remove, by, group_id=self.group_id, user_id=self.people[who].pk)

    @rule(by=people)
    def leave(self, by: int) -> None:
        self._try(member_leave, by, group_id=self.group_id)

    @rule(by=people, who=people, role=st.sampled_from(Role.values))
    def set_role(self, by: int, who: int, role: str) -> None:
        self._try(member_set_role, by, group_id=self.group_id, user_id=self.people[who].pk, role=role)

    @rule(by=people, who=people)
    def transfer(self, by: int, who: int) -> None:
        self._try(ownership_transfer, by, group_id=self.group_id, user_id=self.people[who].pk)

    @rule(by=people, name=st.sampled_from([None, "One", "Two"]), posting=st.sampled_from(Posting.values))
    def rename(self, by: int, name: str | None, posting: str) -> None:
        self._try(group_update, by, group_id=self.group_id, name=name, posting=posting)

    @rule(by=people, visibility=st.sampled_from(HistoryVisibility.values))
    def change_visibility(self, by: int, visibility: str) -> None:
        self._try(group_update, by, group_id=self.group_id, history_visibility=visibility)

    @rule(by=people, read=seqs, delivered=seqs)
    def read(self, by: int, read: int, delivered: int) -> None:
        self._try(read_advance, by, group_id=self.group_id, read_seq=read, delivered_seq=delivered)

    @rule(by=people, pinned=st.booleans(), archived=st.booleans(), muted=st.booleans())
    def set_state(self, by: int, pinned: bool, archived: bool, muted: bool) -> None:
        until = LATER if muted else None
        self._try(state_set, by, group_id=self.group_id, pinned=pinned, archived=archived, muted_until=until)

    @rule(by=people, seq=seqs)
    def mark_unread(self, by: int, seq: int) -> None:
        self._try(state_set, by, group_id=self.group_id, unread_from_seq=seq)

    @rule(by=people)
    def clear(self, by: int) -> None:
        self._try(history_clear, by, group_id=self.group_id)

    @rule(who=people, chance=st.integers(0, 9))
    def depart(self, who: int, chance: int) -> None:
        if chance == 0:
            user_depart(user_id=self.people[who].pk)

    @rule(by=people, chance=st.integers(0, 9))
    def delete_group(self, by: int, chance: int) -> None:
        if chance == 0:
            self._try(group_delete, by, group_id=self.group_id)

    # How they see it.

    @rule(who=people, limit=st.sampled_from([1, 2, 3, 1000]))
    def open(self, who: int, limit: int) -> None:
        """A device loads the group; from now on it is told what changes, so many rows a page."""
        client = Client(self.group_id, self.people[who])
        try:
            client.load()
        except Gone:
            return
        self.clients = [*self.clients[-5:], (client, limit)]

    @precondition(lambda self: self.clients)
    @rule(data=st.data())
    def poll_a_page(self, data: st.DataObject) -> None:
        """A device asks for one page, and then not for a while."""
        client, limit = data.draw(st.sampled_from(self.clients))
        try:
            client.poll(limit=limit, pages=1)
        except Gone:
            self.clients.remove((client, limit))

    @rule(data=st.data())
    @precondition(lambda self: self.clients)
    def poll_and_compare(self, data: st.DataObject) -> None:
        self._compare(*data.draw(st.sampled_from(self.clients)))

    @rule(who=people, ahead=st.integers(1, 3))
    def client_from_the_future_is_told_to_load_anew(self, who: int, ahead: int) -> None:
        """After a backup was restored a client may know more than there is."""
        client = Client(self.group_id, self.people[who])
        try:
            client.load()
        except Gone:
            return
        client.known = (client.known[0] + ahead, client.known[1])
        client.messages = {uuid4(): {"seq": 10**6}}
        client.poll()
        assert client.resets == 1
        self._compare(client, 1000)

    @rule(who=people)
    def group_is_synced_as_it_is_polled(self, who: int) -> None:
        user = self.people[who]
        mine = [client for client, _ in self.clients if client.user == user]
        if not mine:
            return
        client = mine[-1]
        synced = sync_since(user, {self.group_id: client.known}, limit=1000, gained_limit=10)
        fresh = Client(self.group_id, user)
        try:
            fresh.load()
        except Gone:
            assert (synced.lost, synced.changed) == ([self.group_id], [])
            return
        assert synced.lost == []
        assert synced.gained == []
        assert [changes.version for changes in synced.changed] == [fresh.known[0]] * (client.known != fresh.known)

    @rule(who=people)
    def outsider_sees_nothing(self, who: int) -> None:
        user = self.people[who]
        if ChatGroupUser.objects.of(user).filter(group_id=self.group_id).exists():
            return
        for rows in (ChatGroup.objects, ChatMessage.objects, ChatGroupUser.objects):
            assert not rows.visible_to(user).exists()
        assert sync_since(user, {self.group_id: (0, 0)}, limit=9, gained_limit=9).lost == [self.group_id]

    def _compare(self, client: Client, limit: int) -> None:
        fresh = Client(self.group_id, client.user)
        try:
            fresh.load()
        except Gone:
            with pytest.raises(Gone):
                client.poll(limit=limit)
            self.clients = [(other, size) for other, size in self.clients if other is not client]
            return
        floor = ChatGroupUser.objects.get(group_id=self.group_id, user=client.user).floor_version
        must_reset, resets = client.known[0] < floor, client.resets
        client.poll(limit=limit)
        assert client.view == fresh.view
        assert client.resets == resets + must_reset

    def _try(self, service: Any, by: int, **arguments: Any) -> None:
        version = ChatGroup.objects.get(pk=self.group_id).version
        try:
            service(acting_user=self.people[by], **arguments)
        except ChatError:
            assert ChatGroup.objects.get(pk=self.group_id).version == version

    def _message(self, seq: int) -> Any:
        found = ChatMessage.objects.filter(group_id=self.group_id, seq=seq).values_list("pk", flat=True).first()
        return found or uuid4()


@pytest.mark.django_db
@pytest.mark.core
def test_snapshot_and_changes_make_the_fresh_snapshot() -> None:
    run_state_machine_as_test(Histories)
