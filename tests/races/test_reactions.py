"""Reactions and votes at the same time, and against what ends them."""

from functools import partial

import pytest
from pytest_django import Settings

from chat.exceptions import Conflict
from chat.models import ChatGroup, ChatMessage, MessageReaction, PollVote
from chat.services.polls import poll_close, vote_set
from chat.services.reactions import reaction_add, reaction_remove
from chat.services.tombstones import message_delete
from tests.races.together import succeeded, together, while_held
from tests.services.test_polls import ask, counts_of
from tests.services.test_reactions import reactions_of
from tests.services.worlds import small_group

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_many_reactions_of_one_emoji_are_counted_exactly() -> None:
    world, owner, people = small_group(members=12)
    message = world.say(owner)
    version = ChatGroup.objects.get(pk=world.id).version

    # Each person twice, as with an impatient finger.
    calls = [partial(reaction_add, acting_user=person, message_id=message.pk, emoji="👍") for person in people]
    succeeded(together([*calls, *calls]))
    assert reactions_of(message) == [["👍", 12]]
    assert ChatGroup.objects.get(pk=world.id).version == version + 12

    back = [partial(reaction_remove, acting_user=person, message_id=message.pk, emoji="👍") for person in people[:8]]
    more = [partial(reaction_add, acting_user=person, message_id=message.pk, emoji="🎉") for person in people[4:]]
    succeeded(together([*back, *more, *back]))
    assert dict(reactions_of(message)) == {"👍": 4, "🎉": 8}


def test_one_person_reacting_from_two_devices_counts_once() -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    react = partial(reaction_add, acting_user=member, message_id=message.pk, emoji="❤️")

    with while_held(react, react, partial(react, emoji="❤")) as results:
        succeeded(results)

    assert reactions_of(message) == [["❤️", 1]]


def test_reaction_that_waits_for_the_deletion_is_refused() -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    delete = partial(message_delete, acting_user=owner, message_id=message.pk)
    react = partial(reaction_add, acting_user=member, message_id=message.pk, emoji="👍")

    with while_held(delete, react) as results:
        assert [(type(result), getattr(result, "code", None)) for result in results] == [(Conflict, "message_gone")]

    assert not MessageReaction.objects.exists()
    assert ChatMessage.objects.get(pk=message.pk).metadata is None


def test_different_emoji_at_one_moment_stay_within_the_limit(settings: Settings) -> None:
    settings.CHAT = {"REACTIONS_MAX": 3}
    world, owner, people = small_group(members=6)
    message = world.say(owner)
    emoji = ["👍", "🎉", "❤️", "😀", "🚀", "🐢"]

    results = together(
        [
            partial(reaction_add, acting_user=person, message_id=message.pk, emoji=each)
            for person, each in zip(people, emoji, strict=True)
        ]
    )

    assert sorted(getattr(result, "code", "") for result in results) == [""] * 3 + ["too_many_reactions"] * 3
    assert len(reactions_of(message)) == 3


def test_votes_against_closing_are_counted_before_and_refused_after() -> None:
    world, owner, people = small_group(members=10)
    message = ask(world, owner)
    votes = [
        partial(vote_set, acting_user=person, message_id=message.pk, option_ids=[number % 3 + 1])
        for number, person in enumerate(people)
    ]

    results = together([*votes[:5], partial(poll_close, acting_user=owner, message_id=message.pk), *votes[5:]])

    refused = [result for result in results if isinstance(result, Exception)]
    assert {getattr(error, "code", error) for error in refused} <= {"poll_closed"}
    counts, voters = counts_of(message)
    assert sum(counts) == voters == len(people) - len(refused) == PollVote.objects.count()
    closed_at_version = next(result.version for result in results[5:6])
    assert ChatMessage.objects.get(pk=message.pk).version == closed_at_version


def test_vote_that_waits_for_the_closing_is_refused() -> None:
    world, owner, [member] = small_group()
    message = ask(world, owner)
    vote = partial(vote_set, acting_user=member, message_id=message.pk, option_ids=[1])

    with while_held(partial(poll_close, acting_user=owner, message_id=message.pk), vote) as results:
        assert [(type(result), getattr(result, "code", None)) for result in results] == [(Conflict, "poll_closed")]

    assert counts_of(message) == ([0, 0, 0], 0)


def test_two_changes_of_one_vote_leave_one_choice() -> None:
    world, owner, [member] = small_group()
    message = ask(world, owner)
    vote_set(acting_user=member, message_id=message.pk, option_ids=[1])
    change = partial(vote_set, acting_user=member, message_id=message.pk)

    succeeded(together([partial(change, option_ids=[option]) for option in (2, 3, 2, 3, 1, 2)]))

    counts, voters = counts_of(message)
    assert (sorted(counts), voters) == ([0, 0, 1], 1)
    assert PollVote.objects.get().option == counts.index(1) + 1
