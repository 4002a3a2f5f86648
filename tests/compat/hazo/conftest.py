"""People, a conversation, and a client that speaks as the hazo_chat one does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from chat.models import ChatGroup, ChatMessage
from chat.services.groups import group_start
from chat.services.messages import message_send

MESSAGES = "/api/hazo_chat/messages"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@dataclass
class Caller:
    """A signed-in person's browser, on the host's own pages."""

    user: Any
    client: Client

    def get(self, address: str = MESSAGES, **query: Any) -> Any:
        return self.client.get(address, query)

    def page(self, group: ChatGroup, **query: Any) -> dict[str, Any]:
        response = self.get(chat_group_id=str(group.pk), **query)
        assert response.status_code == 200, response.content
        page: dict[str, Any] = response.json()
        return page

    def post(self, address: str = MESSAGES, /, body: Any = None, **fields: Any) -> Any:
        content = fields if body is None else body
        return self.client.post(address, content, content_type="application/json")

    def read(self, message_id: Any) -> Any:
        return self.client.patch(f"{MESSAGES}/{message_id}/read")

    def delete(self, message_id: Any) -> Any:
        return self.client.delete(f"{MESSAGES}/{message_id}")


def caller_of(user: Any) -> Caller:
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    client.force_login(user)
    return Caller(user, client)


@pytest.fixture
def ada(make_user: Callable[..., Any]) -> Caller:
    return caller_of(make_user("ada"))


@pytest.fixture
def ben(make_user: Callable[..., Any]) -> Caller:
    return caller_of(make_user("ben"))


@pytest.fixture
def stranger(make_user: Callable[..., Any]) -> Caller:
    return caller_of(make_user("stranger"))


@pytest.fixture
def group(ada: Caller, ben: Caller) -> ChatGroup:
    """Ada's group, with Ben."""
    return group_start(acting_user=ada.user, member_ids=[ben.user.pk], history_visibility="start").group


def send(caller: Caller, group: ChatGroup, *texts: str, **fields: Any) -> list[ChatMessage]:
    """Send as the services do."""
    return [
        message_send(acting_user=caller.user, group_id=group.pk, message_text=text, **fields).message for text in texts
    ]
