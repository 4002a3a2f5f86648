"""Deleting messages for oneself, showing them again, and what that does to what counts."""

from random import Random
from typing import Any

import pytest

from chat.events import StateChanged
from chat.exceptions import ChatError, NotFound
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, Mention, MessageHidden, changes_since, listed
from chat.roles import GroupType, Role
from chat.serializers import groups_json
from chat.services.edits import message_edit
from chat.services.hiding import message_hide, message_unhide
from chat.services.members import member_remove
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, join, make_world, small_group

pytestmark = pytest.mark.django_db


def _counts(world: World, user: Any) -> tuple[int, int]:
    row = ChatGroupUser.objects.of(user).with_unread().get(group_id=world.id)
    return row.unread, row.unread_mentions


def _hide(message: ChatMessage, user: Any) -> None:
    message_hide(acting_user=user, message_id=message.pk)


def test_hidden_message_is_gone_for_oneself_alone_and_comes_back(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message, other = world.say(owner, "secret"), world.say(owner)
    group, start = ChatGroup.objects.get(pk=world.id), world.membership(member)
    with hearing() as heard:
        for _ in range(2):
            _hide(message, member)
        hidden = world.membership(member).state_version
        seen = ChatMessage.objects.visible_to(member).filter(group_id=world.id, sender=owner)
        assert list(seen) == [other]
        assert ChatMessage.objects.visible_to(owner).filter(pk=message.pk).exists()
        for _ in range(2):
            shown = message_unhide(acting_user=member, message_id=message.pk)

    assert shown == message
    assert seen.filter(pk=message.pk).exists()
    assert (hidden, world.membership(member).state_version) == (start.state_version + 1, start.state_version + 2)
    assert ChatGroup.objects.get(pk=world.id).version == group.version, "nobody else is told"
    ids = {"group_id": world.id, "actor_id": member.pk}
    assert heard == [StateChanged(**ids, state_version=start.state_version + step) for step in (1, 2)]


def test_what_cannot_be_seen_cannot_be_hidden() -> None:
    world = make_world(GroupType.GROUP)
    member, late = world.people[Role.MEMBER], world.others[Role.MEMBER]
    message = world.say(world.people[Role.OWNER])
    history_clear(acting_user=late, group_id=world.id)
    before = everything()
    for outsider in (world.stranger, world.former, late):
        for service in (message_hide, message_unhide):
            with pytest.raises(NotFound):
                service(acting_user=outsider, message_id=message.pk)
    assert everything() == before

    _hide(message, member)
    history_clear(acting_user=member, group_id=world.id)
    with pytest.raises(NotFound):
        message_unhide(acting_user=member, message_id=message.pk)


def test_hidden_message_is_as_if_it_were_not_there_for_other_services() -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    _hide(message, owner)
    for service in (message_edit, message_delete):
        with pytest.raises(NotFound):
            service(acting_user=owner, message_id=message.pk)
    message_unhide(acting_user=owner, message_id=message.pk)
    message_delete(acting_user=owner, message_id=message.pk)
    _hide(message, owner)
    with pytest.raises(NotFound):
        message_restore(acting_user=owner, message_id=message.pk)


def test_list_shows_no_hidden_message_as_the_last() -> None:
    world, owner, [member] = small_group()
    message = world.say(owner, "secret")
    _hide(message, member)
    for user, text in ((member, None), (owner, "secret")):
        [group] = groups_json(list(listed(ChatGroupUser.objects.of(user))), user)
        assert (group["last_message"] and group["last_message"]["message_text"]) == text


@pytest.mark.parametrize("deleted_first", [False, True])
def test_deleted_and_hidden_message_counts_once(deleted_first: bool) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner, mention_ids=[member.pk])
    world.say(owner)
    assert _counts(world, member) == (2, 1)
    deeds = [lambda: message_delete(acting_user=owner, message_id=message.pk), lambda: _hide(message, member)]
    for deed in reversed(deeds) if not deleted_first else deeds:
        deed()
        assert _counts(world, member) == (1, 0)
    message_restore(acting_user=owner, message_id=message.pk)
    assert _counts(world, member) == (1, 0)
    message_unhide(acting_user=member, message_id=message.pk)
    assert _counts(world, member) == (2, 1)


def test_unread_stays_exact_whatever_happens() -> None:
    """Against a count of the rows themselves, over random deeds."""
    random = Random(5)
    world, owner, [ben, eva] = small_group(2)
    people = [owner, ben, eva]
    for _ in range(120):
        _something(random, world, people)
        for person in people:
            assert _counts(world, person) == _recount(world, person)
    assert {True, False} == set(MessageHidden.objects.values_list("active", flat=True))
    assert {True, False} == set(MessageHidden.objects.values_list("counts", flat=True))
    assert {True, False} == set(Mention.objects.values_list("counts", flat=True))


def _something(random: Random, world: World, people: list[Any]) -> None:
    by, others = random.choice(people), random.sample(people, k=random.randrange(3))
    mention_ids = [person.pk for person in others]
    rows = list(ChatMessage.objects.filter(group_id=world.id).order_by("-seq")[:5])
    last = world.membership(by).group.last_seq
    row = random.choice(rows) if rows else world.say(by)
    message = {"acting_user": by, "message_id": row.pk}
    try:
        match random.randrange(10):
            case 0 | 1 | 2:
                world.say(by, mention_ids=mention_ids)
            case 3:
                message_delete(**message)
            case 4:
                message_restore(**message)
            case 5 | 6:
                message_hide(**message)
            case 7:
                message_unhide(**message)
            case 8:
                message_edit(**message, mention_ids=mention_ids)
            case _:
                state_set(acting_user=by, group_id=world.id, unread_from_seq=max(last - random.randrange(9), 0))
    except ChatError:
        pass


def _recount(world: World, user: Any) -> tuple[int, int]:
    """Return unread messages and mentions by looking at each message that the person sees."""
    membership = world.membership(user)
    seen = ChatMessage.objects.visible_to(user).filter(group_id=world.id, seq__gt=membership.unread_from_seq)
    unread = [row for row in seen if row.deleted_at is None and row.sender_id not in (None, user.pk)]
    return len(unread), sum(str(user.pk) in (row.metadata or {}).get("mentions", ()) for row in unread)


def test_changes_tell_what_was_hidden_and_shown_again_page_by_page() -> None:
    world, owner, [member] = small_group()
    messages = [world.say(owner, f"text {number}") for number in range(5)]
    start = world.membership(member)
    for message in messages:
        _hide(message, member)
    message_unhide(acting_user=member, message_id=messages[1].pk)
    world.say(owner, "later")

    known, hidden, shown = (start.group.version, start.state_version), [], []
    for _ in range(20):
        changes = changes_since(world.membership(member), known, limit=2)
        assert len(changes.hidden) <= 2
        hidden += changes.hidden
        shown += [message.message_text for message in changes.messages]
        known = (changes.version, changes.state_version)
        if not changes.has_more:
            break

    now = world.membership(member)
    assert known == (now.group.version, now.state_version)
    assert hidden == [messages[number].pk for number in (0, 2, 3, 4)]
    assert sorted(shown) == ["later", "text 1"]
    assert changes_since(world.membership(owner), (start.group.version, 0), limit=99).hidden == []


def test_message_that_is_shown_again_but_cleared_meanwhile_is_not_told() -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    _hide(message, member)
    known = (world.membership(member).group.version, world.membership(member).state_version)
    message_unhide(acting_user=member, message_id=message.pk)
    history_clear(acting_user=member, group_id=world.id)

    assert changes_since(world.membership(member), known, limit=9).messages == []


def test_hidden_stays_hidden_over_reading_purging_and_leaving() -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    _hide(message, member)
    read_advance(acting_user=member, group_id=world.id, read_seq=1)
    member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
    for service in (message_hide, message_unhide):
        with pytest.raises(NotFound):
            service(acting_user=member, message_id=message.pk)
    newcomer = join(world, owner)
    assert ChatMessage.objects.visible_to(newcomer).filter(pk=message.pk).exists()
    message_delete(acting_user=owner, message_id=message.pk)
    list(tombstones_purge())

    assert MessageHidden.objects.get().active
