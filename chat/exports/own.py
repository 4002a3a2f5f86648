"""What a person alone has of chat, as it stands in their rows."""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from django.db.models import F, Q, QuerySet

from chat.adapter import UserId
from chat.exports.sources import in_pages
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
from chat.services.people.settings import SETTABLE

CALL = {name: F(f"call__{name}") for name in ("caller_id", "call_type", "started_at", "answered_at", "ended_at")}


def own_lists(user_id: UserId) -> Iterator[tuple[str, Iterable[object]]]:
    """Yield by name what a person has, row by row. Nothing that others did, or that staff noted."""
    for name, rows in _rows(user_id).items():
        pages = in_pages(rows, "pk", itemgetter("pk"))
        yield name, ({key: row[key] for key in row if key != "pk"} for page in pages for row in page)


def _rows(user_id: UserId) -> dict[str, QuerySet[Any, Any]]:
    connected = Q(requester=user_id) | Q(recipient=user_id)
    return {
        "settings": ChatSettings.objects.filter(user=user_id).values("pk", *SETTABLE),
        "presence": Presence.objects.filter(user=user_id).values("pk", "seen_at"),
        "memberships": ChatGroupUser.objects.filter(user=user_id, group__desk_of__isnull=True).values(
            "pk", "group_id", "role", "created_at", "left_at", "read_seq", "muted_until", "pinned_at", "archived_at"
        ),
        "drafts": ChatGroupUser.objects.filter(user=user_id)
        .exclude(draft_text="")
        .values("pk", "group_id", "draft_text"),
        "scheduled": ScheduledMessage.objects.filter(user=user_id).values("pk", "group_id", "send_at", "content"),
        "waiting_for_review": HeldMessage.objects.filter(user=user_id).values(
            "pk", "group_id", "created_at", "content"
        ),
        "reactions": MessageReaction.objects.filter(user=user_id).values("pk", "message_id", "emoji", "created_at"),
        "votes": PollVote.objects.filter(user=user_id).values("pk", "message_id", "option", "created_at"),
        "blocks": Block.objects.filter(blocker=user_id).values("pk", "blocked_id", "reason", "created_at"),
        "connections": Connection.objects.filter(connected).values(
            "pk", "requester_id", "recipient_id", "state", "requested_at", "answered_at"
        ),
        "requests_to_join": JoinRequest.objects.filter(user=user_id).values(
            "pk", "group_id", "text", "state", "created_at"
        ),
        "calls": CallParticipant.objects.filter(user=user_id).values(
            "pk", "call_id", "group_id", "state", "joined_at", "left_at", **CALL
        ),
        "reports": Report.objects.filter(reporter=user_id).values("pk", "reported_id", "kind", "reason", "created_at"),
        "ratings": SupportRequest.objects.filter(group__client_user=user_id, rating__isnull=False).values(
            "pk", "group_id", "rating", "rating_text", "rated_at"
        ),
        "canned_replies": CannedReply.objects.filter(owner=user_id).values("pk", "name", "text", "created_at"),
    }
