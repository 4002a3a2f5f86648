"""What requests may say of invitations and of joining."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.api.fields import TEXTAREA, Choice, Flag, Text, ZonedTime
from chat.api.fields import Seq as Number
from chat.choices import JoinState
from chat.services.people.join_requests import TEXT_MAX_LENGTH


class InvitationNew(serializers.Serializer[Any]):
    """A link to make."""

    needs_approval = Flag(required=False, help_text=_("Whether using it only asks to join."))
    use_limit = Number(required=False, allow_null=True, help_text=_("How many may join by it; null: any number."))
    expires_at = ZonedTime(
        required=False, allow_null=True, help_text=_("In the future, with a time zone; null: never.")
    )


class Join(serializers.Serializer[Any]):
    """What to say where joining needs approval."""

    text = Text(required=False, allow_blank=True, max_length=TEXT_MAX_LENGTH, style=TEXTAREA)


class JoinAnswer(serializers.Serializer[Any]):
    """What becomes of a request to join."""

    state = Choice(choices=JoinState.choices, help_text=_("Anything but pending; withdrawn: by who asked."))
