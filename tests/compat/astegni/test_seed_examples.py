"""The API examples of the seed, word for word, where the surface is mounted at ``/api/chat/``."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken

from chat.services.groups import peer_start
from chat.services.messages import message_send
from chat.services.people.presence import presence_beat
from chatproject.models import StudentProfile, TutorProfile
from tests.services.worlds import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def john() -> Any:
    return make_person(name="john", first_name="John", last_name="Doe")


@pytest.fixture
def jane() -> Any:
    return make_person(name="jane", first_name="Jane", last_name="Smith")


def request(user: Any, method: str, address: str, body: Any = None) -> Any:
    token = AccessToken.for_user(user)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    data = b"" if body is None else json.dumps(body)
    response = client.generic(method, address, data, content_type="application/json")
    assert response.status_code == 200, response.content
    return response.json()


def test_get_conversations(john: Any, jane: Any) -> None:
    group = peer_start(acting_user=john, user_id=jane.pk).group
    for text in ("Hi", "Are you there?", "Hello!"):
        message_send(acting_user=jane, group_id=group.pk, message_text=text)
    presence_beat(acting_user=jane)

    [row] = request(john, "GET", f"/api/chat/conversations?user_id={john.pk}")

    assert (row["id"], row["type"], row["unread_count"]) == (1, "direct", 3)
    assert row["other_user"] == {"user_id": jane.pk, "name": "Jane Smith", "avatar": None, "online": True}
    assert row["last_message"]["content"] == "Hello!"
    assert row["last_message"]["created_at"].endswith("Z")
    assert datetime.fromisoformat(row["last_message"]["created_at"]).tzinfo is not None


def test_send_message(john: Any, jane: Any) -> None:
    request(john, "POST", "/api/chat/conversations", {"participant_user_ids": [john.pk, jane.pk]})

    sent = request(john, "POST", "/api/chat/conversations/1/messages", {"content": "Hello!", "message_type": "text"})

    expected = {
        "id": 1,
        "conversation_id": 1,
        "sender_user_id": john.pk,
        "sender_name": "John Doe",
        "sender_avatar": None,
        "content": "Hello!",
        "message_type": "text",
    }
    assert {name: sent[name] for name in expected} == expected
    assert sent["created_at"].endswith("Z")


def test_block_user(john: Any, jane: Any) -> None:
    answer = request(john, "POST", "/api/chat/block", {"blocked_user_id": jane.pk, "reason": "Spam"})

    assert answer == {"success": True, "message": "User blocked successfully"}


@pytest.mark.parametrize("shape", ["old", "new"])
def test_starting_conversations(john: Any, jane: Any, shape: str) -> None:
    StudentProfile.objects.create(id=123, user=john)
    TutorProfile.objects.create(id=456, user=jane)
    bodies = {
        "old": {
            "participants": [
                {"profile_id": 123, "profile_type": "student", "user_id": john.pk},
                {"profile_id": 456, "profile_type": "tutor", "user_id": jane.pk},
            ]
        },
        "new": {"participant_user_ids": [john.pk, jane.pk]},
    }

    started = request(john, "POST", "/api/chat/conversations", bodies[shape])

    assert (started["existing"], started["other_user"]["user_id"]) == (False, jane.pk)
    again = request(jane, "POST", "/api/chat/conversations", bodies["new" if shape == "old" else "old"])
    assert (again["id"], again["existing"]) == (started["id"], True)
