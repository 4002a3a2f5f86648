"""What answers look like, for the schema; ``chat.serializers`` makes them, and tests hold the two together."""

from rest_framework import serializers

from chat.api.fields import Time
from chat.api.shapes.base import Shape
from chat.api.shapes.messages import MessageShape as MessageShape
from chat.choices import SupportStatus
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import Action, Role


class Problem(Shape):
    """One thing that is wrong with a field."""

    detail = serializers.CharField()
    code = serializers.CharField()


class Error(Shape):
    """What went wrong: a sentence for people, a stable code for programs, and the field that is wrong."""

    optional = ("field", "errors")

    detail = serializers.CharField()
    code = serializers.CharField()
    field = serializers.CharField()
    errors = serializers.DictField(child=Problem(many=True))  # type: ignore[assignment]  # a field here


class ProfileShape(Shape):
    """What others may see of a person."""

    id = serializers.CharField(help_text="Empty for a deleted account that left no id.")
    name = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)


class HistoryShape(Shape):
    """A part of a history, oldest first. ``version`` and ``state_version`` are where ``changes/`` goes on."""

    messages = MessageShape(many=True)
    has_older = serializers.BooleanField()
    has_newer = serializers.BooleanField()
    version = serializers.IntegerField()
    state_version = serializers.IntegerField()


class MemberShape(Shape, serializers.ModelSerializer[ChatGroupUser]):
    """A member as the others see them."""

    chat_group_id = serializers.UUIDField(source="group_id")
    user_id = serializers.CharField(allow_null=True)
    read_seq = serializers.IntegerField(allow_null=True, help_text="Null: one of the two does not share it.")
    created_at = Time()
    changed_at = Time()
    silenced_until = Time(allow_null=True, help_text="Until then the member may write nothing.")
    left_at = Time(allow_null=True)
    profile = ProfileShape()

    class Meta:
        model = ChatGroupUser
        fields = (
            "chat_group_id",
            "user_id",
            "role",
            "read_seq",
            "created_at",
            "changed_at",
            "silenced_until",
            "left_at",
            "version",
            "profile",
        )


class DraftShape(Shape):
    """What the caller began to write."""

    message_text = serializers.CharField()
    reply_to_id = serializers.UUIDField(allow_null=True)
    changed_at = Time()


class StateShape(Shape, serializers.ModelSerializer[ChatGroupUser]):
    """What the caller made of the group for themselves."""

    muted_until = Time(allow_null=True)
    pinned_at = Time(allow_null=True)
    archived_at = Time(allow_null=True)
    draft = DraftShape(allow_null=True)

    class Meta:
        model = ChatGroupUser
        fields = (
            "read_seq",
            "unread_from_seq",
            "delivered_seq",
            "visible_from_seq",
            "muted_until",
            "pinned_at",
            "archived_at",
            "draft",
            "state_version",
        )


class GroupShape(Shape, serializers.ModelSerializer[ChatGroup]):
    """A conversation as the caller sees it."""

    client_user_id = serializers.CharField(allow_null=True)
    created_by_user_id = serializers.CharField(source="created_by_id", allow_null=True)
    message_lifetime = serializers.IntegerField(
        allow_null=True, min_value=1, help_text="Seconds after which messages disappear; null: they stay."
    )
    slow_mode = serializers.IntegerField(
        allow_null=True, min_value=1, help_text="Seconds between two messages of one member; null: none."
    )
    support_status = serializers.ChoiceField(
        choices=SupportStatus.choices, allow_null=True, help_text="How far a support request has come."
    )
    assignee_user_id = serializers.CharField(
        source="assignee_id", allow_null=True, help_text="Who takes care of a support request."
    )
    desk_of_id = serializers.UUIDField(
        allow_null=True, help_text="The request at whose desk this is: its staff talk here among themselves."
    )
    last_message_at = Time(allow_null=True)
    created_at = Time()
    changed_at = Time()
    closed_at = Time(allow_null=True)
    state_version = serializers.IntegerField()
    my_role = serializers.ChoiceField(choices=Role.choices)
    silenced_until = Time(allow_null=True, help_text="Until then the caller may write nothing here.")
    actions = serializers.ListField(
        child=serializers.ChoiceField(choices=Action.choices), help_text="What the caller may do here."
    )
    unread_count = serializers.IntegerField()
    unread_mention_count = serializers.IntegerField(help_text="How many of them mention the caller.")
    state = StateShape()

    class Meta:
        model = ChatGroup
        fields: tuple[str, ...] = (
            "id",
            "client_user_id",
            "group_type",
            "name",
            "description",
            "posting",
            "history_visibility",
            "message_lifetime",
            "slow_mode",
            "support_status",
            "assignee_user_id",
            "desk_of_id",
            "created_by_user_id",
            "last_seq",
            "version",
            "last_message_at",
            "created_at",
            "changed_at",
            "closed_at",
            "state_version",
            "my_role",
            "silenced_until",
            "actions",
            "unread_count",
            "unread_mention_count",
            "state",
        )


class GroupListedShape(GroupShape):
    """A conversation in a list."""

    last_message = MessageShape(allow_null=True)
    other_user = ProfileShape(allow_null=True, help_text="The other person of a peer conversation.")

    class Meta(GroupShape.Meta):
        fields = (*GroupShape.Meta.fields, "last_message", "other_user")


class GroupDetailShape(GroupShape):
    """A conversation with its members."""

    members = MemberShape(many=True)
    owner_profile = ProfileShape(allow_null=True)

    class Meta(GroupShape.Meta):
        fields = (*GroupShape.Meta.fields, "members", "owner_profile")


class ChangesShape(Shape):
    """What changed in one group. With ``reset`` the client must load the group anew; with ``has_more``, ask again."""

    chat_group_id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="The next ``since``.")
    state_version = serializers.IntegerField(help_text="The next ``state_since``.")
    reset = serializers.BooleanField()
    has_more = serializers.BooleanField()
    group = GroupShape(allow_null=True, help_text="The group as it is now, if anything changed.")
    members = MemberShape(many=True, help_text="Members who changed; who left has ``left_at``.")
    messages = MessageShape(many=True, help_text="Messages that are new, changed, or shown again.")
    hidden = serializers.ListField(
        child=serializers.UUIDField(), help_text="Messages that the caller deleted for themselves."
    )


class SyncShape(Shape):
    """What changed in all groups. ``has_more``: ask again with what is known now."""

    changed = ChangesShape(many=True)
    gained = GroupListedShape(many=True, help_text="Groups that the request did not name.")
    lost = serializers.ListField(child=serializers.UUIDField(), help_text="Groups that the caller cannot see.")
    has_more = serializers.BooleanField()
    gained_next = serializers.CharField(allow_null=True, help_text="The next ``gained_cursor``; null: these were all.")


class UnreadCountShape(Shape):
    """How many messages of a group are unread."""

    chat_group_id = serializers.UUIDField()
    count = serializers.IntegerField()
    mention_count = serializers.IntegerField(help_text="How many of them mention the caller.")


class UnreadShape(Shape):
    """Unread messages by group, most first; groups without any are left out."""

    groups = UnreadCountShape(many=True)
    total = serializers.IntegerField()
    mention_total = serializers.IntegerField()


class RootShape(Shape):
    """Where to go from here."""

    optional = ("gifs",)

    groups = serializers.URLField()
    unread = serializers.URLField()
    sync = serializers.URLField()
    search = serializers.URLField()
    users = serializers.URLField()
    contacts = serializers.URLField()
    connections = serializers.URLField()
    blocks = serializers.URLField()
    settings = serializers.URLField()
    presence = serializers.URLField()
    joins = serializers.URLField()
    calls = serializers.URLField()
    uploads = serializers.URLField()
    exports = serializers.URLField()
    erasures = serializers.URLField()
    gifs = serializers.URLField(help_text="Only where the site names a provider.")
    support = serializers.URLField()
    support_hours = serializers.URLField()
    support_summary = serializers.URLField()
    support_tags = serializers.URLField()
    support_canned = serializers.URLField()
    support_visitor_claim = serializers.URLField()
