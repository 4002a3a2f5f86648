"""Calls and polls, after the fold of the whole older database."""

import pytest

from chat.models import Call, ChatMessage, PollVote
from chat.services.call_parts import call_metadata
from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world import World

pytestmark = pytest.mark.django_db


def _parts(world: World, call: Call) -> dict[str, str]:
    names = {user.pk: name for name, user in world.cast.users.items()}
    return {names[part.user_id]: str(part.state) for part in call.participants.all()}


def test_two_rows_of_one_call_are_one_and_its_caller_is_who_says_so_or_began(world: World) -> None:
    for pair, kept, state in (
        ("both", "caller", "ended"),
        ("declined", "caller", "declined"),
        ("missed", "caller", "missed"),
    ):
        merged = "callee" if kept == "caller" else "caller"
        assert world.told("call_logs", f"{pair}: {kept}")[0] == "kept"
        assert world.told("call_logs", f"{pair}: {merged}") == ("merged", "same_call")
        call = world.call(f"{pair}: {merged}")
        assert call == world.call(f"{pair}: {kept}")
        assert call.state == state
    assert world.call("both: caller").caller_id == world.cast.key("cleo"), "she began"
    assert world.call("declined: callee").caller_id == world.cast.key("cleo"), "hers is the row that only began"
    assert world.call("missed: callee").caller_id == world.cast.key("dan"), "he got no answer"


def test_call_is_shown_by_a_message_as_a_native_one_is(world: World) -> None:
    call = world.call("both: caller")
    assert (call.started_at, call.answered_at, call.ended_at) == (at(2), at(2.2), at(5))
    message = call.message
    assert (message.message_type, message.sender_id, message.counts) == ("system", None, False)
    assert message.metadata == call_metadata(call)
    assert message.created_at == at(2)
    assert _parts(world, call) == {"cleo": "ended", "dan": "ended"}


def test_single_rows_are_flagged_and_nothing_is_guessed(world: World) -> None:
    for name, state in (
        ("alone", "missed"),
        ("never went on", "missed"),
        ("far 1", "ended"),
        ("far 2", "ended"),
        ("voice", "cancelled"),
        ("video", "missed"),
        ("failed", "failed"),
        ("odd", "failed"),
    ):
        assert (name, world.call(name).state) == (name, state)
        assert "call_single" in world.flags("call_logs", name)
    assert world.call("never went on").call_type == "voice"
    assert _parts(world, world.call("alone")) == {"dan": "missed", "cleo": "missed"}
    assert "times_reversed" in world.flags("call_logs", "far 2")
    assert world.call("far 1").ended_at == at(52)
    assert "call_without_start" in world.flags("call_logs", "failed")
    assert "value_unknown" in world.flags("call_logs", "odd")


def test_call_in_a_group_has_the_members_whom_its_rows_name(world: World) -> None:
    call = world.call("of three")
    assert world.call("of three: ben") == call
    assert _parts(world, call) == {"ada": "ended", "ben": "missed", "cleo": "ended"}
    nobody = world.call("by nobody")
    assert nobody.caller_id is None
    assert "sender_unknown" in world.flags("call_logs", "by nobody")
    assert nobody.message.metadata is not None
    assert nobody.message.metadata["system"]["actor_user_id"] is None


def test_rows_of_one_call_meet_across_the_roles_of_merged_directs(world: World) -> None:
    call = world.call("roles: caller")
    assert world.call("roles: callee") == call
    assert (call.state, call.group) == ("declined", world.group("calling role 1"))
    assert call.message.seq == 1
    assert call.group.last_seq == 1


def test_poll_that_a_message_shows_is_that_message(world: World) -> None:
    message = world.poll("single")
    assert message == world.message("poll's message")
    assert (message.message_type, message.message_text) == ("poll", "When?")
    assert message.metadata is not None
    assert message.metadata["poll"] == {
        "options": [{"id": 1, "text": "Now", "votes": 1}, {"id": 2, "text": "Later", "votes": 2}],
        "multiple": False,
        "anonymous": False,
        "closed_at": None,
        "voters": 3,
    }
    assert message.metadata["legacy"]["content"] == "A poll"


def test_latest_vote_of_a_person_counts_where_one_may_be_chosen(world: World) -> None:
    votes = PollVote.objects.filter(message=world.poll("single")).values_list("user_id", "option", "created_at")
    ben, cleo, fay = map(world.cast.key, ("ben", "cleo", "fay"))
    assert set(votes) == {(ben, 2, at(3)), (cleo, 2, at(2)), (fay, 1, at(4))}
    assert world.told("poll_votes", "vote latest") == ("kept", "")
    assert world.told("poll_votes", "vote first") == ("merged", "same_vote")
    assert world.told("poll_votes", "vote ghost's") == ("quarantined", "person_unknown")
    assert world.flags("poll_votes", "vote stranger's") == {"reactor_no_member"}
    option = world.old.options(world["single"])[0]
    assert world.told("poll_options", option) == ("merged", "part_of_poll")


def test_poll_that_no_message_shows_stands_in_the_timeline(world: World) -> None:
    many, closed = world.poll("many"), world.poll("closed")
    assert many.metadata is not None
    assert (many.message_type, many.created_at, many.sender_id) == ("poll", at(10), world.cast.key("ben"))
    assert [option["votes"] for option in many.metadata["poll"]["options"]] == [1, 1]
    assert many.metadata["poll"]["voters"] == 1
    assert world.told("poll_votes", "vote tea again") == ("merged", "same_vote")
    assert world.told("poll_votes", "vote for nothing") == ("quarantined", "parent_missing")
    assert closed.metadata is not None
    assert closed.metadata["poll"]["closed_at"] == at(25).isoformat()
    assert (closed.sender_id, closed.metadata["poll"]["anonymous"]) == (None, True)
    assert "sender_unknown" in world.flags("polls", "closed")


def test_poll_of_a_deleted_message_goes_with_it(world: World) -> None:
    assert world.told("polls", "deleted poll") == ("reported", "message_deleted")
    assert ChatMessage.objects.get(pk=world.message("deleted poll's message").pk).metadata is None
