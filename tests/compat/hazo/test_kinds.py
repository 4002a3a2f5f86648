"""Messages that the client knows nothing of come as text."""

import pytest

from chat.models import ChatGroup
from chat.services.messages import message_send
from chat.services.reactions import reaction_add
from tests.compat.hazo.conftest import Caller, send

pytestmark = [pytest.mark.django_db, pytest.mark.core]


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
