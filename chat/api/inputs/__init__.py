"""What requests may say: bodies and query strings."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.api.fields import Choice, Flag, MessageText, PageLimit, Seconds, Seq, Text, Time, UserKey, UserKeys, Uuid
from chat.api.inputs.contents import GifChoice, LocationNew, PollNew
from chat.api.inputs.files import AttachmentIds, References
from chat.conf import chat_settings
from chat.roles import GroupType, HistoryVisibility, Posting, ReferenceType, Role
from chat.services.groups import DESCRIPTION_MAX_LENGTH, NAME_MAX_LENGTH

BELONGS: Mapping[str, frozenset[str]] = {
    GroupType.SUPPORT: frozenset({"client_user_id", "member_ids", "name"}),
    GroupType.PEER: frozenset({"member_ids"}),
    GroupType.GROUP: frozenset(
        {"member_ids", "name", "description", "posting", "history_visibility", "message_lifetime"}
    ),
}
"""What may be said when a group of each type is started."""


SHOWN_WITHOUT_TEXT = frozenset({"attachment_ids", "location", "gif"})
"""What a message can be made of instead of text."""


class GroupStart(serializers.Serializer[Any]):
    """A new conversation. Which fields belong depends on ``group_type``."""

    group_type = Choice(choices=GroupType.choices, default=GroupType.SUPPORT)
    client_user_id = UserKey(required=False, help_text=_("Support: whose request it is. Required there."))
    member_ids = UserKeys(
        required=False,
        max_length=1000,
        help_text=_("Group: who else is in it. Peer: the one other person. Support: further staff."),
    )
    name = Text(required=False, allow_null=True, max_length=NAME_MAX_LENGTH)
    description = Text(required=False, allow_blank=True, max_length=DESCRIPTION_MAX_LENGTH)
    posting = Choice(choices=Posting.choices, required=False)
    history_visibility = Choice(choices=HistoryVisibility.choices, required=False)
    message_lifetime = Seconds(
        required=False, allow_null=True, help_text=_("Seconds after which messages disappear; null: they stay.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what does not belong to the type, and a type without what it needs."""
        group_type = attrs["group_type"]
        attrs = {name: value for name, value in attrs.items() if value not in (None, "")}  # as forms leave fields out
        errors = {
            name: serializers.ErrorDetail(str(_("This does not belong to this type of group.")), "not_for_this_type")
            for name in attrs
            if name != "group_type" and name not in BELONGS[group_type]
        }
        if group_type == GroupType.SUPPORT and "client_user_id" not in attrs:
            errors["client_user_id"] = serializers.ErrorDetail(str(_("Support needs a client.")), "required")
        if group_type == GroupType.PEER and len(attrs.get("member_ids", ())) != 1:
            errors["member_ids"] = serializers.ErrorDetail(str(_("Name exactly one person.")), "not_one")
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class GroupChange(serializers.Serializer[Any]):
    """What to change of a group; what is not named stays."""

    name = Text(required=False, allow_null=True, max_length=NAME_MAX_LENGTH)
    description = Text(required=False, allow_blank=True, max_length=DESCRIPTION_MAX_LENGTH)
    posting = Choice(choices=Posting.choices, required=False)
    history_visibility = Choice(choices=HistoryVisibility.choices, required=False)
    message_lifetime = Seconds(
        required=False,
        allow_null=True,
        help_text=_("Seconds after which messages disappear that are sent from now on; null: they stay."),
    )
    slow_mode = Seconds(
        required=False,
        allow_null=True,
        help_text=_("Seconds between two messages of one member, at most six hours; null: none."),
    )


class MemberNew(serializers.Serializer[Any]):
    """Whom to add, and as what."""

    user_id = UserKey()
    role = Choice(choices=Role.choices)


class MemberChange(serializers.Serializer[Any]):
    """A member's new role."""

    role = Choice(choices=Role.choices)


class Transfer(serializers.Serializer[Any]):
    """Who is to own the group."""

    user_id = UserKey()


class MessageNew(serializers.Serializer[Any]):
    """A message to send. The same ``client_id`` again returns the first message."""

    message_text = MessageText(
        required=False,
        help_text=_("Kept as written; the question of a poll. Required unless there is something else to show."),
    )
    reference_id = Text(required=False, allow_blank=True, max_length=255)
    reference_type = Text(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text=_("Any text; usual are: %s.") % ", ".join(ReferenceType.values),
    )
    client_id = Uuid(required=False, help_text=_("Makes a retry safe."))
    reply_to_id = Uuid(required=False, help_text=_("The message of this conversation that this one answers."))
    mention_ids = UserKeys(required=False, max_length=1000, help_text=_("Members whom the message mentions."))
    attachment_ids = AttachmentIds(required=False, help_text=_("Own uploads, each once; in this order."))
    reference_list = References(required=False, help_text=_("What the message points to."))
    poll = PollNew(required=False)
    location = LocationNew(required=False)
    gif = GifChoice(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a message of nothing, and a poll without a question."""
        if "message_text" not in attrs and not attrs.keys() & SHOWN_WITHOUT_TEXT:
            error = serializers.ErrorDetail(str(_("This field is required.")), "required")
            raise serializers.ValidationError({"message_text": error})
        return attrs


class MessageChange(serializers.Serializer[Any]):
    """What to change of an own message; what is not named stays."""

    message_text = MessageText(required=False, allow_blank=True, help_text=_("Only that of files may be empty."))
    mention_ids = UserKeys(required=False, max_length=1000, help_text=_("Members whom the message mentions."))


class MessageScope(serializers.Serializer[Any]):
    """For whom a message is deleted, or shown again."""

    scope = Choice(
        choices=[("everyone", _("Everyone")), ("me", _("Me alone"))],
        default="everyone",
        help_text=_("For everyone, or for the caller alone."),
    )


class Forward(serializers.Serializer[Any]):
    """Where to forward a message. The same ``client_id`` again returns the first messages."""

    group_ids = serializers.ListField(child=Uuid(), allow_empty=False, max_length=1000)
    client_id = Uuid(required=False, help_text=_("Makes a retry safe; it counts in each group by itself."))


class Draft(serializers.Serializer[Any]):
    """What the caller began to write; neither text nor reply: nothing."""

    message_text = MessageText(required=False, allow_blank=True)
    reply_to_id = Uuid(required=False, allow_null=True, help_text=_("The message that it is to answer."))


class ReadPosition(serializers.Serializer[Any]):
    """Up to which message the caller has read, or received. Positions only move forward."""

    read_seq = Seq(required=False)
    delivered_seq = Seq(required=False)


class StateChange(serializers.Serializer[Any]):
    """What the caller makes of the group for themselves; what is not named stays."""

    muted_until = Time(required=False, allow_null=True)
    pinned = Flag(required=False)
    archived = Flag(required=False)
    unread_from_seq = Seq(required=False, help_text=_("Mark unread: messages after this number count again."))


class Known(serializers.ListField):
    """What a client knows of a group: ``[version, state_version]``."""

    child = Seq()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)


class Sync(serializers.Serializer[Any]):
    """What the client knows: each group's id with ``[version, state_version]``."""

    groups = serializers.DictField(child=Known())
    gained_cursor = Text(
        required=False, allow_blank=True, max_length=1000, help_text=_("From ``gained_next`` of the last answer.")
    )

    def validate_groups(self, groups: dict[str, list[int]]) -> dict[Any, tuple[int, int]]:
        """Return the groups by id."""
        if len(groups) > chat_settings.SYNC_MAX_GROUPS:
            raise serializers.ValidationError(_("These are too many groups for one request."), code="too_many")
        group_id = Uuid(error_messages={"invalid": _("One of the keys is not a group id.")})
        return {group_id.run_validation(key): (known[0], known[1]) for key, known in groups.items()}


class Paged(serializers.Serializer[Any]):
    """How many rows to answer."""

    limit = PageLimit(help_text=_("How many rows to answer at most."))


class PageQuery(Paged):
    """Which page of a list."""

    cursor = Text(required=False, allow_blank=True, max_length=1000, help_text=_("From ``next`` of the last page."))


class HistoryQuery(Paged):
    """Which part of a group's history to read; at most one of ``before``, ``after`` and ``around``."""

    before = Seq(required=False, help_text=_("The newest messages before this number."))
    after = Seq(required=False, help_text=_("The oldest messages after this number."))
    around = Seq(required=False, help_text=_("This message with its neighbours on both sides."))
    reference_type = Text(required=False, allow_blank=True, max_length=100, help_text=_("Only with this type."))
    reference_id = Text(required=False, allow_blank=True, max_length=255, help_text=_("Only about this."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse two directions at once."""
        given = [name for name in ("before", "after", "around") if name in attrs]
        if len(given) > 1:
            text = _("Only one of before, after and around can be given.")
            raise serializers.ValidationError({given[1]: text}, code="exclusive")
        return attrs


class ChangesQuery(Paged):
    """What the client knows of the group."""

    since = Seq(help_text=_("The version that the last answer gave."))
    state_since = Seq(help_text=_("The state_version that the last answer gave."))


class PeopleQuery(PageQuery):
    """Whom to look for."""

    q = serializers.CharField(min_length=2, max_length=100, help_text=_("At least two characters of a name."))
