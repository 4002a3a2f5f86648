"""Reports and bans, as those see them who may."""

from collections.abc import Collection

from chat.adapter import UserId
from chat.models import Ban, Report
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id
from chat.services.people.profiles import profiles_for


def report_json(report: Report) -> Json:
    """Return a report, for who made it alone. One statement."""
    return {
        "id": str(report.pk),
        "user_id": wire_user_id(report.reported_id),
        "kind": str(report.kind),
        "reason": report.reason,
        "message_ids": [str(row.message_id) for row in report.messages.order_by("pk")],
        "created_at": wire_time(report.created_at),
    }


def bans_json(bans: Collection[Ban], viewer_id: UserId) -> list[Json]:
    """Return bans with the profiles of who is banned. At most three statements."""
    profiles = profiles_for(viewer_id, {ban.user_id for ban in bans})
    return [
        {
            "chat_group_id": str(ban.group_id),
            "user_id": wire_user_id(ban.user_id),
            "reason": ban.reason,
            "created_by_user_id": wire_user_id(ban.created_by_id),
            "created_at": wire_time(ban.created_at),
            "profile": profile_json(profiles[ban.user_id]),
        }
        for ban in bans
    ]
