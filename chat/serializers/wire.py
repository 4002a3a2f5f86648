"""How single values look on the wire: ids of people are text, times have six digits and end in ``Z``."""

from datetime import UTC, datetime
from typing import Any

from chat.adapter import Profile, UserId

Json = dict[str, Any]


def wire_time(value: datetime | None) -> str | None:
    """Return a time as clients get it, or None."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def wire_user_id(user_id: UserId) -> str | None:
    """Return the key of a user as clients get it, or None."""
    return None if user_id is None else str(user_id)


def profile_json(profile: Profile) -> Json:
    """Return what others may see of a person."""
    return {"id": profile.id, "name": profile.name, "avatar_url": profile.avatar_url, "email": profile.email}
