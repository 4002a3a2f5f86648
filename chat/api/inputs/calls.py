"""What requests may say of calls."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.api.fields import Choice, Uuid
from chat.api.inputs import PageQuery
from chat.choices import CallState, CallType


class CallNew(serializers.Serializer[Any]):
    """How to call."""

    call_type = Choice(choices=CallType.choices)


class CallStep(serializers.Serializer[Any]):
    """What the caller of the API does with a call."""

    state = Choice(choices=CallState.choices)


class CallsQuery(PageQuery):
    """Which calls to list."""

    chat_group_id = Uuid(required=False, help_text=_("Only in this conversation."))
