"""What requests to the support desk may say."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.api.fields import Choice, Flag, MessageText, Seq, Text, UserKey, Uuid, ZonedTime
from chat.api.inputs import Paged, PageQuery
from chat.choices import Priority, SupportStatus
from chat.services.support.canned import NAME_MAX_LENGTH as CANNED_NAME_MAX_LENGTH
from chat.services.support.ratings import RATING_MAX, TEXT_MAX_LENGTH
from chat.services.support.tags import TAG_MAX_LENGTH, TAGS_MAX
from chat.services.support.visitors import NAME_MAX_LENGTH

ANY = "any"
SUMMARY_MAX = timedelta(days=366)


class RequestsQuery(PageQuery):
    """Which requests to list: as it opens, open ones that nobody takes care of."""

    assignee = Choice(
        choices=[("none", _("Nobody")), ("me", _("I")), (ANY, _("Anybody"))],
        default="none",
        help_text=_("Who takes care of them."),
    )
    status = Choice(choices=[*SupportStatus.choices, (ANY, _("Any"))], default=SupportStatus.OPEN)
    priority = Choice(choices=[(str(value), label) for value, label in Priority.choices], required=False)
    tag = Text(required=False, allow_blank=True, max_length=TAG_MAX_LENGTH)


class StatusNew(serializers.Serializer[Any]):
    """The status of a request."""

    status = Choice(choices=SupportStatus.choices)
    snoozed_until = ZonedTime(
        required=False, allow_null=True, help_text=_("When it is open again: for snoozed ones, and required there.")
    )


class Assignment(serializers.Serializer[Any]):
    """Who is to take care of a request."""

    user_id = UserKey(allow_null=True, help_text=_("Support staff; null puts it back into the queue."))
    note = MessageText(required=False, allow_null=True, help_text=_("Left at the desk, and mentions them."))


class Tags(serializers.Serializer[Any]):
    """All tags of a request; those that are not known yet are made."""

    tags = serializers.ListField(child=Text(max_length=TAG_MAX_LENGTH), max_length=TAGS_MAX)


class PriorityNew(serializers.Serializer[Any]):
    """How urgent a request is."""

    priority = serializers.IntegerField(
        min_value=min(Priority.values), max_value=max(Priority.values), help_text=_("A greater number comes first.")
    )


class RatingNew(serializers.Serializer[Any]):
    """How the request was served."""

    rating = serializers.IntegerField(min_value=1, max_value=RATING_MAX)
    rating_text = Text(required=False, allow_blank=True, max_length=TEXT_MAX_LENGTH)


class Presence(serializers.Serializer[Any]):
    """What the caller does at the request."""

    is_writing = Flag(required=False)


class DeskQuery(Paged):
    """Which part of each of the two streams to read, oldest first; without a position, the newest of it."""

    before = Seq(required=False, help_text=_("Of the conversation: the newest messages before this number."))
    after = Seq(required=False, help_text=_("Of the conversation: the oldest messages after this number."))
    notes_before = Seq(required=False, help_text=_("Of the notes: the newest before this number."))
    notes_after = Seq(required=False, help_text=_("Of the notes: the oldest after this number."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse two directions at once."""
        for stream in ("", "notes_"):
            if f"{stream}before" in attrs and f"{stream}after" in attrs:
                text = _("Only one of before and after can be given.")
                raise serializers.ValidationError({f"{stream}after": text}, code="exclusive")
        return attrs


class CannedNew(serializers.Serializer[Any]):
    """Words that one needs often."""

    name = Text(max_length=CANNED_NAME_MAX_LENGTH)
    text = MessageText(help_text=_("May hold {{client_name}}, {{staff_name}} and {{request_name}}."))


class CannedChange(CannedNew):
    """What to change of them; what is not named stays."""

    name = Text(max_length=CANNED_NAME_MAX_LENGTH, required=False)
    text = MessageText(required=False)


class CannedQuery(serializers.Serializer[Any]):
    """For which request the words are."""

    group_id = Uuid(help_text=_("The request."))


class SummaryQuery(serializers.Serializer[Any]):
    """Over which time to sum up; as it opens, the last 30 days."""

    since = ZonedTime(required=False)
    until = ZonedTime(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fill in what is not said. Refuses what is too long, or backwards."""
        until = attrs.get("until") or timezone.now()
        since = attrs.get("since") or until - timedelta(days=30)
        if not timedelta() < until - since <= SUMMARY_MAX:
            text = _("This must be before the end, by at most %(days)d days.") % {"days": SUMMARY_MAX.days}
            raise serializers.ValidationError({"since": text}, code="out_of_range")
        return {"since": since, "until": until}


class VisitorNew(serializers.Serializer[Any]):
    """Somebody without an account who asks for help."""

    name = Text(max_length=NAME_MAX_LENGTH)
