"""A host that reviews messages by their first word."""

from typing import Any

import pytest

from chat.adapter import ChatAdapter, Review, Reviewed
from chat.choices import Verdict
from chat.exceptions import HeldForReview
from chat.models import ChatGroup, HeldMessage
from chat.services.messages import message_send
from tests.services.worlds import World

REVIEWING = f"{__name__}.Reviewing"


class Reviewing(ChatAdapter):
    """Decides by the word that a text begins with."""

    asked: list[Reviewed] = []

    def review_message(self, user: Any, group: Any, message: Reviewed) -> Review:
        assert user.pk
        assert isinstance(group, ChatGroup)
        self.asked.append(message)
        match (message.message_text or "").split(" ")[0]:
            case "hold":
                return Review(Verdict.HOLD)
            case "refuse":
                return Review(Verdict.REFUSE, "No such words.")
            case "fail":
                raise ValueError
            case "unknown":
                return Review("perhaps")  # type: ignore[arg-type]
            case "nothing":
                return None  # type: ignore[return-value]
        return Review()


def hold(world: World, user: Any, text: str = "hold this", **words: Any) -> HeldMessage:
    """Say something that is held."""
    with pytest.raises(HeldForReview) as kept:
        message_send(acting_user=user, group_id=world.id, message_text=text, **words)
    held: HeldMessage = kept.value.held
    return held
