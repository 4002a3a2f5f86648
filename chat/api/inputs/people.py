"""What requests about people may say."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.api.fields import Choice, Flag, Text, UserKey, UserKeys
from chat.api.inputs import PageQuery
from chat.choices import Audience, ConnectionState, MuteDuration, Visibility
from chat.roles import Role
from chat.services.additions import ADDED_AT_ONCE_MAX
from chat.services.people.blocks import REASON_MAX_LENGTH

PRESENCE_AT_ONCE_MAX = 100


class SettingsChange(serializers.Serializer[Any]):
    """What to change of one's settings; what is not named stays."""

    who_can_message = Choice(choices=Audience.choices, required=False)
    allow_calls_from = Choice(choices=Audience.choices, required=False)
    allow_group_adds = Choice(choices=Audience.choices, required=False)
    allow_channel_adds = Choice(choices=Audience.choices, required=False)
    last_seen_visibility = Choice(choices=Visibility.choices, required=False)
    profile_photo_visibility = Choice(choices=Visibility.choices, required=False)
    about_visibility = Choice(choices=Visibility.choices, required=False)
    groups_visibility = Choice(choices=Visibility.choices, required=False)
    read_receipts = Flag(required=False)
    online_status = Flag(required=False)
    typing_indicators = Flag(required=False)
    block_screenshots = Flag(required=False)
    disable_forwarding = Flag(required=False)
    hide_phone_number = Flag(required=False)
    hide_email = Flag(required=False)
    message_notifications = Flag(required=False)
    sound_alerts = Flag(required=False)
    mute_duration = Choice(choices=MuteDuration.choices, required=False)
    language = Text(required=False, allow_blank=True, max_length=16)
    appearance = serializers.DictField(required=False, help_text=_("Names with plain values; null removes one."))


class BlockNew(serializers.Serializer[Any]):
    """Why somebody is blocked, for oneself."""

    reason = Text(required=False, allow_blank=True, max_length=REASON_MAX_LENGTH)


class ConnectionNew(serializers.Serializer[Any]):
    """Whom to ask to be in contact."""

    user_id = UserKey()


class ConnectionsQuery(PageQuery):
    """Which connections to list."""

    state = Choice(choices=ConnectionState.choices, required=False)


class ContactsQuery(PageQuery):
    """Which contacts to list."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text=_("In the name."))


class PresenceQuery(serializers.Serializer[Any]):
    """Of whom to tell whether they are here."""

    user_id = UserKeys(allow_empty=False, max_length=PRESENCE_AT_ONCE_MAX)


class TypingChange(serializers.Serializer[Any]):
    """Whether one is writing: yes, unless it says no."""

    is_typing = Flag(required=False)


class MembersNew(serializers.Serializer[Any]):
    """Whom to add, and as what."""

    user_ids = UserKeys(allow_empty=False, max_length=ADDED_AT_ONCE_MAX)
    role = Choice(choices=Role.choices)
