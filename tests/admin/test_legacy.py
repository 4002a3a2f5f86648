"""What became of the rows of older chats, for staff who look one up."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat.choices import NumberKind, Outcome
from chat.legacy.meanings import FLAGS
from chat.models import LegacyNumber, LegacyRow
from chat.services.groups import group_start
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of
from tests.services.legacies import folded

pytestmark = pytest.mark.django_db


def test_row_is_found_by_its_old_id_and_its_new_one(sign_in: SignIn) -> None:
    reader, new_id = sign_in("view_legacyrow"), uuid4()
    kept = folded(NumberKind.MESSAGE, 17, new_id)
    dropped = folded(NumberKind.CALL, 17, None, outcome=Outcome.QUARANTINED, source="hazo2", reason="person_unknown")
    folded(NumberKind.MESSAGE, 171, uuid4())

    assert rows(reader, LegacyRow, q="17") == [dropped, kept]
    assert rows(reader, LegacyRow, q=f" {new_id} ") == [kept]
    assert rows(reader, LegacyRow, q="17", source="hazo2") == [dropped]
    assert rows(reader, LegacyRow, q="17", table="chat_messages") == [kept]
    assert rows(reader, LegacyRow, q="17", outcome=Outcome.KEPT) == [kept]
    assert rows(reader, LegacyRow, q="17", reason="person_unknown") == [dropped]
    assert "person_unknown" in text_of(reader, page_url(dropped))


def test_page_leads_to_what_the_row_became_and_tells_what_its_flags_mean(
    sign_in: SignIn, make_user: Callable[..., Any]
) -> None:
    reader = sign_in("view_legacyrow")
    group = group_start(acting_user=make_user("ada"), name="Choir").group
    flags = ["role_mapped", "unread_collapsed:3", "of_a_later_version"]
    row = folded(NumberKind.CONVERSATION, 17, group.pk, flags=flags, new_model="ChatGroup")
    nowhere = folded(NumberKind.MESSAGE, 18, uuid4(), new_model="OfAnEarlierVersion")

    assert f'href="{page_url(group)}"' in reader.get(list_url(LegacyRow)).content.decode()
    told = text_of(reader, page_url(row))
    assert f"role_mapped: {FLAGS['role_mapped']}" in told
    assert f"unread_collapsed:3: {FLAGS['unread_collapsed']}" in told
    assert "of_a_later_version:" in told
    assert "OfAnEarlierVersion" in text_of(reader, page_url(nowhere))


def test_list_costs_no_statement_for_its_filters(
    sign_in: SignIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    reader = sign_in("view_legacyrow")
    folded(NumberKind.MESSAGE, 1, uuid4())
    with CaptureQueriesContext(connection) as captured:
        reader.get(list_url(LegacyRow))

    assert [query["sql"] for query in captured if "DISTINCT" in query["sql"]] == []
    tables = ["conversations", "conversation_participants", "chat_messages"]
    choices = rows_of_filter(reader, "table", source="astegni")
    assert choices[:3] == tables
    assert rows_of_filter(reader, "table", source="hazo2") == ["hazo_chat"]
    assert "student_profiles" not in choices


def rows_of_filter(reader: Client, parameter: str, **query: str) -> list[str]:
    specs = reader.get(list_url(LegacyRow, **query)).context["cl"].filter_specs
    [spec] = [each for each in specs if getattr(each, "parameter_name", "") == parameter]
    return [value for value, _label in spec.lookup_choices]


def test_number_is_found_exactly(sign_in: SignIn) -> None:
    reader = sign_in("view_legacynumber")
    call = LegacyNumber.objects.create(kind=NumberKind.CALL, number=5, new_id=uuid4())
    message = LegacyNumber.objects.create(kind=NumberKind.MESSAGE, number=5, new_id=uuid4())
    LegacyNumber.objects.create(kind=NumberKind.MESSAGE, number=55, new_id=uuid4())

    assert rows(reader, LegacyNumber, q="5") == [call, message]
    assert rows(reader, LegacyNumber, q="5", kind=NumberKind.MESSAGE) == [message]
    assert rows(reader, LegacyNumber, q="five") == []
    assert rows(reader, LegacyNumber, q="9" * 30) == []


def test_pages_are_for_those_who_may_and_nobody_writes_there(
    sign_in: SignIn, client: Client, make_user: Callable[..., Any]
) -> None:
    row = folded(NumberKind.MESSAGE, 1, uuid4())
    number = LegacyNumber.objects.create(kind=NumberKind.MESSAGE, number=1, new_id=uuid4())
    stranger = sign_in("view_chatmessage", "change_legacyrow", "change_legacynumber")
    client.force_login(make_user(is_staff=True, is_superuser=True))

    for one in (row, number):
        assert stranger.get(list_url(type(one))).status_code == 403
        assert stranger.get(page_url(one)).status_code == 403
        assert client.post(page_url(one), {"old_id": "2", "number": 2}).status_code == 403
        assert client.post(page_url(one, "delete"), {"post": "yes"}).status_code == 403
        assert type(one)._default_manager.get(pk=one.pk) == one
