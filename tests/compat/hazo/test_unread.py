"""unread_count, the address, and unread_counts, the function."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from chat.compat.hazo.unread import unread_counts
from chat.exceptions import InvalidInput
from chat.models import ChatGroup
from chat.services.groups import group_start
from chat.services.members import member_leave
from chat.services.tombstones import message_delete
from tests.compat.hazo.conftest import Caller, send

pytestmark = pytest.mark.django_db

ADDRESS = "/api/hazo_chat/unread_count"


@pytest.fixture
def groups(ada: Caller, ben: Caller) -> list[ChatGroup]:
    """Three groups of Ada and Ben with 1, 0 and 3 messages unread by Ada."""
    groups = [group_start(acting_user=ben.user, member_ids=[ada.user.pk]).group for _ in range(3)]
    send(ben, groups[0], "read", "unread")
    send(ada, groups[1], "own")
    deleted, *_ = send(ben, groups[2], "deleted", "one", "two", "three")
    message_delete(acting_user=ben.user, message_id=deleted.pk)
    first = ada.page(groups[0])["messages"][0]
    ada.read(first["id"])
    return groups


def expected(*counts: tuple[ChatGroup, int]) -> list[dict[str, Any]]:
    return [{"chat_group_id": str(group.pk), "count": count} for group, count in counts]


def test_counts_are_exact_and_most_come_first(ada: Caller, groups: list[ChatGroup]) -> None:
    counts = expected((groups[2], 3), (groups[0], 1))
    assert unread_counts(ada.user) == counts
    assert ada.get(ADDRESS, user_id=str(ada.user.pk)).json() == {
        "success": True,
        "user_id": str(ada.user.pk),
        "unread_counts": counts,
        "total_groups": 2,
        "total_unread": 4,
    }


def test_filter_keeps_the_named_groups_and_ignores_unknown_ids(
    ada: Caller, ben: Caller, stranger: Caller, groups: list[ChatGroup]
) -> None:
    foreign = group_start(acting_user=ben.user, member_ids=[stranger.user.pk]).group
    send(ben, foreign, "private")
    ids = [str(groups[0].pk), str(groups[1].pk), str(foreign.pk), str(uuid4()), "not-an-id", "\x00", ""]
    assert unread_counts(ada.user, ids) == expected((groups[0], 1))
    response = ada.get(ADDRESS, user_id=str(ada.user.pk), chat_group_ids=",".join(ids))
    assert response.json()["unread_counts"] == expected((groups[0], 1))
    assert unread_counts(ada.user, []) == []
    assert unread_counts(ada.user, [groups[2].pk]) == expected((groups[2], 3))
    assert ada.get(ADDRESS, user_id=str(ada.user.pk), chat_group_ids="").json()["total_groups"] == 2


def test_left_groups_do_not_count(ada: Caller, groups: list[ChatGroup]) -> None:
    member_leave(acting_user=ada.user, group_id=groups[2].pk)
    assert unread_counts(ada.user) == expected((groups[0], 1))


def test_errors_keep_their_own_envelope(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    responses = {
        401: Client().get(ADDRESS, {"user_id": str(ada.user.pk)}),
        400: ada.get(ADDRESS),
        403: ada.get(ADDRESS, user_id=str(ben.user.pk)),
        405: ada.post(ADDRESS),
    }
    for status, response in responses.items():
        assert response.status_code == status
        body = response.json()
        assert body.keys() == {"success", "error", "unread_counts"}
        assert (body["success"], body["unread_counts"]) == (False, [])
    assert responses[400].json()["error"] == "user_id is required"
    for somebody in ("0", "x", "\x00", str(uuid4())):
        assert ada.get(ADDRESS, user_id=somebody).status_code == 403


@pytest.mark.parametrize("ids", ["a,b", 7])
def test_function_refuses_what_is_no_list(ada: Caller, ids: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        unread_counts(ada.user, ids)
    assert error.value.field == "chat_group_ids"


@pytest.mark.parametrize("user", [None, "1", AnonymousUser()])
def test_function_refuses_what_is_no_person(user: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        unread_counts(user)
    assert error.value.field == "user"
