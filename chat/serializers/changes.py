"""What changed, for one member."""

from collections import defaultdict
from collections.abc import Sequence

from chat.adapter import User, UserId
from chat.models import Changes, Synced
from chat.serializers.groups import group_json, groups_json, members_json, membership_row
from chat.serializers.messages import messages_json
from chat.serializers.wire import Json


def changes_json(changes: Changes) -> Json:
    """Return what changed in one group for its member. At most one statement, beside those of ``messages_json``."""
    return _all_changes_json([changes], changes.membership.user_id)[0]


def synced_json(synced: Synced, viewer: User, *, has_more: bool) -> Json:
    """Return what changed in all groups of ``viewer``. At most four statements, beside those of ``messages_json``."""
    return {
        "changed": _all_changes_json(synced.changed, viewer.pk),
        "gained": groups_json(synced.gained, viewer),
        "lost": [str(group_id) for group_id in synced.lost],
        "has_more": has_more,
    }


def _all_changes_json(of_groups: Sequence[Changes], viewer_id: UserId) -> list[Json]:
    members = members_json([row for changes in of_groups for row in changes.members], viewer_id)
    messages = messages_json([vars(row) for changes in of_groups for row in changes.messages], viewer_id)
    members_of, messages_of = _by_group(members), _by_group(messages)
    return [
        _head_json(changes)
        | {
            "members": members_of[str(changes.membership.group_id)],
            "messages": messages_of[str(changes.membership.group_id)],
            "hidden": [str(message_id) for message_id in changes.hidden],
        }
        for changes in of_groups
    ]


def _head_json(changes: Changes) -> Json:
    membership = changes.membership
    return {
        "chat_group_id": str(membership.group_id),
        "version": changes.version,
        "state_version": changes.state_version,
        "reset": changes.reset,
        "has_more": changes.has_more,
        "group": group_json(membership_row(membership)) if changes.group_changed or changes.state_changed else None,
    }


def _by_group(rows: Sequence[Json]) -> defaultdict[str, list[Json]]:
    found: defaultdict[str, list[Json]] = defaultdict(list)
    for row in rows:
        found[row["chat_group_id"]].append(row)
    return found
