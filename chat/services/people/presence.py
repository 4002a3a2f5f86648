"""Who is there, as far as they and whoever asks let each other know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from chat.adapter import User, UserId
from chat.conf import chat_settings
from chat.models import Block, ChatSettings, Presence
from chat.services.people.finding import people_known
from chat.services.people.relations import allowed_by, blocked_among, settings_of_many


@dataclass(frozen=True, slots=True)
class Status:
    """What somebody is told of a person's presence. Hidden, unknown, and never here look the same."""

    user_id: UserId
    online: bool = False
    last_seen_at: datetime | None = None


def presence_beat(*, acting_user: User) -> Presence:
    """Note that the person is there now; clients repeat it within the setting ONLINE_SECONDS.

    Who may: everybody, for themselves.
    """
    presence = Presence(user=acting_user, seen_at=timezone.now())
    Presence.objects.bulk_create([presence], update_conflicts=True, unique_fields=["user"], update_fields=["seen_at"])
    return presence


def online_among(user: User, other_ids: Collection[UserId]) -> set[UserId]:
    """Return those of ``other_ids``, whom ``user`` meets, of whom ``statuses_of`` would say online. One statement."""
    since = timezone.now() - timedelta(seconds=chat_settings.ONLINE_SECONDS)
    hiding = ChatSettings.objects.filter(user=OuterRef("user"), online_status=False)
    shown = Q(~Exists(hiding), ~Block.objects.with_row(user)) | Q(user=user)
    rows = Presence.objects.filter(shown, user__in=other_ids, seen_at__gt=since)
    return set(rows.values_list("user_id", flat=True)) if other_ids else set()


def statuses_of(user: User, user_ids: Collection[UserId]) -> list[Status]:
    """Return what ``user`` may know of the presence of these people, in their order. At most six statements.

    Whoever has ``online_status`` off shows nothing; ``last_seen_visibility`` says who sees the time of the last sign of
    life; a block, either way, hides both. One's own status is always told.
    """
    settings = settings_of_many(people_known(user, set(user_ids)))
    shown = {key: row for key, row in settings.items() if row.online_status or key == user.pk}
    blocked, timed = blocked_among(user.pk, shown), allowed_by("last_seen_visibility", shown, user.pk)
    seen = dict(Presence.objects.filter(user__in=shown.keys() - blocked).values_list("user_id", "seen_at"))
    since = timezone.now() - timedelta(seconds=chat_settings.ONLINE_SECONDS)
    return [
        Status(key, online=seen[key] > since, last_seen_at=seen[key] if key in timed else None)
        if key in seen
        else Status(key)
        for key in dict.fromkeys(user_ids)
    ]
