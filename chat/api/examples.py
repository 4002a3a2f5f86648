"""The people, groups and messages that the API's documentation speaks of."""

from typing import Any

Json = dict[str, Any]

GROUP_ID = "01932c5e-7a10-7c4e-9b1f-3f1d2a6c5e01"
OTHER_GROUP_ID = "01932c5e-7a10-7c4e-9b1f-3f1d2a6c5e02"
MESSAGE_ID = "01932c60-11d2-7e0a-8f54-0c9be8d1f3aa"
CLIENT_ID = "0b7a5f0e-4a58-4d0e-9a63-1f1f0cf2f8a1"

FILE_ID = "01932c60-0f00-7b11-8d7e-5d1f2a6c5e11"

ATTACHMENT: Json = {
    "id": FILE_ID,
    "name": "route.jpg",
    "mime_type": "image/jpeg",
    "kind": "image",
    "size": 184211,
    "width": 1600,
    "height": 1200,
    "duration_ms": None,
    "waveform": None,
    "scan_state": "clean",
    "url": f"/api/chat/files/{FILE_ID}/",
    "preview_url": f"/api/chat/files/{FILE_ID}/preview/",
}
PROFILE: Json = {"id": "2", "name": "Ben", "avatar_url": None, "email": None}
MESSAGE: Json = {
    "id": MESSAGE_ID,
    "chat_group_id": GROUP_ID,
    "seq": 41,
    "version": 47,
    "sender_user_id": "2",
    "message_type": "text",
    "message_text": "See you at nine.",
    "reference_id": "",
    "reference_type": "chat",
    "reference_list": None,
    "client_id": None,
    "deleted_at": None,
    "deleted_by_user_id": None,
    "edited_at": None,
    "pinned_at": None,
    "pinned_by_user_id": None,
    "expires_at": None,
    "sent_at": None,
    "created_at": "2026-03-02T08:15:30.123456Z",
    "changed_at": "2026-03-02T08:15:30.123456Z",
    "reply_to_id": None,
    "reply_to": None,
    "forwarded_from": None,
    "mentions": ["1"],
    "reactions": [{"emoji": "👍", "count": 2, "mine": True}],
    "attachments": [],
    "location": None,
    "gif": None,
    "poll": None,
    "system": None,
}
TOMBSTONE: Json = MESSAGE | {
    "version": 48,
    "message_text": None,
    "mentions": [],
    "reactions": [],
    "deleted_at": "2026-03-02T08:16:00.000000Z",
    "deleted_by_user_id": "2",
    "changed_at": "2026-03-02T08:16:00.000000Z",
}
PINNED: Json = MESSAGE | {"version": 48, "pinned_at": "2026-03-02T08:16:00.000000Z", "pinned_by_user_id": "1"}
EDITED: Json = MESSAGE | {
    "version": 48,
    "message_text": "See you at ten.",
    "edited_at": "2026-03-02T08:16:00.000000Z",
    "changed_at": "2026-03-02T08:16:00.000000Z",
}
REVISION: Json = {
    "version": 48,
    "message_text": "See you at nine.",
    "written_at": "2026-03-02T08:15:30.123456Z",
}
RECEIPT: Json = {
    "user_id": "2",
    "read_at": None,
    "delivered_at": "2026-03-02T08:15:31.000000Z",
    "profile": PROFILE,
}
SENT: Json = MESSAGE | {"sender_user_id": "1", "client_id": CLIENT_ID}
FORWARDS: Json = {
    "results": [
        {
            "chat_group_id": OTHER_GROUP_ID,
            "message": SENT
            | {"chat_group_id": OTHER_GROUP_ID, "mentions": [], "reactions": [], "forwarded_from": {"name": "Ben"}},
            "error": None,
        }
    ]
}
STATE: Json = {
    "read_seq": 40,
    "unread_from_seq": 40,
    "delivered_seq": 41,
    "visible_from_seq": 1,
    "muted_until": None,
    "pinned_at": "2026-03-01T10:00:00.000000Z",
    "archived_at": None,
    "draft": {"message_text": "And bring", "reply_to_id": MESSAGE_ID, "changed_at": "2026-03-02T08:20:00.000000Z"},
    "state_version": 12,
}
GROUP: Json = {
    "id": GROUP_ID,
    "client_user_id": None,
    "group_type": "group",
    "name": "Climbing on Tuesday",
    "description": "",
    "posting": "everyone",
    "history_visibility": "joined",
    "message_lifetime": None,
    "slow_mode": None,
    "support_status": None,
    "assignee_user_id": None,
    "desk_of_id": None,
    "created_by_user_id": "1",
    "last_seq": 41,
    "version": 47,
    "last_message_at": "2026-03-02T08:15:30.123456Z",
    "created_at": "2026-02-20T17:02:11.000312Z",
    "changed_at": "2026-03-02T08:15:30.123456Z",
    "closed_at": None,
    "state_version": 12,
    "my_role": "member",
    "silenced_until": None,
    "actions": ["group.read", "group.leave", "message.send", "message.edit_own", "message.react", "message.delete_own"],
    "unread_count": 1,
    "unread_mention_count": 1,
    "state": STATE,
}
MEMBER: Json = {
    "chat_group_id": GROUP_ID,
    "user_id": "2",
    "role": "owner",
    "read_seq": 41,
    "created_at": "2026-02-20T17:02:11.000312Z",
    "changed_at": "2026-02-20T17:02:11.000312Z",
    "silenced_until": None,
    "left_at": None,
    "version": 2,
    "profile": PROFILE,
}
GROUP_LISTED: Json = GROUP | {"last_message": MESSAGE, "other_user": None}
GROUP_DETAIL: Json = GROUP | {"members": [MEMBER], "owner_profile": PROFILE}
HISTORY: Json = {"messages": [MESSAGE], "has_older": True, "has_newer": False, "version": 47, "state_version": 12}
CHANGES: Json = {
    "chat_group_id": GROUP_ID,
    "version": 47,
    "state_version": 12,
    "reset": False,
    "has_more": False,
    "group": GROUP,
    "members": [],
    "messages": [MESSAGE],
    "hidden": [],
}
SYNCED: Json = {"changed": [CHANGES], "gained": [], "gained_next": None, "lost": [OTHER_GROUP_ID], "has_more": False}
UNREAD: Json = {
    "groups": [{"chat_group_id": GROUP_ID, "count": 1, "mention_count": 1}],
    "total": 1,
    "mention_total": 1,
}
SHARED: Json = {
    "message_id": MESSAGE_ID,
    "chat_group_id": GROUP_ID,
    "seq": 17,
    "sender_user_id": "2",
    "created_at": MESSAGE["created_at"],
    "file": ATTACHMENT,
    "links": [],
    "reference_id": "",
    "reference_type": "",
    "reference_list": None,
}
FOUND: Json = {
    "next": None,
    "results": [{"message": MESSAGE, "highlights": [[0, 3]]}],
    "groups": [GROUP_LISTED],
    "approximate": False,
}
