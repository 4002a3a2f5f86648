"""The support desk, for its staff."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from chat.adapter import Profile, User, UserId
from chat.models import (
    Attendance,
    BusinessHours,
    CannedReply,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    MessageHidden,
    RequestTag,
    SupportRequest,
)
from chat.models.message import MESSAGE_FIELDS
from chat.models.support.summary import Summary, Tally
from chat.serializers.messages import messages_json
from chat.serializers.wire import Json, profile_json, wire_time, wire_user_id
from chat.services.people.profiles import profiles_for

Memberships = dict[UUID, ChatGroupUser]


def requests_json(groups: Sequence[ChatGroup], viewer: User) -> list[Json]:
    """Return requests, read with ``request`` and ``desk``, for staff who see them.

    At most six statements, beside those of ``messages_json``.
    """
    ids = [group.pk for group in groups]
    mine = _memberships(ids, viewer)
    tags, last = _tags(ids), _last_messages(ids, viewer)
    people = {group.client_user_id for group in groups} | {group.assignee_id for group in groups} - {None}
    profiles = profiles_for(viewer.pk, people)
    return [
        _group_json(group, profiles)
        | _times_json(getattr(group, "request", None) or SupportRequest(group=group))
        | {
            "tags": tags[group.pk],
            "my_role": mine[group.pk].role if group.pk in mine else None,
            "unread_count": mine[group.pk].unread if group.pk in mine else 0,
            "last_message": last.get(group.pk),
            "desk": _desk_json(getattr(group, "desk", None), mine),
        }
        for group in groups
    ]


def _group_json(group: ChatGroup, profiles: dict[UserId, Profile]) -> Json:
    return {
        "chat_group_id": str(group.pk),
        "name": group.name,
        "client": profile_json(profiles[group.client_user_id]),
        "status": group.support_status,
        "assignee": None if group.assignee_id is None else profile_json(profiles[group.assignee_id]),
        "priority": group.priority,
        "last_seq": group.last_seq,
        "version": group.version,
        "created_at": wire_time(group.created_at),
        "last_message_at": wire_time(group.last_message_at),
    }


def _times_json(request: SupportRequest) -> Json:
    return {
        "snoozed_until": wire_time(request.snoozed_until),
        "first_response_at": wire_time(request.first_response_at),
        "first_response_seconds": request.first_response_seconds,
        "resolved_at": wire_time(request.resolved_at),
        "resolution_seconds": request.resolution_seconds,
        "reopened_count": request.reopened_count,
    } | rating_json(request)


def rating_json(request: SupportRequest) -> Json:
    """Return what a client says of how they were served."""
    return {"rating": request.rating, "rating_text": request.rating_text, "rated_at": wire_time(request.rated_at)}


def _desk_json(desk: ChatGroup | None, mine: Memberships) -> Json | None:
    if desk is None:
        return None
    membership = mine.get(desk.pk)
    return {
        "chat_group_id": str(desk.pk),
        "last_seq": desk.last_seq,
        "version": desk.version,
        "state_version": membership.state_version if membership else 0,
        "unread_count": membership.unread if membership else 0,
        "unread_mention_count": membership.unread_mentions if membership else 0,
    }


def _memberships(ids: Collection[UUID], viewer: User) -> Memberships:
    """Return the viewer's memberships in these requests and at their desks, by group."""
    there = ChatGroupUser.objects.of(viewer).filter(Q(group__in=ids) | Q(group__desk_of__in=ids))
    return {row.group_id: row for row in there.with_unread()}


def _tags(ids: Collection[UUID]) -> defaultdict[UUID, list[str]]:
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    rows = RequestTag.objects.filter(group__in=ids).order_by("tag__name")
    for group_id, name in rows.values_list("group_id", "tag__name"):
        found[group_id].append(name)
    return found


def _last_messages(ids: Collection[UUID], viewer: User) -> dict[UUID, Json]:
    rows = ChatMessage.objects.filter(~MessageHidden.objects.of_message_for(viewer), group__in=ids)
    found: list[dict[str, Any]] = list(rows.filter(seq=F("group__last_seq")).values(*MESSAGE_FIELDS))
    return {row["group_id"]: message for row, message in zip(found, messages_json(found, viewer.pk), strict=True)}


def attendances_json(rows: Collection[Attendance], viewer_id: UserId) -> list[Json]:
    """Return who is at a request. At most three statements."""
    profiles = profiles_for(viewer_id, {row.user_id for row in rows})
    return [
        {
            "user_id": wire_user_id(row.user_id),
            "looked_at": wire_time(row.looked_at),
            "wrote_at": wire_time(row.wrote_at),
            "profile": profile_json(profiles[row.user_id]),
        }
        for row in rows
    ]


def canned_json(reply: CannedReply) -> Json:
    """Return words that staff need often."""
    return {
        "id": str(reply.pk),
        "name": reply.name,
        "text": reply.text,
        "is_shared": reply.owner_id is None,
        "created_at": wire_time(reply.created_at),
        "changed_at": wire_time(reply.changed_at),
    }


def hours_json(hours: BusinessHours | None, now: Any) -> Json:  # noqa: ANN401 (a time)
    """Return when the desk is open; without hours it always is. ``hours`` were read with all that belongs to them."""
    if hours is None:
        return {"time_zone": "UTC", "intervals": [], "holidays": [], "away_message": "", "opens_at": wire_time(now)}
    intervals = sorted(hours.intervals.all(), key=lambda row: (row.weekday, row.opens))
    return {
        "time_zone": hours.time_zone,
        "intervals": [
            {"weekday": row.weekday, "opens": f"{row.opens:%H:%M}", "closes": f"{row.closes:%H:%M}"}
            for row in intervals
        ],
        "holidays": [
            {"date": row.date.isoformat(), "name": row.name}
            for row in sorted(hours.holidays.all(), key=lambda row: row.date)
        ],
        "away_message": hours.away_message,
        "opens_at": wire_time(hours.opening().opens_after(now)),
    }


def summary_json(summary: Summary, viewer_id: UserId) -> Json:
    """Return how the desk did. At most three statements."""
    profiles = profiles_for(viewer_id, summary.people.keys() - {None})
    people = sorted(summary.people.items(), key=lambda item: str(item[0]))
    return {
        "people": [
            {"profile": None if key is None else profile_json(profiles[key])} | _tally_json(tally)
            for key, tally in people
        ],
        "days": [{"date": key.isoformat()} | _tally_json(tally) for key, tally in sorted(summary.days.items())],
        "tags": [{"tag": key} | _tally_json(tally) for key, tally in sorted(summary.tags.items())],
    }


def _tally_json(tally: Tally) -> Json:
    return {
        "answered": tally.answered,
        "first_response_seconds": _whole(tally.first_response_seconds),
        "resolved": tally.resolved,
        "resolution_seconds": _whole(tally.resolution_seconds),
        "rating": None if tally.rating is None else round(tally.rating, 2),
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
