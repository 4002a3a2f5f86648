from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from chat.admin.reading import BoundedPaginator
from chat.models import ChatGroup, ChatMessage, MessageReaction, PollVote
from chat.services.edits import message_edit
from chat.services.groups import group_start
from chat.services.hiding import message_hide
from chat.services.members import member_add
from chat.services.messages import message_send
from chat.services.pins import message_pin
from chat.services.polls import vote_set
from chat.services.reactions import reaction_add
from chat.services.tombstones import message_delete
from tests.admin.pages import list_url, page_url, rows, text_of

pytestmark = [pytest.mark.core, pytest.mark.django_db]


@pytest.fixture
def group(make_user: Callable[..., Any]) -> ChatGroup:
    return group_start(acting_user=make_user("ada"), name="Choir").group


def send(group: ChatGroup, text: str = "la", **fields: Any) -> ChatMessage:
    return message_send(acting_user=group.created_by, group_id=group.pk, message_text=text, **fields).message


def test_page_is_called_by_who_wrote_it_where(group: ChatGroup, reader: Client) -> None:
    page = reader.get(page_url(send(group))).content.decode()
    assert f"<title>{group.created_by}, Choir, #1 | View message" in page


def test_list_costs_the_same_at_3_and_30_messages(
    make_user: Callable[..., Any], reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (3, 30):
        for _ in range(number):
            send(group_start(acting_user=make_user()).group)
        # session, user, two of permissions, bounded count, messages with group, sender and who deleted them, peers
        # and the audit entry
        with django_assert_num_queries(8):
            assert len(rows(reader, ChatMessage)) >= number


def test_page_costs_a_fixed_number_of_queries(
    group: ChatGroup, reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    message = send(group)

    # session, user, two of permissions, message with group and people, peers, files, former texts, audit entry
    with django_assert_num_queries(9):
        reader.get(page_url(message))


def test_history_is_not_counted_beyond_what_is_paged_through(
    group: ChatGroup, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        send(group)
    hint = "These are the first 6, and there are more"
    assert hint not in text_of(reader, list_url(ChatMessage))
    monkeypatch.setattr(BoundedPaginator, "rows_at_most", 6)
    monkeypatch.setattr("chat.admin.reading.ReadingAdmin.list_per_page", 4)

    assert [message.seq for message in rows(reader, ChatMessage)] == [7, 6, 5, 4]
    assert [message.seq for message in rows(reader, ChatMessage, p=2)] == [3, 2]
    assert hint in text_of(reader, list_url(ChatMessage))


def test_text_is_shown_as_written(group: ChatGroup, reader: Client) -> None:
    message = send(group, "<b>bold</b>\nሰላም", reference_id="P-1", reference_type="project")

    page = reader.get(page_url(message)).content.decode()

    assert "&lt;b&gt;bold&lt;/b&gt;<br>ሰላም" in page
    assert "project: P-1" in page
    assert f'<a href="{page_url(group)}">Choir</a>' in page


def test_deleted_text_is_neither_shown_nor_found(group: ChatGroup, reader: Client) -> None:
    message = send(group, "a secret word", reference_id="P-1", reference_type="project")
    assert "a secret word" in text_of(reader, page_url(message))
    assert rows(reader, ChatMessage, group=group.pk, q="secret") == [message]
    assert rows(reader, ChatMessage, group=group.pk, q="P-1") == [message]

    message_delete(acting_user=group.created_by, message_id=message.pk)

    for url in (page_url(message), list_url(ChatMessage), list_url(ChatMessage, group=group.pk)):
        page = text_of(reader, url)
        assert "(deleted)" in page
        assert "secret" not in page
        assert "P-1" not in page
    assert rows(reader, ChatMessage, group=group.pk, q="secret") == []
    assert rows(reader, ChatMessage, group=group.pk, q="P-1") == []
    assert rows(reader, ChatMessage, q=message.pk) == [message]


@pytest.mark.parametrize("by", ["id", "group id", "person", "key"])
def test_message_is_found_by(by: str, group: ChatGroup, make_user: Callable[..., Any], reader: Client) -> None:
    message = send(group)
    send(group_start(acting_user=make_user("ben")).group)
    ada = group.created_by
    term = {"id": message.pk, "group id": group.pk, "person": ada.get_username(), "key": ada.pk}[by]

    assert rows(reader, ChatMessage, q=term) == [message]


def test_text_is_searched_within_one_group_only(
    group: ChatGroup, make_user: Callable[..., Any], reader: Client
) -> None:
    message = send(group, "nightingale")
    other = send(group_start(acting_user=make_user("ben")).group, "nightingale")

    assert rows(reader, ChatMessage, q="nightingale") == []
    assert rows(reader, ChatMessage, q="nightingale", group=group.pk) == [message]
    assert rows(reader, ChatMessage, q="nightingale", group=other.group_id) == [other]


def test_filters_keep_what_they_say(group: ChatGroup, reader: Client, settings: Settings) -> None:
    first, second = send(group), send(group)
    message_delete(acting_user=group.created_by, message_id=first.pk)

    assert rows(reader, ChatMessage) == [second, first]
    assert rows(reader, ChatMessage, group=group.pk) == [second, first]
    assert rows(reader, ChatMessage, deleted="yes") == [first]
    assert rows(reader, ChatMessage, deleted="no") == [second]
    assert rows(reader, ChatMessage, message_type__exact="system") == []
    assert rows(reader, ChatMessage, group=group.pk, sender=group.created_by_id) == [second, first]


def test_reactions_and_votes_are_counted_and_nobody_is_named(
    group: ChatGroup, make_user: Callable[..., Any], reader: Client
) -> None:
    voter = make_user("nightingale")
    member_add(acting_user=group.created_by, group_id=group.pk, user_id=voter.pk, role="member")
    poll = send(group, "What?", poll={"options": ["Tea", "Coffee"], "anonymous": True})
    vote_set(acting_user=voter, message_id=poll.pk, option_ids=[2])
    reaction_add(acting_user=voter, message_id=poll.pk, emoji="👍")

    page = text_of(reader, page_url(poll))
    assert "What? • Tea • Coffee" in page
    assert "👍 1" in page
    assert "Tea: 0, Coffee: 1" in page
    assert "nightingale" not in page

    message_delete(acting_user=group.created_by, message_id=poll.pk)
    page = text_of(reader, page_url(poll))
    assert not any(word in page for word in ("👍", "Coffee", "What?"))


def test_who_voted_and_who_reacted_has_no_page() -> None:
    assert not {PollVote, MessageReaction} & {*site._registry}


def test_place_is_shown_in_words(group: ChatGroup, reader: Client) -> None:
    message = message_send(
        acting_user=group.created_by, group_id=group.pk, location={"latitude": 9.03, "longitude": 38.74}
    ).message

    assert "9.03, 38.74" in text_of(reader, page_url(message))
    assert "9.03, 38.74" in text_of(reader, list_url(ChatMessage))


def test_former_texts_are_shown_unless_the_message_was_deleted(group: ChatGroup, reader: Client) -> None:
    message = send(group, "a secret word")
    message_edit(acting_user=group.created_by, message_id=message.pk, message_text="another")
    assert "a secret word" in text_of(reader, page_url(message))

    message_delete(acting_user=group.created_by, message_id=message.pk)

    assert "secret" not in text_of(reader, page_url(message))


def test_pinned_messages_are_found(group: ChatGroup, reader: Client) -> None:
    pinned, other = send(group), send(group)
    message_pin(acting_user=group.created_by, message_id=pinned.pk)

    assert rows(reader, ChatMessage, pinned="yes") == [pinned]
    assert other in rows(reader, ChatMessage, pinned="no")
    assert pinned not in rows(reader, ChatMessage, pinned="no")
    assert f"Pinned by: {group.created_by.get_username()}" in text_of(reader, page_url(pinned))


def test_what_somebody_hid_is_there_and_who_hid_it_is_not_told(group: ChatGroup, reader: Client) -> None:
    message = send(group)
    before = text_of(reader, page_url(message))
    message_hide(acting_user=group.created_by, message_id=message.pk)

    assert text_of(reader, page_url(message)) == before
    assert message in rows(reader, ChatMessage)
