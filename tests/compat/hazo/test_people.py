"""hazo_auth/me and hazo_auth/profiles."""

from collections.abc import Iterator
from typing import Any

import pytest

from chat.adapter import ChatAdapter, _adapter
from chat.models import ChatGroup
from chat.services.members import member_leave
from tests.compat.hazo.conftest import Caller, send

pytestmark = [pytest.mark.django_db, pytest.mark.core]

PROFILES = "/api/hazo_auth/profiles"


def profiles(caller: Caller, *user_ids: Any) -> dict[str, dict[str, Any]]:
    response = caller.post(PROFILES, user_ids=list(user_ids))
    assert response.status_code == 200
    assert response.json()["success"] is True
    return {profile["id"]: profile for profile in response.json()["profiles"]}


class OpenAdapter(ChatAdapter):
    """A host that shows pictures and e-mail addresses."""

    def avatar_url(self, user: Any) -> str:
        return f"https://example.org/{user.pk}.png"

    def email(self, user: Any) -> str:
        return str(user.email)


@pytest.fixture
def open_host(settings: Any) -> Iterator[None]:
    settings.CHAT = {"ADAPTER": f"{__name__}.OpenAdapter"}
    yield
    _adapter.cache_clear()


def test_me_answers_both_forms(ada: Caller) -> None:
    answer = ada.get("/api/hazo_auth/me").json()
    me = str(ada.user.pk)
    name = answer["name"]
    assert name
    assert answer == {
        "authenticated": True,
        "user_id": me,
        "name": name,
        "email": "ada@example.org",
        "profile_picture_url": None,
        "user": {
            "id": me,
            "name": name,
            "email_address": "ada@example.org",
            "email": "ada@example.org",
            "profile_picture_url": None,
        },
    }


def test_profiles_are_of_people_met_in_a_group(ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup) -> None:
    ids = [str(ben.user.pk), str(ada.user.pk), str(stranger.user.pk)]
    found = profiles(ada, *ids)
    assert found.keys() == set(ids[:2])
    assert found[ids[0]].keys() == {"id", "name"}
    assert profiles(stranger, *ids).keys() == {ids[2]}
    assert profiles(ada) == {}


def test_people_who_left_or_are_gone_keep_a_name(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    send(ben, group, "before")
    ben_id = str(ben.user.pk)
    member_leave(acting_user=ben.user, group_id=group.pk)
    name = profiles(ada, ben_id)[ben_id]["name"]
    ben.user.delete()
    assert profiles(ada, ben_id) == {ben_id: {"id": ben_id, "name": "Deleted account"}}
    assert name != "Deleted account"
    assert ada.page(group)["messages"][0]["sender_user_id"] == ben_id


def test_senders_who_are_nobody_have_reserved_ids(ada: Caller, group: ChatGroup) -> None:
    by_system, by_nobody = send(ada, group, "system", "nobody")
    by_system.message_type, by_system.counts = "system", False
    for message in (by_system, by_nobody):
        message.sender_id = None
        message.save()
    senders = [message["sender_user_id"] for message in ada.page(group)["messages"]]
    found = profiles(ada, *senders)
    assert [found[sender]["name"] for sender in senders] == ["System", "Deleted account"]


@pytest.mark.usefixtures("open_host")
def test_pictures_and_email_appear_if_the_host_says_so(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    ben_id = str(ben.user.pk)
    found = profiles(ada, ben_id)[ben_id]
    assert (found["email"], found["avatar_url"]) == ("ben@example.org", f"https://example.org/{ben_id}.png")
    assert ada.get("/api/hazo_auth/me").json()["profile_picture_url"] == f"https://example.org/{ada.user.pk}.png"
