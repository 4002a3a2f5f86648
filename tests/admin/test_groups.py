from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chat.admin.group import MEMBERS_SHOWN
from chat.models import ChatGroup, ChatGroupUser
from chat.services.groups import group_delete, group_start, peer_start, support_start
from chat.services.members import member_leave
from chat.services.messages import message_send
from tests.admin.pages import list_url, page_url, rows, text_of

pytestmark = [pytest.mark.core, pytest.mark.django_db]


def test_list_costs_the_same_at_3_and_30_groups(
    make_user: Callable[..., Any], reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada = make_user()
    for number in (1, 10):
        for _ in range(number):
            group_start(acting_user=ada, name="Choir")
            support_start(acting_user=ada, client_user_id=ada.pk)
            peer_start(acting_user=ada, user_id=make_user().pk)
        # session, user, two of permissions, bounded count, groups, people of the peer groups, audit entry
        with django_assert_num_queries(8):
            assert len(rows(reader, ChatGroup)) >= 3 * number


def test_page_costs_the_same_at_3_and_30_members(
    make_user: Callable[..., Any], reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (3, 30):
        members = [make_user().pk for _ in range(number)]
        group = group_start(acting_user=make_user(), member_ids=members).group
        # session, user, two of permissions, group, people of a peer group, members, number of members, audit entry
        with django_assert_num_queries(9):
            assert text_of(reader, page_url(group)).count("person") >= number


def test_page_of_a_large_group_shows_the_first_members_and_a_way_to_all(
    make_user: Callable[..., Any], reader: Client
) -> None:
    owner = make_user("owner")
    gone = make_user("the-one-who-left")
    members = [gone, *(make_user() for _ in range(MEMBERS_SHOWN + 5))]
    group = group_start(acting_user=owner, member_ids=[member.pk for member in members]).group
    member_leave(acting_user=gone, group_id=group.pk)

    response = reader.get(page_url(group))

    (inline,) = response.context["inline_admin_formsets"]
    shown = [form.original.user_id for form in inline if form.original]
    assert len(shown) == MEMBERS_SHOWN
    assert gone.pk not in shown
    page = response.content.decode()
    assert f'href="{list_url(ChatGroupUser, group=group.pk)}">{MEMBERS_SHOWN + 6} members</a>' in page


def test_page_links_to_the_messages_without_counting_them(make_user: Callable[..., Any], reader: Client) -> None:
    ada = make_user("ada")
    group = group_start(acting_user=ada, name="Choir").group
    for _ in range(2):
        message_send(acting_user=ada, group_id=group.pk, message_text="la")

    page = reader.get(page_url(group)).content.decode()

    assert f'?group={group.pk}">2 messages</a>' in page


def test_conversation_of_two_is_named_by_its_people_and_a_request_by_its_client(
    make_user: Callable[..., Any], reader: Client
) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    peers = peer_start(acting_user=ada, user_id=ben.pk).group
    support_start(acting_user=ben, client_user_id=ben.pk)

    page = text_of(reader, list_url(ChatGroup))

    assert f"{ada.get_username()}, {ben.get_username()} Peer" in page or (
        f"{ben.get_username()}, {ada.get_username()} Peer" in page
    )
    assert f"Support {ben.get_username()}" in page
    assert ada.get_username() in text_of(reader, page_url(peers))


@pytest.mark.parametrize("by", ["name", "id", "person", "key"])
def test_group_is_found_by(by: str, make_user: Callable[..., Any], reader: Client) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    wanted = group_start(acting_user=ada, name="Choir of Jimma").group
    group_start(acting_user=ben, name="Football")
    # An id of a person may also be part of a name: the names above hold no digits.
    term = {"name": "choir of", "id": wanted.pk, "person": ada.get_username(), "key": ada.pk}[by]

    assert rows(reader, ChatGroup, q=term) == [wanted]
    assert rows(reader, ChatGroup, q="nobody has this") == []
    assert len(rows(reader, ChatGroup, q=" ")) == 2


def test_group_is_found_by_somebody_who_left_and_is_gone(make_user: Callable[..., Any], reader: Client) -> None:
    ada = make_user("ada")
    group = group_start(acting_user=ada).group
    key = ada.pk
    ada.delete()

    assert rows(reader, ChatGroup, q=key) == [group]


def test_filters_keep_what_they_say(make_user: Callable[..., Any], reader: Client) -> None:
    ada = make_user("ada")
    channel = group_start(acting_user=ada, name="News", posting="admins").group
    request = support_start(acting_user=ada, client_user_id=ada.pk).group
    deleted = group_start(acting_user=ada, name="Old").group
    group_delete(acting_user=ada, group_id=deleted.pk)
    ben = make_user("ben")
    closed = peer_start(acting_user=ada, user_id=ben.pk).group
    ben.delete()

    assert rows(reader, ChatGroup) == [closed, deleted, request, channel]
    assert rows(reader, ChatGroup, group_type__exact="group") == [deleted, channel]
    assert rows(reader, ChatGroup, posting__exact="admins") == [channel]
    assert rows(reader, ChatGroup, deleted="yes") == [deleted]
    assert rows(reader, ChatGroup, deleted="no") == [closed, request, channel]
    assert rows(reader, ChatGroup, closed="yes") == [closed]
