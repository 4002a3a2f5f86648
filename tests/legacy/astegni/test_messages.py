"""Messages and what hangs on them, after the fold of the whole older database."""

import pytest

from chat.models import MessageReaction, MessageRevision
from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world import World

pytestmark = pytest.mark.django_db


def test_edited_message_keeps_what_it_said_before(world: World) -> None:
    message = world.message("edited")
    assert (message.message_text, message.edited_at) == ("before", at(9))
    assert [row.message_text for row in MessageRevision.objects.filter(message=message)] == ["befor"]


def test_deleted_message_is_a_tombstone_without_what_it_said(world: World) -> None:
    for name in ("deleted", "removed"):
        message = world.message(name)
        assert message.deleted_at is not None
        said = (message.message_text, message.reference_list, message.pinned_at, message.counts, message.metadata)
        assert said == (None, None, None, False, None)
    assert not MessageReaction.objects.filter(message=world.message("deleted")).exists()


def test_message_that_people_deleted_for_themselves_is_hidden_from_them(world: World) -> None:
    assert "not for Ben" not in world.sees("ben", "changed")
    assert "not for Ben" in world.sees("ada", "changed")
    assert "not for Ben" in world.sees("cleo", "changed")


def test_encrypted_text_is_kept_as_it_is(world: World) -> None:
    assert world.message("opaque").message_text == "gAAAAABl0pAqUE1234=="


def test_reactions_are_emoji_of_people_each_once(world: World) -> None:
    message = world.message("reacted to")
    rows = MessageReaction.objects.filter(message=message).values_list("emoji", "user_id", "created_at")
    ada, ben, fay = map(world.cast.key, ("ada", "ben", "fay"))
    assert set(rows) == {("❤️", ben, at(3)), ("😮", ben, at(4)), ("🦄", ada, at(6)), ("👍", fay, at(7))}
    assert message.metadata is not None
    assert message.metadata["reactions"] == [["❤️", 1], ["😮", 1], ["🦄", 1], ["👍", 1]]
    assert world.told("message_reactions", "reaction heart") == ("kept", "")
    assert world.told("message_reactions", "reaction later heart") == ("merged", "same_reaction")
    assert world.flags("message_reactions", "reaction stranger's") == {"reactor_no_member"}
    assert world.told("message_reactions", "reaction ghost's") == ("quarantined", "person_unknown")
    assert world.told("message_reactions", "orphan reaction") == ("quarantined", "parent_missing")


def test_both_kinds_of_pins_are_one(world: World) -> None:
    twice, once = world.message("pinned twice"), world.message("pinned once")
    assert (twice.pinned_at, twice.pinned_by_id) == (at(5), world.cast.key("ada"))
    assert (once.pinned_at, once.pinned_by_id) == (at(7), world.cast.key("ben"))
    assert world.told("pinned_messages", "pin of both") == ("merged", "same_pin")


def test_reply_leads_only_to_a_message_of_its_group(world: World) -> None:
    assert world.message("reply").reply_to == world.message("origin")
    assert world.message("reply elsewhere").reply_to is None
    assert "reply_elsewhere" in world.flags("chat_messages", "reply elsewhere")
    assert "reply_missing" in world.flags("chat_messages", "reply to nothing")


def test_forward_is_one_of_a_message_only_if_it_says_the_same(world: World) -> None:
    assert world.message("forward").forwarded_from == world.message("origin")
    assert world.message("no forward").forwarded_from is None
    for name in ("forward", "no forward"):
        metadata = world.message(name).metadata
        assert metadata is not None
        assert metadata["forwarded"]["name"] == "Ben the teacher"
        assert metadata["legacy"]["forwarded_from_name"] == "Ben the teacher"


def test_types_and_media_find_their_place(world: World) -> None:
    image, gif, place, request = map(world.message, ("image", "gif", "place", "request"))
    assert image.reference_list is not None
    assert (image.message_type, image.reference_list[0]["url"]) == ("image", "https://files.example/tree.png")
    assert (gif.message_type, gif.reference_list) == ("gif", image.reference_list)
    assert place.metadata is not None
    assert place.metadata["location"] == {"latitude": 9.03, "longitude": 38.74, "name": "School"}
    assert request.metadata is not None
    assert (request.message_type, request.message_text) == ("text", "Maths on Monday")
    assert request.metadata["legacy"] == {
        "message_type": "session_request",
        "media_metadata": {"request": 12},
        "sender_profile_type": "parent",
        "sender_profile_id": 5,
    }
    system = world.message("system")
    assert (system.message_type, system.sender_id, system.counts) == ("system", None, False)
    assert world.message("bad media").reference_list is None
    assert "reference_unsafe" in world.flags("chat_messages", "bad media")


def test_equal_times_go_by_old_id_and_unreadable_ones_by_their_neighbour(world: World) -> None:
    rows = [world.message(name) for name in ("same 1", "same 2", "same 3", "no time", "afterwards")]
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert [row.sent_at for row in rows] == [None, at(1), at(1), at(1), None]
    assert len({row.created_at for row in rows}) == 5
    assert "time_unreadable" in world.flags("chat_messages", "no time")
    assert "time_moved" in world.flags("chat_messages", "same 2")
