"""The client marks each message by a request of its own, many at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from chat.models import ChatGroup, ChatGroupUser, ReadMark
from tests.compat.hazo.conftest import MESSAGES, Caller, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_parallel_marks_all_succeed_and_end_at_the_last(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    messages = send(ben, group, *(str(number) for number in range(40)))
    cookies = ada.client.cookies

    def read(message_id: Any) -> int:
        client = Client(headers={"Sec-Fetch-Site": "same-origin"})
        client.cookies = cookies
        try:
            return int(client.patch(f"{MESSAGES}/{message_id}/read").status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(read, [message.pk for message in messages]))

    assert statuses == [200] * 40
    assert ChatGroupUser.objects.get(group=group, user=ada.user.pk).read_seq == 40
    assert all(message["read_at"] for message in ada.page(group, limit=50)["messages"])
    at = list(ReadMark.objects.filter(user=ada.user.pk).order_by("seq").values_list("at", flat=True))
    assert at == sorted(at)
