"""Invitations, what their links show, and requests to join."""

from collections.abc import Collection

from chat.adapter import UserId
from chat.choices import JoinState
from chat.models import Invitation, JoinRequest
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id
from chat.services.people.invitations import Preview
from chat.services.people.profiles import profiles_for


def invitation_json(row: Invitation) -> Json:
    """Return an invitation with its link's token, for those alone who may invite."""
    return {
        "id": str(row.pk),
        "chat_group_id": str(row.group_id),
        "invitation_token": row.token,
        "created_by_user_id": wire_user_id(row.created_by_id),
        "needs_approval": row.needs_approval,
        "use_limit": row.use_limit,
        "use_count": row.use_count,
        "expires_at": wire_time(row.expires_at),
        "revoked_at": wire_time(row.revoked_at),
        "created_at": wire_time(row.created_at),
    }


def preview_json(preview: Preview, viewer_id: UserId) -> Json:
    """Return what a link shows to whoever has it. At most six statements."""
    inviter_id = preview.invitation.created_by_id
    waiting = preview.request
    return {
        "chat_group_id": str(preview.group.pk),
        "name": preview.group.name,
        "member_count": preview.member_count,
        "invited_by": profile_json(profiles_for(viewer_id, {inviter_id})[inviter_id]),
        "needs_approval": preview.invitation.needs_approval,
        "expires_at": wire_time(preview.invitation.expires_at),
        "is_member": preview.is_member,
        "join": joins_json([waiting], viewer_id)[0] if waiting else None,
    }


def joins_json(rows: Collection[JoinRequest], viewer_id: UserId) -> list[Json]:
    """Return requests to join, which were read with their groups, with who asks. At most three statements."""
    profiles = profiles_for(viewer_id, {row.user_id for row in rows})
    return [
        {
            "id": str(row.pk),
            "chat_group_id": str(row.group_id),
            # What a group is called later is not for those whom it did not take.
            "group_name": row.group.name if row.state == JoinState.PENDING else None,
            "user_id": wire_user_id(row.user_id),
            "text": row.text,
            "state": str(row.state),
            "created_at": wire_time(row.created_at),
            "answered_at": wire_time(row.answered_at),
            "profile": profile_json(profiles[row.user_id]),
        }
        for row in rows
    ]
