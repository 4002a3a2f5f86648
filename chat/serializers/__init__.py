"""The one JSON shape of what clients see, for the API and for live connections.

Plain functions, as lists of these are the hot reads; tests hold them against the serializer classes that describe the
API. Everything is shaped for one viewer.
"""

from chat.serializers.changes import changes_json, synced_json
from chat.serializers.groups import group_detail_json, groups_json, members_json, others_shown, state_json
from chat.serializers.messages import gone_at, message_json, messages_json
from chat.serializers.receipts import receipts_json
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id

__all__ = [
    "Json",
    "changes_json",
    "gone_at",
    "group_detail_json",
    "groups_json",
    "members_json",
    "message_json",
    "messages_json",
    "others_shown",
    "profile_json",
    "receipts_json",
    "state_json",
    "synced_json",
    "wire_time",
    "wire_user_id",
]
