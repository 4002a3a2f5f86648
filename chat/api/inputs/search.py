"""What may be asked of search and of the lists of what a group shares."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.api.fields import Choice, Flag, Text, Time, UserKey, Uuid
from chat.api.inputs import PageQuery
from chat.models.search_text import words_of
from chat.roles import MessageType

TEXT_MAX_LENGTH, WORDS_MAX = 200, 10
_SENT = [(value, label) for value, label in MessageType.choices if value != MessageType.SYSTEM]


class SharedKind(TextChoices):
    """What can be listed of what a group shares."""

    MEDIA = "media", _("Images and videos")
    AUDIO = "audio", _("Voice messages and other sound")
    FILES = "files", _("Other files")
    LINKS = "links", _("Links in texts")
    REFERENCES = "references", _("References")


class SharedQuery(PageQuery):
    """Which list of a group to read."""

    kind = Choice(choices=SharedKind.choices, help_text=_("What to list."))


class SearchQuery(PageQuery):
    """What to look for. Each word must be found; the filters narrow it down."""

    q = Text(max_length=TEXT_MAX_LENGTH, help_text=_("Words or parts of words, at most ten; case does not matter."))
    chat_group_id = Uuid(required=False, help_text=_("Only in this conversation."))
    sender_user_id = UserKey(required=False, help_text=_("Only from this person."))
    message_type = Choice(choices=_SENT, required=False, help_text=_("Only messages of this type."))
    since = Time(required=False, help_text=_("Only messages from this time on."))
    until = Time(required=False, help_text=_("Only messages before this time."))
    has_file = Flag(required=False, help_text=_("Only messages with files, or only those without."))
    pinned = Flag(required=False, help_text=_("Only pinned messages, or only others."))

    def validate_q(self, text: str) -> str:
        """Refuse a text of spaces, and more words than a search can bear."""
        words = words_of(text)
        if not words:
            raise serializers.ValidationError(_("This field may not be blank."), code="blank")
        if len(words) > WORDS_MAX:
            raise serializers.ValidationError(_("These are too many words for one search."), code="too_many")
        return text

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse times that leave nothing between them."""
        if "since" in attrs and "until" in attrs and attrs["since"] >= attrs["until"]:
            raise serializers.ValidationError({"until": _("This must be later than since.")}, code="invalid")
        return attrs
