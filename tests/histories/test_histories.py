"""Random histories by several people: what a client was told since its snapshot makes the fresh snapshot."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import F
from django.test import override_settings
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chat.choices import CallState
from chat.exceptions import ChatError
from chat.models import (
    Call,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    Erasure,
    Invitation,
    MessageHidden,
    ScheduledMessage,
    sync_since,
)
from chat.roles import GroupType, HistoryVisibility, MessageType, Posting, Role
from chat.services.calls import call_set_state, call_start, calls_expire
from chat.services.departures import user_depart
from chat.services.drafts import draft_set
from chat.services.duty.erasures import erasure_request, erasures_run
from chat.services.edits import message_edit
from chat.services.expiry import messages_expire
from chat.services.forwards import message_forward
from chat.services.groups import group_delete, group_start, group_update, peer_start, support_start
from chat.services.hiding import message_hide, message_unhide
from chat.services.members import member_add, member_leave, member_remove, member_set_role, ownership_transfer
from chat.services.messages import message_send
from chat.services.people.invitations import invitation_create, invitation_join
from chat.services.pins import message_pin, message_unpin
from chat.services.polls import poll_close, vote_set
from chat.services.reactions import reaction_add, reaction_remove
from chat.services.reads import read_advance
from chat.services.scheduled import scheduled_create
from chat.services.scheduled_sending import scheduled_send_due
from chat.services.states import history_clear, state_set
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.histories.client import Client, Gone
from tests.services.worlds import make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = 5
EMOJI = ["👍", "❤", "🎉"]
CHOICES: list[list[int]] = [[1], [2], [1, 2], [], [3]]
LATER = datetime(2100, 1, 1, tzinfo=UTC)
SOON = timedelta(hours=1)
MANAGERS = (Role.OWNER, Role.ADMIN, Role.STAFF)
numbers = st.integers(0, 9)
"""Who, and which message: a number is resolved to one who is there, and now and then to one who is not."""
ROLES = [Role.MEMBER, Role.ADMIN, Role.OWNER]
UPDATES: list[dict[str, Any]] = [
    {"name": "One"},
    {"name": None},
    {"description": "Two"},
    {"posting": Posting.ADMINS},
    {"posting": Posting.EVERYONE},
    {"history_visibility": HistoryVisibility.START},
    {"history_visibility": HistoryVisibility.JOINED},
    {"message_lifetime": 3600},
    {"message_lifetime": None},
]
STATES: list[dict[str, Any]] = [
    {"pinned": True},
    {"pinned": False},
    {"archived": True},
    {"muted_until": LATER},
    {"muted_until": None},
    {"unread_from_seq": 1},
    {"unread_from_seq": 3},
]
OFTEN = {
    "react": 4,
    "ask": 1,
    "vote": 3,
    "close": 1,
    "edit": 2,
    "hide": 3,
    "unhide": 2,
    "pin": 2,
    "forward": 1,
    "draft": 1,
    "join": 1,
    "call": 2,
    "erase": 1,
    "call_step": 4,
} | {"send": 8, "delete": 3, "restore": 2, "add": 4, "remove": 3, "set_role": 3, "update": 1, "clear": 1, "read": 2}
"""What happens where a lot does, and how often."""
BY: dict[str, Sequence[Any]] = {"by": range(10)}
OFTEN_WITH: dict[str, dict[str, Sequence[Any]]] = {
    "join": BY | {"who": range(10)},
    "call": BY,
    "erase": BY | {"who": range(10), "chance": [2, 9]},
    "call_step": BY | {"state": ["ringing", "answered", "answered", "declined", "cancelled", "ended", "ended"]},
    "send": BY | {"retry": [False], "which": range(10)},
    "edit": BY | {"which": range(4), "who": range(10)},
    "hide": BY | {"which": range(6)},
    "unhide": BY | {"which": range(10)},
    "pin": BY | {"which": range(4), "on": [True, False]},
    "forward": BY | {"which": range(4)},
    "draft": BY | {"which": range(6)},
    "delete": BY | {"which": range(4)},
    "react": BY | {"which": range(10), "emoji": EMOJI, "back": [False, False, True]},
    "ask": BY | {"anonymous": [False, True]},
    "vote": BY | {"option_ids": CHOICES},
    "close": BY,
    "restore": BY | {"which": range(4)},
    "add": BY | {"who": range(10), "role": ROLES},
    "remove": BY | {"who": range(10)},
    "set_role": BY | {"who": range(10), "role": ROLES},
    "update": BY | {"change": UPDATES},
    "clear": BY,
    "read": BY | {"read": range(10), "delivered": range(10)},
}


class Histories(RuleBasedStateMachine):
    """What people do in one group, and how each of them sees it."""

    client_class: type[Client] = Client

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.people = [make_staff() for _ in range(PEOPLE)]
        self.clients: list[tuple[Client, int]] = []

    def teardown(self) -> None:
        try:
            for client, limit in self.clients:
                self._compare(client, limit)
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize(
        group_type=st.sampled_from([GroupType.GROUP, GroupType.GROUP, GroupType.SUPPORT, GroupType.PEER]),
        visibility=st.sampled_from(HistoryVisibility.values),
        limits=st.lists(st.sampled_from([1, 2, 3, 1000]), min_size=3, max_size=3),
    )
    def start(self, group_type: str, visibility: str, limits: list[int]) -> None:
        first, second, third, *_ = self.people
        if group_type == GroupType.SUPPORT:
            started = support_start(acting_user=first, client_user_id=first.pk, staff_ids=[second.pk])
        elif group_type == GroupType.PEER:
            started = peer_start(acting_user=first, user_id=second.pk)
        else:
            ids = [second.pk, third.pk]
            started = group_start(acting_user=first, member_ids=ids, history_visibility=visibility)
        self.group_id = started.group.pk
        for who, limit in enumerate(limits):
            self.open(who, limit)

    # What people do: refusals are as good as deeds, they must change nothing that is seen.

    @rule(by=numbers, retry=st.booleans(), which=numbers)
    def send(self, by: int, retry: bool, which: int) -> None:
        key = uuid4() if retry else None
        user = self._member(by)
        said: dict[str, Any] = {"message_text": "text", "reference_id": "7", "client_id": key}
        if which < 6:
            said |= {"reply_to_id": self._message(which, deleted=False).pk, "mention_ids": [self._member(which).pk]}
        for _ in range(2 if retry else 1):
            self._try(message_send, user, group_id=self.group_id, **said)

    @rule(by=numbers, which=numbers, who=numbers)
    def edit(self, by: int, which: int, who: int) -> None:
        message = self._message(which, deleted=False)
        user = self._person(message.sender_id) if by < 8 else self._member(by)
        change: dict[str, Any] = {"mention_ids": [self._member(who).pk]} if who < 3 else {"message_text": f"new {who}"}
        self._try(message_edit, user, message_id=message.pk, **change)

    @rule(by=numbers, which=numbers)
    def hide(self, by: int, which: int) -> None:
        self._try(message_hide, self._member(by), message_id=self._message(which, deleted=which == 5).pk)

    @rule(by=numbers, which=numbers)
    def unhide(self, by: int, which: int) -> None:
        hidden = MessageHidden.objects.filter(group_id=self.group_id, active=True).order_by("-state_version", "pk")
        row = hidden[which % len(hidden)] if hidden else MessageHidden()
        user = self._person(row.user_id) if by < 8 else self._member(by)
        self._try(message_unhide, user, message_id=row.message_id)

    @rule(by=numbers, which=numbers, on=st.booleans())
    def pin(self, by: int, which: int, on: bool) -> None:
        message = self._message(which, deleted=False)
        self._try(message_pin if on else message_unpin, self._member(by, *MANAGERS), message_id=message.pk)

    @rule(by=numbers, which=numbers)
    def forward(self, by: int, which: int) -> None:
        message = self._message(which, deleted=False)
        self._try(message_forward, self._member(by), message_id=message.pk, group_ids=[self.group_id])

    @rule(by=numbers, which=numbers)
    def draft(self, by: int, which: int) -> None:
        reply_to_id = self._message(which, deleted=False).pk if which < 3 else None
        text = "and" if which < 5 else ""
        self._try(draft_set, self._member(by), group_id=self.group_id, message_text=text, reply_to_id=reply_to_id)

    @rule(by=numbers, which=numbers)
    def delete(self, by: int, which: int) -> None:
        message = self._message(which, deleted=False)
        author = self._person(message.sender_id) if by < 5 else self._member(by, *MANAGERS)
        self._try(message_delete, author, message_id=message.pk)

    @rule(by=numbers, which=numbers)
    def restore(self, by: int, which: int) -> None:
        message = self._message(which, deleted=True)
        user = self._person(message.deleted_by_id) if by < 8 else self._member(by)
        self._try(message_restore, user, message_id=message.pk)

    @rule(by=numbers, which=numbers, emoji=st.sampled_from(EMOJI), back=st.booleans())
    def react(self, by: int, which: int, emoji: str, back: bool) -> None:
        service = reaction_remove if back else reaction_add
        message = self._message(which, deleted=which == 9)
        self._try(service, self._member(by), message_id=message.pk, emoji=emoji)

    @rule(by=numbers, anonymous=st.booleans())
    def ask(self, by: int, anonymous: bool) -> None:
        poll = {"options": ["one", "two"], "multiple": True, "anonymous": anonymous}
        self._try(message_send, self._member(by), group_id=self.group_id, message_text="Which?", poll=poll)

    @rule(by=numbers, option_ids=st.sampled_from(CHOICES))
    def vote(self, by: int, option_ids: list[int]) -> None:
        self._try(vote_set, self._member(by), message_id=self._poll().pk, option_ids=option_ids)

    @rule(by=numbers)
    def close(self, by: int) -> None:
        self._try(poll_close, self._member(by, *MANAGERS), message_id=self._poll().pk)

    @rule()
    def purge(self) -> None:
        with override_settings(CHAT={"UNDO_WINDOW": 0}):
            for purged in tombstones_purge(batch_size=2):
                assert purged

    @rule(which=numbers)
    def expire(self, which: int) -> None:
        """An hour passes for one of the messages that disappear."""
        fleeting = ChatMessage.objects.filter(group_id=self.group_id, expires_at__isnull=False, deleted_at__isnull=True)
        rows = list(fleeting.order_by("seq").values_list("pk", flat=True))
        if rows:
            fleeting.filter(pk=rows[which % len(rows)]).update(expires_at=F("created_at"))
        assert sum(messages_expire()) == min(len(rows), 1)

    @rule(by=numbers, may_still=st.booleans())
    def schedule(self, by: int, may_still: bool) -> None:
        """Somebody schedules a message; its time comes, and sometimes they may not send it any more."""
        user = self._member(by)
        self._try(
            scheduled_create, user, group_id=self.group_id, message_text="later", send_at=datetime.now(UTC) + SOON
        )
        if not may_still:
            self._try(group_update, self._member(by, Role.OWNER), group_id=self.group_id, posting=Posting.ADMINS)
        ScheduledMessage.objects.update(send_at=F("created_at"))
        for attempt in scheduled_send_due():
            assert attempt.error_code in ("", "not_allowed", "group_closed")

    @rule(by=numbers, who=numbers, role=st.sampled_from(ROLES))
    def add(self, by: int, who: int, role: str) -> None:
        if ChatGroup.objects.get(pk=self.group_id).group_type == GroupType.SUPPORT:
            role = Role.STAFF
        former = ChatGroupUser.objects.filter(group_id=self.group_id, left_at__isnull=False).order_by("pk")
        keys = list(former.values_list("user_id", flat=True)) or [person.pk for person in self.people]
        user_id = keys[who % len(keys)] if who < 7 else self.people[who % PEOPLE].pk
        self._try(member_add, self._member(by, *MANAGERS), group_id=self.group_id, user_id=user_id, role=role)

    @rule(by=numbers, who=numbers)
    def join(self, by: int, who: int) -> None:
        self._try(invitation_create, self._member(by, *MANAGERS), group_id=self.group_id)
        made = Invitation.objects.filter(group_id=self.group_id).order_by("-pk").first()
        self._try(invitation_join, self.people[who % PEOPLE], token=made.token if made else "")

    @rule(by=numbers)
    def call(self, by: int) -> None:
        self._try(call_start, self._member(by), group_id=self.group_id, call_type="video")

    @rule(by=numbers, state=st.sampled_from(CallState.values))
    def call_step(self, by: int, state: str) -> None:
        live = Call.objects.live().filter(group_id=self.group_id).first() or Call()
        self._try(call_set_state, self._member(by), call_id=live.pk, state=state)

    @rule()
    def ring_out(self) -> None:
        live = Call.objects.live().filter(group_id=self.group_id)
        number = live.update(started_at=F("started_at") - timedelta(days=2))
        assert len(list(calls_expire())) == number

    @rule(by=numbers, who=numbers)
    def remove(self, by: int, who: int) -> None:
        manager = self._member(by, *MANAGERS)
        self._try(member_remove, manager, group_id=self.group_id, user_id=self._member(who).pk)

    @rule(by=numbers, chance=numbers)
    def leave(self, by: int, chance: int) -> None:
        if chance < 3:
            self._try(member_leave, self._member(by), group_id=self.group_id)

    @rule(by=numbers, who=numbers, role=st.sampled_from([*ROLES, Role.CLIENT]))
    def set_role(self, by: int, who: int, role: str) -> None:
        owner = self._member(by, Role.OWNER)
        self._try(member_set_role, owner, group_id=self.group_id, user_id=self._member(who).pk, role=role)

    @rule(by=numbers, who=numbers)
    def transfer(self, by: int, who: int) -> None:
        owner = self._member(by, Role.OWNER)
        self._try(ownership_transfer, owner, group_id=self.group_id, user_id=self._member(who).pk)

    @rule(by=numbers, change=st.sampled_from(UPDATES))
    def update(self, by: int, change: dict[str, Any]) -> None:
        self._try(group_update, self._member(by, *MANAGERS), group_id=self.group_id, **change)

    @rule(by=numbers, read=numbers, delivered=numbers)
    def read(self, by: int, read: int, delivered: int) -> None:
        self._try(read_advance, self._member(by), group_id=self.group_id, read_seq=read, delivered_seq=delivered)

    @rule(by=numbers, state=st.sampled_from(STATES))
    def set_state(self, by: int, state: dict[str, Any]) -> None:
        self._try(state_set, self._member(by), group_id=self.group_id, **state)

    @rule(by=numbers)
    def clear(self, by: int) -> None:
        self._try(history_clear, self._member(by), group_id=self.group_id)

    @rule(by=numbers, who=numbers, chance=numbers)
    def erase(self, by: int, who: int, chance: int) -> None:
        """Seldom: a person is erased, who may be here still, or have left."""
        if chance > 2:
            return
        former = ChatGroupUser.objects.filter(group_id=self.group_id).order_by("pk").values_list("user_id", flat=True)
        erasure_request(acting_user=self._member(by), user_id=former[who % len(former)])
        Erasure.objects.update(begins_at=None)
        assert all(number <= 2 for number in erasures_run(batch_size=2))
        assert not Erasure.objects.open().exists()

    @rule(who=numbers, chance=numbers)
    def end(self, who: int, chance: int) -> None:
        """Rarely: a person's account, or the whole group, is deleted."""
        if chance == 8:
            user_depart(user_id=self._member(who).pk)
        if chance == 9:
            self._try(group_delete, self._member(who, Role.OWNER), group_id=self.group_id)

    @rule(seed=st.integers(0, 2**32 - 1), times=st.integers(4, 12))
    def a_lot_happens(self, seed: int, times: int) -> None:
        """So much that several pages are needed, which single steps hardly ever come to."""
        random = Random(seed)
        for name in random.choices(list(OFTEN), list(OFTEN.values()), k=times):
            arguments = {word: random.choice(values) for word, values in OFTEN_WITH[name].items()}
            getattr(self, name)(**arguments)

    # How they see it.

    @rule(who=st.integers(0, PEOPLE - 1), limit=st.sampled_from([1, 2, 3, 1000]))
    def open(self, who: int, limit: int) -> None:
        """A device loads the group; from now on it is told what changes, so many rows a page."""
        client = self.client_class(self.group_id, self.people[who])
        try:
            client.load()
        except Gone:
            return
        self.clients = [*self.clients[-7:], (client, limit)]

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

    @rule(who=st.integers(0, PEOPLE - 1), ahead=st.integers(1, 3))
    def client_from_the_future_is_told_to_load_anew(self, who: int, ahead: int) -> None:
        """After a backup was restored a client may know more than there is."""
        client = self.client_class(self.group_id, self.people[who])
        try:
            client.load()
        except Gone:
            return
        client.known = (client.known[0] + ahead, client.known[1])
        client.messages = {uuid4(): {"seq": 10**6}}
        client.poll()
        assert client.resets == 1
        self._compare(client, 1000)

    @rule(who=st.integers(0, PEOPLE - 1))
    def group_is_synced_as_it_is_polled(self, who: int) -> None:
        user = self.people[who]
        mine = [client for client, _ in self.clients if client.user == user]
        if not mine:
            return
        client = mine[-1]
        synced = sync_since(user, {self.group_id: client.known}, limit=1000, gained_limit=10)
        fresh = self.client_class(self.group_id, user)
        try:
            fresh.load()
        except Gone:
            assert (synced.lost, synced.changed) == ([self.group_id], [])
            return
        assert synced.lost == []
        assert synced.gained == []
        assert [changes.version for changes in synced.changed] == [fresh.known[0]] * (client.known != fresh.known)

    @rule(who=st.integers(0, PEOPLE - 1))
    def outsider_sees_nothing(self, who: int) -> None:
        user = self.people[who]
        if ChatGroupUser.objects.of(user).filter(group_id=self.group_id).exists():
            return
        for rows in (ChatGroup.objects, ChatMessage.objects, ChatGroupUser.objects):
            assert not rows.visible_to(user).exists()
        assert sync_since(user, {self.group_id: (0, 0)}, limit=9, gained_limit=9).lost == [self.group_id]

    @classmethod
    def run_long(cls, seed: int, *, rounds: int) -> None:
        """Let a lot happen so many times, and compare a few devices after each."""
        random, histories = Random(seed), cls()
        try:
            group_type = random.choice([GroupType.GROUP, GroupType.GROUP, GroupType.SUPPORT])
            histories.start(group_type, random.choice(HistoryVisibility.values), [1, 2, 1000])
            for _ in range(rounds):
                histories.a_lot_happens(random.getrandbits(32), 10)
                histories.open(random.randrange(PEOPLE), random.choice([1, 2, 3, 1000]))
                for client, limit in random.sample(histories.clients, k=min(2, len(histories.clients))):
                    histories._compare(client, limit)
                    histories.set_state(random.randrange(8), random.choice(STATES))
                    histories._compare(client, limit)
        finally:
            histories.teardown()

    def _compare(self, client: Client, limit: int) -> None:
        fresh = self.client_class(self.group_id, client.user)
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

    def _try(self, service: Callable[..., object], user: Any, **arguments: Any) -> None:
        version = ChatGroup.objects.get(pk=self.group_id).version
        try:
            service(acting_user=user, **arguments)
        except ChatError:
            assert ChatGroup.objects.get(pk=self.group_id).version == version

    def _member(self, number: int, *roles: str) -> Any:
        """Return a member (with one of ``roles``, if there is one), or for high numbers anybody."""
        rows = ChatGroupUser.objects.live().filter(group_id=self.group_id)
        keys = list((rows.filter(role__in=roles) if roles else rows).order_by("pk").values_list("user_id", flat=True))
        if number > 7 or not keys:
            return self.people[number % PEOPLE]
        return self._person(keys[number % len(keys)])

    def _person(self, key: Any) -> Any:
        return next((person for person in self.people if person.pk == key), self.people[0])

    def _poll(self) -> ChatMessage:
        polls = ChatMessage.objects.filter(group_id=self.group_id, message_type=MessageType.POLL)
        return polls.order_by("-seq").first() or ChatMessage()

    def _message(self, which: int, *, deleted: bool) -> ChatMessage:
        rows = list(ChatMessage.objects.filter(group_id=self.group_id, deleted_at__isnull=not deleted).order_by("-seq"))
        return rows[which % len(rows)] if rows else ChatMessage()


def test_snapshot_and_changes_make_the_fresh_snapshot() -> None:
    run_state_machine_as_test(Histories)


@pytest.mark.parametrize("seed", range(settings.default.max_examples // 12))
def test_long_histories_keep_every_device_in_step(seed: int) -> None:
    """The same as above with less choice and more of everything: two hundred deeds, and polls in between."""
    Histories.run_long(seed, rounds=20)
