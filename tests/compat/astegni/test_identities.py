"""Who is meant: a profile's number says nothing without its type, and nobody speaks in another's name."""

from typing import Any

import pytest

from chat.models import ChatGroup, ChatGroupUser
from chatproject.models import ParentProfile, TutorProfile
from tests.compat.astegni.conftest import Caller, MakeCaller

pytestmark = pytest.mark.django_db


@pytest.fixture
def shape() -> str:
    return "profile"


def test_student_5_is_not_tutor_5(ada: Caller, ben: Caller, cleo: Caller) -> None:
    assert ada.profile is not None
    assert ben.profile is not None
    assert (ada.profile, ben.profile) == (("student", 5), ("tutor", 5))

    conversation = cleo.direct(ben)

    assert cleo.ok("get", f"conversations/{conversation}")["other_user_id"] == ben.key
    assert [row["id"] for row in ben.listed()] == [conversation]
    assert ada.listed() == []
    assert cleo.direct(ada) != conversation


def test_person_is_one_under_each_of_their_profiles(ada: Caller, ben: Caller) -> None:
    TutorProfile.objects.create(id=77, user=ada.user)
    as_tutor = Caller(ada.user, ("tutor", 77))

    conversation = ada.direct(ben)
    as_tutor.send(conversation, "I am the same")

    assert ben.direct(as_tutor) == conversation
    [message] = ben.page(conversation)
    assert (message["sender_profile_type"], message["sender_profile_id"]) == ("student", 5), "their first profile"
    assert as_tutor.listed() == ada.listed()


def test_profile_table_says_whose_a_profile_is(ada: Caller, ben: Caller, cleo: Caller) -> None:
    lie = {"profile_id": 5, "profile_type": "tutor", "user_id": cleo.key}

    started = ada.ok("post", "conversations", {"participants": [lie]})

    assert started["other_user"]["user_id"] == ben.key


@pytest.mark.parametrize(
    "claim",
    [
        {"profile_id": 5, "profile_type": "tutor"},
        {"profile_id": 6, "profile_type": "student"},
        {"profile_id": 5, "profile_type": "pilot"},
        {"user_id": 0},
        {"user_id": "nobody"},
        {"sender_profile_id": 5, "sender_profile_type": "tutor"},
        {"caller_user_id": 999999},
    ],
)
def test_nobody_speaks_in_anothers_name(ada: Caller, ben: Caller, claim: dict[str, Any]) -> None:
    conversation = ada.direct(ben)
    ada.profile = None
    body = {"content": "I am Ben", "conversation_id": conversation}

    assert ada.refused("post", "messages", body | claim) == 403
    assert ada.refused("get", "conversations", **claim) == 403
    assert ada.refused("get", f"conversations/{conversation}", **claim) == 403
    assert ben.page(conversation) == []


@pytest.mark.parametrize(
    "claim", [{"profile_id": 5}, {"profile_type": "student"}, {"profile_id": "x", "profile_type": "student"}]
)
def test_half_a_profile_is_none(ada: Caller, claim: dict[str, Any]) -> None:
    ada.profile = None

    assert ada.refused("get", "conversations", **claim) == 400


def test_unknown_people_are_404_for_two_and_rejected_for_many(ada: Caller, ben: Caller) -> None:
    nobody = {"profile_id": 999, "profile_type": "tutor"}
    groups = ChatGroup.objects.count()

    assert ada.refused("post", "conversations", {"participants": [nobody]}) == 404
    assert ada.refused("post", "conversations", {"participant_user_ids": [999999]}) == 404
    assert ada.refused("post", "block", {"blocked_profile_id": 999, "blocked_profile_type": "tutor"}) == 404
    assert ada.refused("get", "users/999/tutor/status") == 404
    assert ada.refused("get", "users/999999/status") == 404
    assert ChatGroup.objects.count() == groups
    people = {"participants": [nobody, ben.named, {"user_id": 999999}]}
    group = ada.ok("post", "groups", {"name": "Maths", **people})
    assert [person["reason"] for person in group["rejected_participants"]] == ["There is no such person."] * 2
    assert group["rejected_participants"][0]["profile_id"] == 999
    assert group["participant_count"] == 2


def test_profile_of_nobody_is_unknown(ada: Caller, make_caller: MakeCaller) -> None:
    gone = make_caller("gone", "parent", 9)
    gone.user.delete()

    assert not ParentProfile.objects.filter(id=9).exists()
    assert ada.refused("post", "conversations", {"participants": [{"profile_id": 9, "profile_type": "parent"}]}) == 404


def test_direct_has_exactly_one_other_and_notes_have_none(ada: Caller, ben: Caller, cleo: Caller) -> None:
    notes = ada.ok("post", "conversations", ada.people())

    assert (notes["type"], notes["participant_count"], notes["other_user"]["user_id"]) == ("direct", 1, ada.key)
    assert ada.ok("post", "conversations", ada.people(ada))["id"] == notes["id"]
    assert ada.refused("post", "conversations", ada.people(ben, cleo)) == 400
    assert ada.refused("post", "conversations", {"participants": []}) == 400
    assert ada.refused("post", "conversations", {}) == 400


def test_rows_carry_the_others_profile(ada: Caller, ben: Caller) -> None:
    conversation = ada.direct(ben)
    message = ben.send(conversation)["id"]
    ben.ok("post", f"messages/{message}/reactions", {"reaction": "wow"})

    [row] = ada.listed()
    assert (row["other_profile_id"], row["other_profile_type"], row["display_name"]) == (5, "tutor", "ben")
    [shown] = ada.page(conversation)
    assert (shown["sender_profile_id"], shown["sender_profile_type"], shown["is_mine"]) == (5, "tutor", False)
    assert shown["reactions"][0]["profile_ids"] == [5]
    participants = ada.ok("get", f"conversations/{conversation}")["participants"]
    assert {(one["profile_type"], one["profile_id"]) for one in participants} == {("student", 5), ("tutor", 5)}
    assert ChatGroupUser.objects.count() == 2
