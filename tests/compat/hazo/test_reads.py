"""Reading: who has read what, when, as each person sees it."""

from datetime import datetime

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from chat.models import ChatGroup, ReadMark
from chat.services import reads
from chat.services.groups import group_start
from chat.services.members import member_add, member_leave
from chat.services.reads import read_advance
from chat.services.states import state_set
from chat.services.tombstones import message_delete
from tests.compat.hazo.conftest import Caller, send
from tests.services.worlds import quietly

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def read_times(caller: Caller, group: ChatGroup) -> list[str | None]:
    return [message["read_at"] for message in caller.page(group)["messages"]]


def wire(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


def test_read_moves_the_position_and_keeps_its_first_time(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    first, second, third = send(ben, group, "one", "two", "three")

    answer = ada.read(second.pk)
    assert answer.status_code == 200
    read_at = answer.json()["message"]["read_at"]
    assert answer.json()["success"] is True
    assert read_at is not None
    assert read_times(ada, group) == [read_at, read_at, None]

    ada.read(third.pk)
    for message in (first, second):
        assert ada.read(message.pk).json()["message"]["read_at"] == read_at
    marks = ReadMark.objects.filter(user=ada.user.pk).order_by("seq").values_list("seq", "at")
    assert [seq for seq, _ in marks] == [2, 3]
    assert read_times(ada, group) == [read_at, read_at, wire(marks[1][1])]


def test_own_message_cannot_be_read(ada: Caller, group: ChatGroup) -> None:
    (message,) = send(ada, group, "mine")
    response = ada.read(message.pk)
    assert response.status_code == 400
    assert response.json()["error_code"] == "OWN_MESSAGE"


def test_own_message_shows_when_the_first_other_member_read_it(
    ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup
) -> None:
    with quietly():
        member_add(acting_user=ada.user, group_id=group.pk, user_id=stranger.user.pk, role="member")
    one, two = send(ada, group, "one", "two")
    assert read_times(ada, group) == [None, None]

    ben.read(one.pk)
    by_ben, unread = read_times(ada, group)
    assert by_ben is not None
    assert unread is None
    stranger.read(two.pk)
    assert read_times(ada, group)[0] == by_ben
    assert read_times(ada, group)[1] is not None


def test_read_times_are_each_viewers_own(ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup) -> None:
    with quietly():
        member_add(acting_user=ada.user, group_id=group.pk, user_id=stranger.user.pk, role="member")
    (message,) = send(ada, group, "one")
    ben.read(message.pk)
    assert read_times(ben, group)[0] is not None
    assert read_times(stranger, group) == [None]


def test_tombstone_can_be_read(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    (message,) = send(ben, group, "gone")
    message_delete(acting_user=ben.user, message_id=message.pk)
    assert ada.read(message.pk).json()["message"]["deleted_at"] is not None
    assert read_times(ada, group) != [None]


def test_own_messages_below_a_long_backlog_show_the_mark_that_covers_them(
    ada: Caller, ben: Caller, stranger: Caller, group: ChatGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "STAMPED_AT_MOST", 2)
    with quietly():
        member_add(acting_user=ada.user, group_id=group.pk, user_id=stranger.user.pk, role="member")
    messages = send(ada, group, *"abcdef")
    read_advance(acting_user=ben.user, group_id=group.pk, read_seq=messages[4].seq)
    read_advance(acting_user=stranger.user, group_id=group.pk, read_seq=messages[5].seq)

    messages[0].refresh_from_db()
    assert messages[0].read_at is None
    marks = dict(ReadMark.objects.exclude(user=ada.user.pk).values_list("user", "at"))
    by_ben, by_stranger = wire(marks[ben.user.pk]), wire(marks[stranger.user.pk])
    assert read_times(ada, group) == [by_ben] * 5 + [by_stranger]
    with quietly():
        member_leave(acting_user=ben.user, group_id=group.pk)
    assert read_times(ada, group) == [by_ben] * 5 + [by_stranger]


def test_joining_reads_nothing(ada: Caller, stranger: Caller, group: ChatGroup) -> None:
    send(ada, group, "before")
    with quietly():
        member_add(acting_user=ada.user, group_id=group.pk, user_id=stranger.user.pk, role="member")
    assert read_times(stranger, group) == [None]
    assert read_times(ada, group) == [None]


def test_who_joins_later_reads_nothing_of_what_they_cannot_see(ada: Caller, stranger: Caller) -> None:
    group = group_start(acting_user=ada.user).group
    send(ada, group, "before", "they came")
    with quietly():
        member_add(acting_user=ada.user, group_id=group.pk, user_id=stranger.user.pk, role="member")
    (seen,) = send(ada, group, "welcome")
    stranger.read(seen.pk)
    *before, read_at = read_times(ada, group)
    assert (before, read_at is not None) == ([None, None], True)


def test_marked_unread_does_not_take_receipts_back(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    (message,) = send(ben, group, "one")
    read_at = ada.read(message.pk).json()["message"]["read_at"]
    state_set(acting_user=ada.user, group_id=group.pk, unread_from_seq=0)
    assert read_times(ada, group) == [read_at]
    assert read_times(ben, group) == [read_at]


def test_read_answers_with_the_row(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    (message,) = send(ben, group, "one")
    answer = ada.read(message.pk).json()["message"]
    assert answer == ada.page(group)["messages"][0]


def test_read_by_token_works_from_anywhere(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    (message,) = send(ben, group, "one")
    client = Client(headers={"Authorization": f"Bearer {AccessToken.for_user(ada.user)}"})
    response = client.patch(f"/api/hazo_chat/messages/{message.pk}/read", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200
