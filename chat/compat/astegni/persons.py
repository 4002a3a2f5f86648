"""People on this surface: by user id, and for old clients also by a profile."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chat.adapter import Profile, UserId, get_adapter
from chat.compat.astegni.identity import first_profiles
from chat.identities import Identity
from chat.serializers import Json
from chat.services.people.profiles import profiles_for


@dataclass(frozen=True, slots=True)
class People:
    """Names and pictures of those on one page, and the profiles that old clients know them by."""

    profiles: Mapping[UserId, Profile]
    identities: Mapping[UserId, Identity] = field(default_factory=dict)
    in_old_shape: bool = False

    def name(self, user_id: UserId) -> str:
        """Return somebody's name."""
        return self.profiles[user_id].name

    def names(self) -> dict[str, str]:
        """Return all names, by ids as the system's messages have them."""
        return {str(key): profile.name for key, profile in self.profiles.items()}

    def shown(self, user_id: UserId) -> Json:
        """Return a person."""
        profile = self.profiles[user_id]
        person = {"user_id": wire_key(user_id), "name": profile.name, "avatar": profile.avatar_url}
        return person | self.pair(user_id) | ({"display_name": profile.name} if self.in_old_shape else {})

    def pair(self, user_id: UserId, before: str = "") -> Json:
        """Return the profile of a person for an old client, None where they have none; nothing for a new one."""
        if not self.in_old_shape:
            return {}
        identity = self.identities.get(user_id)
        return {
            f"{before}profile_id": identity and identity.profile_id,
            f"{before}profile_type": identity and identity.profile_type,
        }


def people_read(
    viewer_id: UserId, user_ids: Collection[UserId], *, in_old_shape: bool, held: Iterable[Identity] | None = None
) -> People:
    """Return these people as the viewer may see them; ``held`` are the profiles of older chats where those are known.

    One statement, one for those profiles, and those of ``profiles_shown``.
    """
    ids = {user_id for user_id in user_ids if user_id is not None}
    profiles: dict[Any, Profile] = profiles_for(viewer_id, ids)
    profiles[None] = get_adapter().deleted_account(None)
    if in_old_shape and held is None:
        held = get_adapter().identities(user_ids=ids) if ids else ()
    return People(profiles, first_profiles(held or ()), in_old_shape)


def wire_key(user_id: UserId) -> int | str | None:
    """Return the key of a user as clients get it: a number where the host's keys are numbers."""
    return user_id if user_id is None or isinstance(user_id, int) else str(user_id)
