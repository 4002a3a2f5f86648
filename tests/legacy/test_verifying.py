"""Verifying finds each fault of a fold, and takes nothing for one that people did here."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from chat.legacy.models import Models
from chat.legacy.rows import Kind as Of
from chat.legacy.rows import OldMember
from chat.legacy.verifying import Difference, Kind, verify
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, LegacyRow, MessageHidden
from chat.services.groups import group_delete
from chat.services.hiding import message_hide, message_unhide
from chat.services.members import member_add, member_leave
from chat.services.states import history_clear
from chat.services.tombstones import message_delete
from tests.legacy.memory import MemorySource, at, message_of, person, seat_of

pytestmark = [pytest.mark.django_db]
Make = Callable[..., Any]


class Chat:
    """A group of Ada, who owns it, Ben, who hid a message, Cy, who cleared the first, and Dee, who left; folded."""

    def __init__(self, make_user: Make) -> None:
        self.ada, self.ben, self.cy, self.dee, self.eve = (make_user() for _ in range(5))
        self.source = MemorySource(batch_size=3)
        members = [OldMember(person=person(user)) for user in (self.ada, self.ben)]
        members[0] = replace(members[0], role="owner")
        members.append(OldMember(person=person(self.cy), cleared_at=at(1)))
        members.append(OldMember(person=person(self.dee), active=False, left_at=at(2)))
        self.talk = self.source.talk(*members, kind=Of.GROUP)
        self.first = self.source.line(self.talk, self.ada, minutes=1)
        self.second = self.source.line(self.talk, self.ada, minutes=2, hidden_for=[person(self.ben)])
        self.third = self.source.line(self.talk, self.ben, minutes=3)
        self.gone = self.source.line(self.talk, self.ben, minutes=4, deleted=True)
        self.source.fold()

    @property
    def group(self) -> ChatGroup:
        return ChatGroup.objects.get()

    def differences(self) -> list[Difference]:
        return verify(self.source, Models(apps))

    def told(self) -> set[tuple[Kind, str, str]]:
        return {(each.kind, each.old_id, each.person) for each in self.differences()}


@pytest.fixture
def chat(make_user: Make) -> Chat:
    return Chat(make_user)


def test_nothing_differs_right_after_the_fold(chat: Chat) -> None:
    assert chat.differences() == []


def test_what_somebody_lost_is_told_with_old_id_and_person(chat: Chat) -> None:
    MessageHidden.objects.create(
        group=chat.group, message=message_of(chat.third), user=chat.ada, seq=3, counts=True, state_version=1
    )
    assert chat.told() == {(Kind.LOST, chat.third, str(chat.ada.pk))}
    [difference] = chat.differences()
    assert str(difference) == f"lost: lines {chat.third} by {chat.ada.pk}"


def test_tombstone_of_a_message_that_was_shown_is_lost_to_all(chat: Chat) -> None:
    ChatMessage.objects.filter(pk=message_of(chat.third).pk).update(deleted_at=timezone.now(), counts=False)
    assert {(each.kind, each.person) for each in chat.differences()} == {
        (Kind.LOST, str(user.pk)) for user in (chat.ada, chat.ben, chat.cy)
    }


def test_what_somebody_gained_is_told(chat: Chat) -> None:
    MessageHidden.objects.all().delete()
    ChatGroupUser.objects.filter(user=chat.cy).update(visible_from_seq=1)
    ChatGroupUser.objects.filter(user=chat.dee).update(left_at=None)
    told = chat.told()
    assert told == {
        (Kind.GAINED, chat.second, str(chat.ben.pk)),
        (Kind.GAINED, chat.first, str(chat.cy.pk)),
        *((Kind.GAINED, line, str(chat.dee.pk)) for line in (chat.first, chat.second, chat.third)),
    }


def test_somebody_who_was_never_there_is_told(chat: Chat) -> None:
    seat = ChatGroupUser.objects.get(user=chat.ada)
    seat.pk, seat.user, seat.version, seat.floor_version = None, chat.eve, 1000, 0
    seat.save()
    assert {each.person for each in chat.differences()} == {str(chat.eve.pk)}


def test_message_that_showed_and_is_deleted_in_the_old_chat_alone_is_gained(chat: Chat) -> None:
    ChatMessage.objects.filter(pk=message_of(chat.gone).pk).update(deleted_at=None, purged_at=None, counts=True)
    assert {each.kind for each in chat.differences()} == {Kind.GAINED}


def test_rows_that_are_not_accounted_for_as_they_are_are_told(chat: Chat) -> None:
    chat.source.line(chat.talk, chat.ada, minutes=9, old_id=9)
    chat.source.edit(chat.first, text="edited")
    del chat.source.lines[chat.gone]
    assert chat.told() == {(Kind.UNFOLDED, "9", ""), (Kind.CHANGED, chat.first, ""), (Kind.VANISHED, chat.gone, "")}


def test_target_that_is_not_there_is_told(chat: Chat) -> None:
    LegacyRow.objects.filter(table="lines", old_id=chat.gone).update(new_id=str(uuid4()))
    LegacyRow.objects.filter(table="seats").update(new_id="nonsense")
    assert {each.kind for each in chat.differences()} == {Kind.NO_TARGET}


def test_quarantined_message_that_somebody_could_see_is_lost(chat: Chat) -> None:
    LegacyRow.objects.filter(table="lines", old_id=chat.second).update(
        outcome="quarantined", new_model="", new_id="", folded_version=None
    )
    assert chat.told() == {(Kind.LOST, chat.second, str(user.pk)) for user in (chat.ada, chat.cy)}


def test_what_people_do_here_is_no_difference(chat: Chat) -> None:
    group_id = chat.group.pk
    message_delete(acting_user=chat.ben, message_id=message_of(chat.third).pk)
    message_hide(acting_user=chat.ada, message_id=message_of(chat.first).pk)
    message_unhide(acting_user=chat.ben, message_id=message_of(chat.second).pk)
    member_add(acting_user=chat.ada, group_id=group_id, user_id=chat.eve.pk, role="member")
    member_add(acting_user=chat.ada, group_id=group_id, user_id=chat.dee.pk, role="member")
    member_leave(acting_user=chat.ben, group_id=group_id)
    history_clear(acting_user=chat.cy, group_id=group_id)
    assert chat.differences() == []
    assert seat_of(chat.talk, chat.dee).left_at is None

    group_delete(acting_user=chat.ada, group_id=group_id)
    assert chat.differences() == []


def test_people_who_have_no_account_any_more_are_left_out(chat: Chat) -> None:
    chat.ben.delete()
    assert chat.differences() == []
