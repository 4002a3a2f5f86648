"""What became of the rows of older chats, for staff who look one up."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chat.choices import NumberKind, Outcome
from chat.models import LegacyNumber, LegacyRow
from tests.admin.conftest import SignIn
from tests.admin.pages import list_url, page_url, rows, text_of
from tests.services.legacies import folded

pytestmark = pytest.mark.django_db


def test_row_is_found_by_its_old_id_and_its_new_one(sign_in: SignIn) -> None:
    reader, new_id = sign_in("view_legacyrow"), uuid4()
    kept = folded(NumberKind.MESSAGE, 17, new_id)
    dropped = folded(NumberKind.CALL, 17, None, outcome=Outcome.QUARANTINED, source="hazo_chat", reason="no_group")
    folded(NumberKind.MESSAGE, 171, uuid4())

    assert rows(reader, LegacyRow, q="17") == [dropped, kept]
    assert rows(reader, LegacyRow, q=f" {new_id} ") == [kept]
    assert rows(reader, LegacyRow, q="17", source="hazo_chat") == [dropped]
    assert rows(reader, LegacyRow, q="17", table="chat_messages") == [kept]
    assert rows(reader, LegacyRow, q="17", outcome=Outcome.KEPT) == [kept]
    assert "no_group" in text_of(reader, page_url(dropped))


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
