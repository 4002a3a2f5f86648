"""What requests may say of reports, silence, bans and erasures."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.api.fields import Choice, Flag, Text, UserKey, Uuid, ZonedTime
from chat.choices import ReportKind
from chat.services.safety.bans import REASON_MAX_LENGTH as BAN_REASON_MAX_LENGTH
from chat.services.safety.reports import REASON_MAX_LENGTH


class MessageReport(serializers.Serializer[Any]):
    """Why a message is reported."""

    kind = Choice(choices=ReportKind.choices)
    reason = Text(required=False, allow_blank=True, max_length=REASON_MAX_LENGTH, help_text=_("In own words."))


class UserReport(MessageReport):
    """Why a person is reported."""

    message_ids = serializers.ListField(
        child=Uuid(), required=False, max_length=1000, help_text=_("Messages of theirs that show it.")
    )


class Silence(serializers.Serializer[Any]):
    """How long a member is to be silent."""

    until = ZonedTime(help_text=_("When they may write again: in the future, with a time zone."))


class BanNew(serializers.Serializer[Any]):
    """Whom to ban, and why."""

    user_id = UserKey(help_text=_("A member, or somebody who was one."))
    reason = Text(required=False, allow_blank=True, max_length=BAN_REASON_MAX_LENGTH)


class ErasureNew(serializers.Serializer[Any]):
    """That it is meant."""

    confirm = Flag(help_text=_("True: everything that I wrote is to be gone, for everybody and for good."))

    def validate_confirm(self, value: bool) -> bool:
        """Refuse what is not confirmed."""
        if not value:
            raise serializers.ValidationError(_("Confirm that this is meant."), code="not_confirmed")
        return value
