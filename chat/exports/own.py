"""What a person alone has of chat, as it stands in their rows."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, Q, QuerySet

from chat.adapter import UserId
from chat.models import (
    Block,
    CallParticipant,
    CannedReply,
    ChatGroupUser,
    ChatSettings,
    Connection,
    HeldMessage,
    JoinRequest,
    MessageReaction,
    PollVote,
    Presence,
    Report,
    ScheduledMessage,
    SupportRequest,
)

CALL = {name: F(f"call__{name}") for name in ("caller_id", "call_type", "started_at", "answered_at", "ended_at")}


def own_lists(user_id: UserId) -> Iterator[tuple[str, Iterable[object]]]:
    """Yield by name what a person has, row by row. Nothing that others did, or that staff noted."""
    for name, rows in _rows(user_id).items():
        yield name, rows.iterator(chunk_size=500)


def _rows(user_id: UserId) -> dict[str, QuerySet[Any, Any]]:
    connected = Q(requester=user_id) | Q(recipient=user_id)
    return {
        "settings": ChatSettings.objects.filter(user=user_id).values(),
        "presence": Presence.objects.filter(user=user_id).values("seen_at"),
        "memberships": ChatGroupUser.objects.filter(user=user_id, group__desk_of__isnull=True).values(
            "group_id", "role", "created_at", "left_at", "read_seq", "muted_until", "pinned_at", "archived_at"
        ),
        "drafts": ChatGroupUser.objects.filter(user=user_id).exclude(draft_text="").values("group_id", "draft_text"),
        "scheduled": ScheduledMessage.objects.filter(user=user_id).values("group_id", "send_at", "content"),
        "waiting_for_review": HeldMessage.objects.filter(user=user_id).values("group_id", "created_at", "content"),
        "reactions": MessageReaction.objects.filter(user=user_id).values("message_id", "emoji", "created_at"),
        "votes": PollVote.objects.filter(user=user_id).values("message_id", "option", "created_at"),
        "blocks": Block.objects.filter(blocker=user_id).values("blocked_id", "reason", "created_at"),
        "connections": Connection.objects.filter(connected).values(
            "requester_id", "recipient_id", "state", "requested_at", "answered_at"
        ),
        "requests_to_join": JoinRequest.objects.filter(user=user_id).values("group_id", "text", "state", "created_at"),
        "calls": CallParticipant.objects.filter(user=user_id).values(
            "call_id", "group_id", "state", "joined_at", "left_at", **CALL
        ),
        "reports": Report.objects.filter(reporter=user_id).values("reported_id", "kind", "reason", "created_at"),
        "ratings": SupportRequest.objects.filter(group__client_user=user_id, rating__isnull=False).values(
            "group_id", "rating", "rating_text", "rated_at"
        ),
        "canned_replies": CannedReply.objects.filter(owner=user_id).values("name", "text", "created_at"),
    }
