"""Who reads private conversations by privilege is written down, where nobody can change it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chat.admin import reading
from chat.models import AuditEntry, ChatGroup, ChatGroupUser, ChatMessage
from chat.services.groups import group_start
from chat.services.messages import message_send
from tests.admin.conftest import READ_ALL, SignIn
from tests.admin.pages import list_url, page_url, rows, text_of

pytestmark = [pytest.mark.core, pytest.mark.django_db]


@pytest.fixture
def message(make_user: Callable[..., Any]) -> ChatMessage:
    ada = make_user("ada")
    group = group_start(acting_user=ada, name="Choir").group
    return message_send(acting_user=ada, group_id=group.pk, message_text="A secret.").message


def user_of(client: Client) -> str:
    return str(client.session["_auth_user_id"])


@pytest.mark.parametrize("model", [ChatGroup, ChatGroupUser, ChatMessage])
def test_each_page_that_is_shown_is_an_entry(model: Any, message: ChatMessage, reader: Client) -> None:
    row = model.objects.order_by("pk").last()

    text_of(reader, page_url(row))
    entry = AuditEntry.objects.get()

    assert (str(entry.actor_id), entry.action) == (user_of(reader), "read")
    assert (entry.target_type, entry.target_id) == (model._meta.label_lower, str(row.pk))
    assert entry.group_id == message.group_id
    assert entry.at is not None
    text_of(reader, list_url(model, q=message.group_id))
    listed = AuditEntry.objects.exclude(pk=entry.pk).get()
    assert (listed.action, listed.target_type, listed.target_id) == ("listed", model._meta.label_lower, "")
    assert listed.details["query"] == {"q": str(message.group_id)}
    assert str(row.pk) in listed.details["ids"]


def test_what_is_not_shown_is_no_entry(message: ChatMessage, sign_in: SignIn) -> None:
    refused = sign_in("view_chatgroup")

    assert refused.get(page_url(message)).status_code == 403
    assert refused.get(list_url(ChatMessage)).status_code == 403
    sign_in(*READ_ALL).get(page_url(ChatMessage(pk=uuid4())))
    assert not AuditEntry.objects.exists()


def test_what_cannot_be_written_down_is_not_shown(
    message: ChatMessage, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_entry: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(reading, "audit_add", fail)

    for url in (page_url(message), list_url(ChatMessage)):
        with pytest.raises(DatabaseError):
            reader.get(url)


def test_book_is_for_those_who_may_and_reading_it_is_no_entry(message: ChatMessage, sign_in: SignIn) -> None:
    sign_in(*READ_ALL).get(page_url(message))
    entry = AuditEntry.objects.get()
    allowed, refused = sign_in("view_auditentry"), sign_in(*READ_ALL, "change_auditentry", "delete_auditentry")

    for url in (list_url(AuditEntry), page_url(entry)):
        assert allowed.get(url).status_code == 200
        assert refused.get(url).status_code == 403
    assert AuditEntry.objects.get() == entry


def test_nobody_changes_the_book_not_even_a_superuser(
    message: ChatMessage, reader: Client, make_user: Callable[..., Any], client: Client
) -> None:
    reader.get(page_url(message))
    entry = AuditEntry.objects.get()
    before = AuditEntry.objects.values().get()
    client.force_login(make_user(is_staff=True, is_superuser=True))

    posts = [
        client.post(page_url(entry), {"action": "other"}),
        client.post(page_url(entry, "delete"), {"post": "yes"}),
        client.post(list_url(AuditEntry).rstrip("/") + "/add/", {"action": "new"}),
    ]
    client.post(list_url(AuditEntry), {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})

    assert [response.status_code for response in posts] == [403, 403, 403]
    assert AuditEntry.objects.values().get() == before


def test_entries_are_found_by_who_what_and_where(message: ChatMessage, reader: Client, sign_in: SignIn) -> None:
    reader.get(page_url(message))
    reader.get(list_url(ChatMessage))
    auditor = sign_in("view_auditentry")
    read, listed = AuditEntry.objects.order_by("pk")

    assert rows(auditor, AuditEntry, q=message.pk) == [read]
    assert rows(auditor, AuditEntry, q=message.group_id) == [read]
    assert rows(auditor, AuditEntry, q=user_of(reader)) == [listed, read]
    assert rows(auditor, AuditEntry, action="listed") == [listed]
    assert rows(auditor, AuditEntry, q="nobody-at-all") == []


def test_list_costs_the_same_at_3_and_30_entries(
    message: ChatMessage, reader: Client, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    auditor = sign_in("view_auditentry")
    for number in (3, 30):
        for _ in range(number):
            reader.get(page_url(message))
        # session, user, two of permissions, bounded count, entries with who
        with django_assert_num_queries(6):
            assert len(rows(auditor, AuditEntry)) >= number
