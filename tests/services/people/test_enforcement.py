"""Blocks and privacy settings hold in every service, both ways, and say the same: nobody learns of a block."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.choices import Audience
from chat.exceptions import ChatError
from chat.models import ChatGroupUser, ChatMessage, Connection, ScheduledMessage
from chat.roles import GroupType, Posting, Role
from chat.services.additions import members_add
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.groups import group_start, group_update, peer_start
from chat.services.hiding import message_hide
from chat.services.members import member_add
from chat.services.messages import message_send
from chat.services.people.blocks import block_add, block_remove
from chat.services.people.connections import connection_withdraw
from chat.services.pins import message_pin, message_unpin
from chat.services.polls import poll_close, vote_set
from chat.services.reactions import reaction_add, reaction_remove
from chat.services.reads import read_advance
from chat.services.scheduled import scheduled_create
from chat.services.scheduled_sending import scheduled_send_due
from chat.services.states import state_set
from chat.services.tombstones import message_delete, message_restore
from tests.services.people.worlds import connect, prefer
from tests.services.worlds import World, everything, make_person, make_staff, make_world, small_group

pytestmark = pytest.mark.django_db


class Direct:
    """A conversation of two with a message and a poll of each, in which both have sent before."""

    def __init__(self) -> None:
        self.world = make_world(GroupType.PEER)
        self.one, self.two = self.world.people[Role.OWNER], self.world.people[Role.MEMBER]
        self.said = {user.pk: self.world.say(user) for user in (self.one, self.two)}
        self.asked = {user.pk: self.world.say(user, "?", poll={"options": ["a", "b"]}) for user in (self.one, self.two)}

    def other(self, user: Any) -> Any:
        return self.two if user == self.one else self.one


@pytest.fixture
def direct() -> Direct:
    return Direct()


Act = Callable[[Direct, Any], object]

REFUSED: dict[str, Act] = {
    "send": lambda d, user: message_send(acting_user=user, group_id=d.world.id, message_text="x"),
    "poll": lambda d, user: d.world.say(user, "?", poll={"options": ["a", "b"]}),
    "reply": lambda d, user: d.world.say(user, "x", reply_to_id=d.said[user.pk].pk),
    "schedule": lambda d, user: scheduled_create(
        acting_user=user, group_id=d.world.id, message_text="x", send_at=timezone.now() + timedelta(days=1)
    ),
    "react": lambda d, user: reaction_add(acting_user=user, message_id=d.said[user.pk].pk, emoji="👍"),
    "unreact": lambda d, user: reaction_remove(acting_user=user, message_id=d.said[user.pk].pk, emoji="👍"),
    "vote": lambda d, user: vote_set(acting_user=user, message_id=d.asked[user.pk].pk, option_ids=[1]),
    "close": lambda d, user: poll_close(acting_user=user, message_id=d.asked[user.pk].pk),
    "edit": lambda d, user: message_edit(acting_user=user, message_id=d.said[user.pk].pk, message_text="other"),
    "pin": lambda d, user: message_pin(acting_user=user, message_id=d.said[user.pk].pk),
    "unpin": lambda d, user: message_unpin(acting_user=user, message_id=d.said[user.pk].pk),
    "lifetime": lambda d, user: group_update(acting_user=user, group_id=d.world.id, message_lifetime=60),
    "add": lambda d, user: member_add(
        acting_user=user, group_id=_own_group(user), user_id=d.other(user).pk, role=Role.MEMBER
    ),
}
ALLOWED: dict[str, Act] = {
    "open": lambda d, user: peer_start(acting_user=user, user_id=d.other(user).pk),
    "read": lambda d, user: read_advance(acting_user=user, group_id=d.world.id, read_seq=4),
    "delete": lambda d, user: message_delete(acting_user=user, message_id=d.said[user.pk].pk),
    "hide": lambda d, user: message_hide(acting_user=user, message_id=d.said[user.pk].pk),
    "archive": lambda d, user: state_set(acting_user=user, group_id=d.world.id, archived=True),
}
"""What concerns only oneself, or takes something away."""


def _own_group(user: Any) -> Any:
    started = ChatGroupUser.objects.filter(user=user, role=Role.OWNER, group__group_type=GroupType.GROUP).first()
    return started.group_id if started else group_start(acting_user=user).group.pk


def _code(call: Callable[[], object]) -> str:
    before = everything()
    try:
        call()
    except ChatError as error:
        refused = error.code
    else:
        return ""
    assert everything() == before
    return refused


@pytest.mark.parametrize("by_me", [True, False])
@pytest.mark.parametrize("act", REFUSED)
def test_block_refuses_it_both_ways_as_a_setting_would_and_ends(act: str, by_me: bool, direct: Direct) -> None:
    me, other = direct.one, direct.other(direct.one)
    blocker, blocked = (me, other) if by_me else (other, me)
    _own_group(me)
    block_add(acting_user=blocker, user_id=blocked.pk)

    assert _code(lambda: REFUSED[act](direct, me)) == "privacy"

    block_remove(acting_user=blocker, user_id=blocked.pk)
    assert _code(lambda: REFUSED[act](direct, me)) == ""


@pytest.mark.parametrize("by_me", [True, False])
@pytest.mark.parametrize("act", ALLOWED)
def test_block_leaves_what_concerns_only_oneself(act: str, by_me: bool, direct: Direct) -> None:
    me, other = direct.one, direct.other(direct.one)
    block_add(acting_user=me if by_me else other, user_id=(other if by_me else me).pk)
    assert _code(lambda: ALLOWED[act](direct, me)) == ""


@pytest.mark.parametrize("send_first", [True, False])
@pytest.mark.usefixtures("send_path")
def test_member_who_never_sent_is_refused_as_well(send_first: bool) -> None:
    world = make_world(GroupType.PEER)
    one, two = world.people[Role.OWNER], world.people[Role.MEMBER]
    if send_first:
        world.say(one)
    block_add(acting_user=two, user_id=one.pk)
    assert _code(lambda: world.say(one)) == "privacy"
    assert _code(lambda: world.say(two)) == "privacy"
    block_remove(acting_user=two, user_id=one.pk)
    world.say(one)
    assert not world.membership(one).is_guarded


@pytest.mark.parametrize("by_me", [True, False])
def test_block_refuses_to_start_and_to_forward(by_me: bool) -> None:
    me, other = make_person(), make_person()
    blocker, blocked = (me, other) if by_me else (other, me)
    world, _, _ = small_group()
    block_add(acting_user=blocker, user_id=blocked.pk)
    assert _code(lambda: peer_start(acting_user=me, user_id=other.pk)) == "privacy"

    block_remove(acting_user=blocker, user_id=blocked.pk)
    group = peer_start(acting_user=me, user_id=other.pk).group
    notes = peer_start(acting_user=me, user_id=me.pk).group
    note = message_send(acting_user=me, group_id=notes.pk, message_text="mine").message
    block_add(acting_user=blocker, user_id=blocked.pk)
    [done] = message_forward(acting_user=me, message_id=note.pk, group_ids=[group.pk])
    assert done.error is not None
    assert done.error.code == "privacy"
    assert world.say(world.people[Role.OWNER]), "other conversations go on"


def test_what_was_deleted_before_the_block_does_not_come_back_during_it(direct: Direct) -> None:
    deleted = message_delete(acting_user=direct.one, message_id=direct.said[direct.one.pk].pk)
    block_add(acting_user=direct.two, user_id=direct.one.pk)

    assert _code(lambda: message_restore(acting_user=direct.one, message_id=deleted.pk)) == "privacy"

    block_remove(acting_user=direct.two, user_id=direct.one.pk)
    assert _code(lambda: message_restore(acting_user=direct.one, message_id=deleted.pk)) == ""


def test_scheduled_message_fails_when_blocked_meanwhile(direct: Direct) -> None:
    soon = timezone.now() + timedelta(days=1)
    scheduled_create(acting_user=direct.one, group_id=direct.world.id, message_text="x", send_at=soon)
    block_add(acting_user=direct.two, user_id=direct.one.pk)
    ScheduledMessage.objects.update(send_at=timezone.now() - timedelta(seconds=1))

    list(scheduled_send_due())

    row = ScheduledMessage.objects.get()
    assert (row.state, row.error_code) == ("failed", "privacy")


@pytest.mark.usefixtures("send_path")
def test_blocked_people_go_on_in_groups() -> None:
    world, owner, [ben, eva] = small_group(2)
    block_add(acting_user=ben, user_id=eva.pk)
    message = world.say(ben)
    world.say(eva, reply_to_id=message.pk)
    reaction_add(acting_user=eva, message_id=message.pk, emoji="👍")
    assert ChatMessage.objects.filter(group_id=world.id, sender__in=[ben, eva]).count() == 2
    assert owner


@pytest.mark.parametrize(
    ("value", "contact", "stranger"),
    [("everyone", "", ""), ("connections", "", "privacy"), ("none", "privacy", "privacy")],
)
@pytest.mark.usefixtures("send_path")
def test_who_can_message_holds_for_starting_and_for_sending(value: str, contact: str, stranger: str) -> None:
    ada, ben, eva, dan, gus = (make_person() for _ in range(5))
    connect(ada, ben)
    connect(dan, ada)
    worlds = {user: World(peer_start(acting_user=user, user_id=ada.pk).group, {}) for user in (ben, eva)}
    for user, world in worlds.items():
        world.say(user)
    prefer(ada, who_can_message=value)

    expected = {ben: contact, dan: contact, eva: stranger, gus: stranger}
    for user in (ben, eva):
        assert _code(lambda user=user: worlds[user].say(user)) == expected[user]
        assert _code(lambda user=user: worlds[user].say(ada)) == "", "it does not bind oneself"
    for user in (dan, gus):
        assert _code(lambda user=user: peer_start(acting_user=user, user_id=ada.pk)) == expected[user]
    assert _code(lambda: peer_start(acting_user=ada, user_id=gus.pk)) == ""
    assert _code(lambda: peer_start(acting_user=ada, user_id=ada.pk)) == ""
    prefer(ada, who_can_message="everyone")
    for user in (ben, eva):
        worlds[user].say(user)
        worlds[user].say(user)


@pytest.mark.usefixtures("send_path")
def test_contact_that_ends_ends_the_right_to_send() -> None:
    ada, ben = make_person(), make_person()
    connect(ada, ben)
    prefer(ada, who_can_message="connections")
    world = World(peer_start(acting_user=ben, user_id=ada.pk).group, {})
    world.say(ben)
    connection_withdraw(acting_user=ada, connection_id=Connection.objects.get().pk)
    assert _code(lambda: world.say(ben)) == "privacy"


@pytest.mark.parametrize(
    ("posting", "setting", "other"),
    [
        (Posting.EVERYONE, "allow_group_adds", "allow_channel_adds"),
        (Posting.ADMINS, "allow_channel_adds", "allow_group_adds"),
    ],
)
def test_each_person_says_who_adds_them_and_the_others_are_added(posting: str, setting: str, other: str) -> None:
    ada, friend, shy, none, open_one, blocker, blocked = (make_person() for _ in range(7))
    connect(friend, ada)
    for person in (friend, shy):
        prefer(person, **{setting: Audience.CONNECTIONS})
    prefer(none, **{setting: Audience.NONE})
    prefer(open_one, **{other: Audience.NONE})
    block_add(acting_user=blocker, user_id=ada.pk)
    block_add(acting_user=ada, user_id=blocked.pk)
    ids = [person.pk for person in (friend, shy, none, open_one, blocker, blocked)]

    started = group_start(acting_user=ada, member_ids=ids, posting=posting)

    refused = {shy.pk, none.pk, blocker.pk, blocked.pk}
    assert {key: error.code for key, error in started.rejected.items()} == dict.fromkeys(refused, "privacy")
    assert _members(started.group.pk) == {ada.pk, friend.pk, open_one.pk}

    empty = group_start(acting_user=ada, posting=posting).group
    done = members_add(
        acting_user=ada,
        group_id=empty.pk,
        user_ids=[*ids, 10**6 if isinstance(ada.pk, int) else ada.pk],
        role=Role.MEMBER,
    )
    assert {key for key, error in done.rejected.items() if error.code == "privacy"} == refused
    assert _members(empty.pk) == {ada.pk, friend.pk, open_one.pk}


def test_adding_several_is_refused_as_a_whole_where_it_is_not_for_one_of_them() -> None:
    world, owner, [member] = small_group()
    others = [make_person() for _ in range(2)]
    add: dict[str, Any] = {"group_id": world.id, "user_ids": [person.pk for person in others]}

    for by, role, code in (
        (member, Role.MEMBER, "not_allowed"),
        (others[0], Role.MEMBER, "not_found"),
        (owner, "king", "invalid_choice"),
    ):
        assert _code(lambda by=by, role=role: members_add(acting_user=by, role=role, **add)) == code
    too_many = add | {"user_ids": list(range(101))}
    assert _code(lambda: members_add(acting_user=owner, role=Role.MEMBER, **too_many)) == "too_many"


def test_staff_of_a_request_are_added_whatever_they_want() -> None:
    world = make_world(GroupType.SUPPORT)
    newcomer = make_staff()
    prefer(newcomer, allow_group_adds="none")
    added = member_add(acting_user=world.people[Role.STAFF], group_id=world.id, user_id=newcomer.pk, role=Role.STAFF)
    assert added.created


def _members(group_id: Any) -> set[Any]:
    return set(ChatGroupUser.objects.live().filter(group=group_id).values_list("user_id", flat=True))


def test_nobody_forwards_the_words_of_who_wants_none_to_whoever_brought_them() -> None:
    world, ada, [ben, eva] = small_group(2)
    there, _, _ = small_group()
    other = group_start(acting_user=ben, member_ids=[eva.pk]).group
    message = world.say(ada, "mine")
    [carried] = message_forward(acting_user=ben, message_id=message.pk, group_ids=[other.pk])
    prefer(ada, disable_forwarding=True)
    own = group_start(acting_user=eva).group

    assert carried.message is not None
    for source in (message.pk, carried.message.pk):
        assert (
            _code(lambda key=source: message_forward(acting_user=eva, message_id=key, group_ids=[own.pk])) == "privacy"
        )
    mine = group_start(acting_user=ada).group
    [done] = message_forward(acting_user=ada, message_id=message.pk, group_ids=[mine.pk])
    assert done.message is not None
    prefer(ada, disable_forwarding=False)
    prefer(ben, disable_forwarding=True)
    [done] = message_forward(acting_user=eva, message_id=carried.message.pk, group_ids=[own.pk])
    assert done.message is not None, "only the real author decides"
    assert there
