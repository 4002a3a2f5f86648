"""Conversations and who is in them, after the fold of the whole older database."""

import pytest

from chat.models import ChatGroup
from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world import World

pytestmark = pytest.mark.django_db


def test_directs_of_two_people_under_several_roles_are_one_conversation(world: World) -> None:
    assert world.told("conversations", "roles 1") == ("kept", "")
    for name in ("roles 2", "roles 3"):
        assert world.told("conversations", name) == ("merged", "same_conversation")
        assert world.group(name) == world.group("roles 1")
    assert world.group("roles 1").group_type == "peer"
    assert world.members("roles 1") == {"ben": "owner", "ada": "member"}
    assert world.group("roles 1").created_at == at(0)


def test_merged_messages_interleave_and_what_was_cleared_or_left_stays_out_of_sight(world: World) -> None:
    assert world.sees("ada", "roles 1") == ["one", "three", "four", "five", "six"]
    assert world.sees("ben", "roles 1") == ["one", "two", "three", "five"]
    assert [world.message(f"merged {text}").seq for text in ("one", "two", "six")] == [1, 2, 6]


def test_merged_direct_is_muted_and_archived_only_if_all_were_and_pinned_if_any_was(world: World) -> None:
    ada = world.member("roles 1", "ada")
    assert (ada.muted_until, ada.archived_at, ada.pinned_at is None) == (None, None, False)
    assert world.member("half archived", "cleo").archived_at is None
    assert world.group("half archived") == world.group("other half")


def test_direct_with_oneself_is_notes_and_several_of_one_person_are_one(world: World) -> None:
    assert world.group("notes 1") == world.group("notes 2")
    assert world.members("notes 1") == {"ada": "owner"}
    assert world.sees("ada", "notes 1") == ["milk", "bread"]


def test_direct_of_three_people_is_a_group(world: World) -> None:
    assert world.group("three").group_type == "group"
    assert world.members("three") == {"ada": "owner", "cleo": "member", "dan": "member"}
    assert "became_group" in world.flags("conversations", "three")


def test_direct_whose_other_side_is_unknown_meets_no_other(world: World) -> None:
    assert world.group("lone 1") != world.group("lone 2")
    for name in ("lone 1", "lone 2"):
        assert world.group(name).group_type == "peer"
        assert world.members(name) == {"ada": "owner"}
        assert world.sees("ada", name) == [f"{name} from nobody", f"{name} from Ada"]
        assert world.message(f"{name} said").sender_id is None
        assert "sender_unknown" in world.flags("chat_messages", f"{name} said")
        assert world.group(name).closed_at is not None, "nobody reads what would be sent there"


def test_what_nobody_living_can_see_is_quarantined(world: World) -> None:
    assert world.told("conversations", "nobody") == ("quarantined", "nobody_known")
    assert world.told("chat_messages", "nobody said") == ("quarantined", "nobody_known")
    assert world.told("chat_messages", "unseen") == ("quarantined", "nobody_could_see")
    assert world.told("chat_messages", "unseen but known") == ("kept", "")
    assert world.told("chat_messages", "orphan") == ("quarantined", "parent_missing")
    assert world.sees("dan", "left alone") == []


def test_profile_says_who_somebody_is_and_else_the_stored_user(world: World) -> None:
    assert world.members("identities") == {"cleo": "owner", "hal": "member", "ida": "member", "jon": "member"}
    for name, flag in (("hal", "profile_gone"), ("ida", "profile_disagrees"), ("ghost", "sender_unknown")):
        assert flag in world.flags("chat_messages", f"{name} said")
        expected = None if name == "ghost" else world.cast.key(name)
        assert world.message(f"{name} said").sender_id == expected
    assert world.flags("chat_messages", "jon said") == {"time_moved"}
    ghost = world.old.membership(world["identities"], world.cast.ghost)
    assert world.told("conversation_participants", ghost) == ("quarantined", "person_unknown")


def test_person_who_left_and_came_back_as_others_has_one_membership(world: World) -> None:
    ada = world.member("rejoined", "ada")
    assert (ada.role, ada.left_at, ada.created_at) == ("member", None, at(1)), "who left is no admin"
    assert ada.pinned_at is not None
    assert ada.muted_until is None, "one of her two was not muted"
    assert world.sees("ada", "rejoined") == ["class 10", "class 13"], "what both of her had cleared"
    rows = [world.old.membership(world["rejoined"], who) for who in (world.cast.ada, world.cast.ada_teaching)]
    outcomes = {world.row("conversation_participants", row).outcome for row in rows}
    assert outcomes == {"kept", "merged"}


def test_people_who_left_see_nothing_and_the_last_leaving_counts(world: World) -> None:
    assert world.member("rejoined", "dan").left_at == at(8)
    assert world.sees("dan", "rejoined") == []
    eve = world.member("rejoined", "eve")
    assert (eve.left_at, eve.role) == (at(4), "member"), "the one of her that left last"
    assert world.members("rejoined") == {"ben": "owner", "cleo": "member", "ada": "member"}


def test_groups_of_one_name_stay_apart(world: World) -> None:
    assert world.group("rejoined") != world.group("other class")
    assert ChatGroup.objects.filter(name="Class").count() == 2


def test_owner_is_the_creator_or_the_oldest_admin_or_the_oldest_member(world: World) -> None:
    assert world.members("creator stays") == {"ada": "owner", "ben": "admin"}
    assert world.members("creator left") == {"cleo": "owner", "dan": "admin", "ben": "member"}
    assert world.members("no admin") == {"cleo": "owner", "dan": "member"}
    assert world.members("all left") == {}
    assert "no_owner" in world.flags("conversations", "all left")
    assert world.members("nobody began") == {"dan": "owner", "cleo": "member"}, "who wrote first"


def test_channel_is_a_group_in_which_admins_post(world: World) -> None:
    channel = world.group("channel")
    assert (channel.group_type, channel.posting, channel.name) == ("group", "admins", "News")
    assert world.members("channel") == {"ben": "owner", "ada": "member"}


def test_conversation_that_was_archived_is_so_for_everybody(world: World) -> None:
    assert world.member("archived", "ada").archived_at is not None
    assert world.member("archived", "ben").archived_at is not None


def test_read_position_is_the_newest_of_what_any_row_says(world: World) -> None:
    assert (world.member("read 1", "cleo").read_seq, world.unread("cleo", "read 1")) == (3, 1)
    assert (world.member("read 2", "cleo").read_seq, world.unread("cleo", "read 2")) == (2, 3)
    assert world.member("read 2", "eve").read_seq == 3, "by receipt"
    assert world.member("read 2", "fay").read_seq == 4, "what they wrote"
    assert world.told("message_read_receipts", "receipt") == ("merged", "read_position")
    assert world.told("message_read_receipts", "ghost's receipt") == ("quarantined", "person_unknown")


def test_rows_add_up_table_by_table_and_the_old_database_is_as_it_was(world: World) -> None:
    from chat.models import LegacyRow  # noqa: PLC0415

    for table, rows in world.old.snapshot().items():
        if not table.startswith("old_"):
            told = LegacyRow.objects.filter(table=table).values_list("old_id", flat=True)
            assert sorted(map(int, told)) == [row[0] for row in rows], table
