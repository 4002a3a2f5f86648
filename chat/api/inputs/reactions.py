"""What requests may say of reactions, votes and GIFs."""

from typing import Any

from rest_framework import serializers

from chat.api.fields import Seq, Text
from chat.api.inputs import PageQuery
from chat.exceptions import InvalidInput
from chat.services.emojis import emoji_clean

OPTION_IDS_MAX = 1000
"""More than any poll has."""


class Emoji(Text):
    """Exactly one emoji."""

    def to_internal_value(self, data: object) -> str:
        """Return it as it is kept."""
        try:
            return emoji_clean(super().to_internal_value(data), field=self.field_name or "emoji")
        except InvalidInput as error:
            raise serializers.ValidationError(str(error.detail), code=error.code) from error


class Vote(serializers.Serializer[Any]):
    """What the caller chooses, instead of anything chosen before; nothing withdraws the vote."""

    option_ids = serializers.ListField(child=Seq(), max_length=OPTION_IDS_MAX)


class ReactionsQuery(PageQuery):
    """Which reactions to a message."""

    emoji = Emoji(required=False, help_text="Only this emoji.")


class VotesQuery(PageQuery):
    """Which votes in a poll."""

    option = Seq(required=False, help_text="Only for the option with this id.")


class GifQuery(serializers.Serializer[Any]):
    """Which GIFs to look for."""

    q = serializers.CharField(max_length=100, help_text="What they are about.")
