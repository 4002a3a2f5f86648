from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.services.groups import group_start, peer_start
from chat.services.members import member_leave
from tests.admin.pages import list_url, page_url, rows

pytestmark = [pytest.mark.core, pytest.mark.django_db]


def test_list_costs_the_same_at_3_and_30_members(
    make_user: Callable[..., Any], reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (3, 30):
        for _ in range(number):
            group_start(acting_user=make_user(), name="Choir")
        # session, user, two of permissions, bounded count, memberships with group and user, peers, audit entry
        with django_assert_num_queries(8):
            assert len(rows(reader, ChatGroupUser)) >= number


def test_page_costs_a_fixed_number_of_queries(
    make_user: Callable[..., Any], reader: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    membership = group_start(acting_user=make_user(), name="Choir").group.memberships.get()

    # session, user, two of permissions, membership with group and user, peers, audit entry
    with django_assert_num_queries(7):
        reader.get(page_url(membership))


def test_page_leads_to_group_messages_and_every_group_of_the_person(
    make_user: Callable[..., Any], reader: Client
) -> None:
    ada = make_user("ada")
    group = group_start(acting_user=ada, name="Choir").group

    page = reader.get(page_url(group.memberships.get())).content.decode()

    assert f"<title>{ada}, Choir | View membership" in page
    assert f'<a href="{page_url(group)}">Choir</a>' in page
    assert f'href="{list_url(ChatGroupUser, user=ada.pk)}"' in page
    assert list_url(ChatMessage, group=group.pk, sender=ada.pk).replace("&", "&amp;") in page


def test_conversation_of_two_is_named_by_its_people(make_user: Callable[..., Any], reader: Client) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    peers = peer_start(acting_user=ada, user_id=ben.pk).group

    page = reader.get(list_url(ChatGroupUser)).content.decode()

    assert f'<a href="{page_url(peers)}">{ben.get_username()}, {ada.get_username()}</a>' in page


@pytest.mark.parametrize("by", ["person", "key", "group", "group id"])
def test_membership_is_found_by(by: str, make_user: Callable[..., Any], reader: Client) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    group = group_start(acting_user=ada, name="Choir").group
    group_start(acting_user=ben, name="Football")
    term = {"person": ada.get_username(), "key": ada.pk, "group": "choir", "group id": group.pk}[by]

    assert [member.user_id for member in rows(reader, ChatGroupUser, q=term)] == [ada.pk]
    assert len(rows(reader, ChatGroupUser, q="")) == 2


def test_filters_keep_what_they_say(make_user: Callable[..., Any], reader: Client) -> None:
    ada, ben = make_user("ada"), make_user("ben")
    group: ChatGroup = group_start(acting_user=ada, member_ids=[ben.pk]).group
    peer_start(acting_user=ada, user_id=ada.pk)
    member_leave(acting_user=ben, group_id=group.pk)

    def people(**query: object) -> list[Any]:
        return [member.user_id for member in rows(reader, ChatGroupUser, **query)]

    assert people(role__exact="member") == [ben.pk]
    assert people(left="yes") == [ben.pk]
    assert people(left="no") == [ada.pk, ada.pk]
    assert people(group__group_type__exact="peer") == [ada.pk]
    assert people(user=ada.pk) == [ada.pk, ada.pk]
    assert sorted(people(group=group.pk), key=str) == sorted([ada.pk, ben.pk], key=str)
