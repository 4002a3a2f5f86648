"""What requests may say of messages to come."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.api.fields import Uuid, ZonedTime
from chat.api.inputs import MessageNew


class ScheduledNew(MessageNew):
    """A message to be sent later."""

    client_id = None  # type: ignore[assignment]  # as DRF takes a field away: the scheduled message's id is its client_id
    send_at = ZonedTime(help_text=_("When to send it: in the future, with a time zone."))


class ScheduledChange(ScheduledNew):
    """What to change of a message to come; what is not named stays."""

    reply_to_id = Uuid(required=False, allow_null=True)
    send_at = ZonedTime(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take whatever is there: the service looks at the whole."""
        return attrs
