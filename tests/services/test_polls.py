"""Polls."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from chat.events import PollClosed, PollVoted
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import ChatGroup, ChatMessage, PollVote
from chat.roles import GroupType, MessageType, Role
from chat.services.messages import message_send
from chat.services.polls import poll_close, vote_set
from chat.services.tombstones import message_delete, tombstones_purge
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, make_person, make_world, small_group

pytestmark = pytest.mark.django_db


def ask(world: World, user: Any, *options: str, **settings: bool) -> ChatMessage:
    poll = {"options": list(options or ("Tea", "Coffee", "Water"))} | settings
    return message_send(acting_user=user, group_id=world.id, message_text="What?", poll=poll).message


def counts_of(message: ChatMessage) -> tuple[list[int], int]:
    """Return the votes for each option, and how many people voted: as kept, and as counted anew."""
    message.refresh_from_db()
    poll = (message.metadata or {})["poll"]
    kept = [option["votes"] for option in poll["options"]]
    rows = PollVote.objects.filter(message=message)
    assert kept == [rows.filter(option=option["id"]).count() for option in poll["options"]]
    assert poll["voters"] == rows.values("user").distinct().count()
    return kept, poll["voters"]


def test_poll_is_a_message_with_options() -> None:
    world, owner, _ = small_group()
    message = ask(world, owner, "Tea", " Coffee ")

    message.refresh_from_db()
    assert (message.message_type, message.message_text) == (MessageType.POLL, "What?")
    assert message.metadata == {
        "poll": {
            "options": [{"id": 1, "text": "Tea", "votes": 0}, {"id": 2, "text": " Coffee ", "votes": 0}],
            "multiple": False,
            "anonymous": False,
            "closed_at": None,
            "voters": 0,
        }
    }


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], "wrong_number"),
        (["Tea"], "wrong_number"),
        ([str(number) for number in range(13)], "wrong_number"),
        (["Tea", "Tea"], "not_unique"),
        (["Tea", " Tea\n"], "not_unique"),
        (["Tea", "  "], "blank"),
        (["Tea", "x" * 101], "max_length"),
        (["Tea", "a\x00"], "null_characters_not_allowed"),
        (["Tea", "\ud800"], "surrogate_characters_not_allowed"),
        (["Tea", 5], "invalid"),
    ],
)
def test_poll_of_the_wrong_form_is_refused(options: list[Any], code: str) -> None:
    world, owner, _ = small_group()
    before = everything()

    with pytest.raises(InvalidInput) as refused:
        ask(world, owner, *options) if options else message_send(
            acting_user=owner, group_id=world.id, message_text="What?", poll={"options": []}
        )

    assert (refused.value.code, refused.value.field) == (code, "poll")
    assert everything() == before


def test_poll_needs_a_question() -> None:
    world, owner, _ = small_group()

    with pytest.raises(InvalidInput) as refused:
        message_send(acting_user=owner, group_id=world.id, poll={"options": ["Tea", "Coffee"]})

    assert refused.value.field == "message_text"


def test_vote_is_counted_changed_and_withdrawn(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = ask(world, owner)
    with hearing() as heard:
        vote_set(acting_user=owner, message_id=message.pk, option_ids=[1])
        vote_set(acting_user=member, message_id=message.pk, option_ids=[1, 1])
        assert counts_of(message) == ([2, 0, 0], 2)
        vote_set(acting_user=member, message_id=message.pk, option_ids=[3])
        assert counts_of(message) == ([1, 0, 1], 2)
        vote_set(acting_user=owner, message_id=message.pk, option_ids=[])
        assert counts_of(message) == ([0, 0, 1], 1)

    assert [type(event) for event in heard] == [PollVoted] * 4
    assert [event.actor_id for event in heard] == [owner.pk, member.pk, member.pk, owner.pk]
    assert message.version == ChatGroup.objects.get(pk=world.id).version == heard[-1].version  # type: ignore[attr-defined]


def test_several_options_are_for_polls_that_allow_them() -> None:
    world, owner, [member] = small_group()
    one, many = ask(world, owner), ask(world, owner, multiple=True)
    with pytest.raises(InvalidInput) as refused:
        vote_set(acting_user=member, message_id=one.pk, option_ids=[1, 2])
    assert (refused.value.code, refused.value.field) == ("too_many", "option_ids")

    vote_set(acting_user=member, message_id=many.pk, option_ids=[1, 2])
    kept = PollVote.objects.get(message=many, option=2)
    vote_set(acting_user=member, message_id=many.pk, option_ids=[3, 2])
    assert counts_of(many) == ([0, 1, 1], 1)
    assert PollVote.objects.get(message=many, option=2).pk == kept.pk


@pytest.mark.parametrize("option_ids", [[0], [4], [-1], [2**70], [1, 99]])
def test_option_of_no_poll_is_refused(option_ids: list[int]) -> None:
    world, owner, _ = small_group()
    message = ask(world, owner, multiple=True)
    vote_set(acting_user=owner, message_id=message.pk, option_ids=[2])
    before = everything()

    with pytest.raises(InvalidInput) as refused:
        vote_set(acting_user=owner, message_id=message.pk, option_ids=option_ids)

    assert (refused.value.code, refused.value.field) == ("unknown_option", "option_ids")
    assert everything() == before


def test_same_vote_again_changes_nothing(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = ask(world, owner)
    vote_set(acting_user=owner, message_id=message.pk, option_ids=[2])
    before = everything(), list(PollVote.objects.values())
    with hearing() as heard:
        vote_set(acting_user=owner, message_id=message.pk, option_ids=[2])
        vote_set(acting_user=member, message_id=message.pk, option_ids=[])

    assert (everything(), list(PollVote.objects.values())) == before
    assert heard == []


def test_event_of_an_anonymous_vote_names_nobody(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = ask(world, owner, anonymous=True)
    with hearing() as heard:
        vote_set(acting_user=member, message_id=message.pk, option_ids=[2])
        vote_set(acting_user=member, message_id=message.pk, option_ids=[])

    assert [event.actor_id for event in heard] == [None, None]
    assert counts_of(message) == ([0, 0, 0], 0)


def test_closed_poll_keeps_its_votes_and_takes_no_more(hearing: Hearing) -> None:
    world, owner, [member] = small_group()
    message = ask(world, owner)
    vote_set(acting_user=member, message_id=message.pk, option_ids=[2])
    with hearing() as heard:
        poll_close(acting_user=owner, message_id=message.pk)
        closed = ChatMessage.objects.get(pk=message.pk)
        poll_close(acting_user=owner, message_id=message.pk)

    assert [(type(event), event.actor_id) for event in heard] == [(PollClosed, owner.pk)]
    assert ChatMessage.objects.get(pk=message.pk).metadata == closed.metadata
    for option_ids in ([1], [2], []):
        with pytest.raises(Conflict) as refused:
            vote_set(acting_user=member, message_id=message.pk, option_ids=option_ids)
        assert refused.value.code == "poll_closed"
    assert counts_of(message) == ([0, 1, 0], 1)


def test_poll_is_closed_by_its_author_and_by_moderators() -> None:
    world = make_world(GroupType.GROUP)
    member = world.people[Role.MEMBER]
    for user in (member, world.people[Role.ADMIN], world.people[Role.OWNER]):
        poll_close(acting_user=user, message_id=ask(world, member).pk)
    message = ask(world, member)
    with pytest.raises(NotAllowed):
        poll_close(acting_user=world.others[Role.MEMBER], message_id=message.pk)
    for outsider in (world.stranger, world.former):
        with pytest.raises(NotFound):
            poll_close(acting_user=outsider, message_id=message.pk)
        with pytest.raises(NotFound):
            vote_set(acting_user=outsider, message_id=message.pk, option_ids=[1])


def test_what_is_no_poll_or_is_gone_takes_no_vote(settings: Settings) -> None:
    world, owner, _ = small_group()
    text, poll = world.say(owner), ask(world, owner)
    services: list[Any] = [lambda **on: vote_set(option_ids=[1], **on), poll_close]
    for service in services:
        with pytest.raises(Conflict) as refused:
            service(acting_user=owner, message_id=text.pk)
        assert refused.value.code == "not_a_poll"
    vote_set(acting_user=owner, message_id=poll.pk, option_ids=[1])
    message_delete(acting_user=owner, message_id=poll.pk)
    for purged in (False, True):
        if purged:
            settings.CHAT = {"UNDO_WINDOW": 0}
            assert sum(tombstones_purge()) == 1
        for service in services:
            with pytest.raises(Conflict) as gone:
                service(acting_user=owner, message_id=poll.pk)
            assert gone.value.code == "message_gone"
    assert not PollVote.objects.exists()


def test_closed_conversation_takes_no_vote() -> None:
    world, owner, _ = small_group()
    message = ask(world, owner)
    ChatGroup.objects.filter(pk=world.id).update(closed_at=timezone.now())

    with pytest.raises(Conflict) as refused:
        vote_set(acting_user=owner, message_id=message.pk, option_ids=[1])

    assert refused.value.code == "group_closed"


def test_vote_of_a_stranger_is_not_found() -> None:
    world, owner, _ = small_group()

    with pytest.raises(NotFound):
        vote_set(acting_user=make_person(), message_id=ask(world, owner).pk, option_ids=[1])
