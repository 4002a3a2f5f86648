"""What somebody sees of other people's profiles, wherever these are shown."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from chat.adapter import Profile, UserId, get_adapter
from chat.services.people.relations import allowed_by, settings_of_many


def profiles_for(viewer_id: UserId, user_ids: Collection[UserId]) -> dict[UserId, Profile]:
    """Return the profiles of ``user_ids`` as the viewer may see them. See ``profiles_shown``; one statement more."""
    return profiles_shown(viewer_id, get_adapter().profiles(user_ids))


def profiles_shown(viewer_id: UserId, profiles: Mapping[UserId, Profile]) -> dict[UserId, Profile]:
    """Return ``profiles`` without what these people hide from the viewer; one's own stays whole. None: from anybody.

    E-mail addresses go by ``hide_email``, pictures by ``profile_photo_visibility``. No statement where the host shows
    neither, else at most two.
    """
    open_ones = [key for key, profile in profiles.items() if key != viewer_id and (profile.email or profile.avatar_url)]
    if not open_ones:
        return dict(profiles)
    settings = settings_of_many(open_ones)
    pictured = allowed_by("profile_photo_visibility", settings, viewer_id)
    return dict(profiles) | {
        key: replace(
            profiles[key],
            email=None if row.hide_email else profiles[key].email,
            avatar_url=profiles[key].avatar_url if key in pictured else None,
        )
        for key, row in settings.items()
    }
