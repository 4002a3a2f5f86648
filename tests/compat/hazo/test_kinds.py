"""Messages that the client knows nothing of come as text; of those whose time is over comes that they were there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from chat.models import ChatGroup, ChatMessage
from chat.services.messages import message_send
from chat.services.reactions import reaction_add
from tests.compat.hazo.conftest import Caller, send
from tests.files.uploading import upload

pytestmark = pytest.mark.django_db


def test_polls_and_places_are_shown_in_words(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    [poll] = send(ada, group, "What?", poll={"options": ["Tea", "Coffee"], "anonymous": True})
    place = {"latitude": 9.03, "longitude": 38.74}
    message_send(acting_user=ada.user, group_id=group.pk, location=place)
    reaction_add(acting_user=ada.user, message_id=poll.pk, emoji="👍")

    shown = ben.page(group)["messages"]

    assert [message["message_text"] for message in shown] == ["What?\n• Tea\n• Coffee", "9.03, 38.74"]
    assert all("metadata" not in message for message in shown)
    ada.delete(poll.pk)
    assert ben.page(group)["messages"][0]["message_text"] is None


def test_nothing_of_a_message_is_shown_once_its_time_is_over(ada: Caller, ben: Caller, group: ChatGroup) -> None:
    at: dict[str, Any] = {"acting_user": ada.user, "group_id": group.pk}
    link = {"type": "url", "name": "secret link", "url": "https://example.org/"}
    file = upload(ada.user, "secret.txt", b"secret bytes")
    message_send(**at, message_text="secret text", reference_list=[link])
    message_send(**at, message_text="secret question", poll={"options": ["secret option", "other"]})
    message_send(**at, message_text="", attachment_ids=[file.pk])
    shown = ben.page(group)["messages"]
    assert all("secret" in str(message) for message in shown)
    address = shown[2]["reference_list"][0]["url"]
    assert b"".join(ben.get(address).streaming_content) == b"secret bytes"

    over = timezone.now() - timedelta(seconds=1)  # no worker has been there yet
    ChatMessage.objects.filter(group=group).update(created_at=F("created_at") - timedelta(days=1), expires_at=over)

    for reader in (ada, ben):
        page = reader.page(group)["messages"]
        assert [(row["message_text"], row["reference_list"]) for row in page] == [(None, None)] * 3
        assert "secret" not in str(page)
        assert all(row["deleted_at"] is not None for row in page)
        assert "secret" not in reader.read(shown[0]["id"]).content.decode()
        assert reader.get(address).status_code == 404
