"""Profiles, for those whom a person meets in their conversations."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, user_key
from chat.compat.hazo.errors import bad_request
from chat.compat.hazo.shapes import profile_json, reserved_profiles
from chat.exceptions import InvalidInput
from chat.models import ChatGroupUser
from chat.services.people.profiles import profiles_for

AT_MOST = 500


def profiles(viewer: User, raw_ids: object) -> list[dict[str, Any]]:
    """Return the profiles of those of ``raw_ids`` who are, or were, in a group of ``viewer``; of others nothing."""
    if not isinstance(raw_ids, list) or len(raw_ids) > AT_MOST:
        raise bad_request("INVALID_USER_IDS", _("user_ids must be a list of at most 500 ids"))
    reserved = reserved_profiles()
    known = [reserved[raw] for raw in dict.fromkeys(filter(_is_text, raw_ids)) if raw in reserved]
    met = _met(viewer, {key for raw in raw_ids if (key := _key(raw)) is not None})
    return known + [profile_json(profile) for profile in profiles_for(viewer.pk, met).values()]


def _met(viewer: User, keys: set[UserId]) -> set[UserId]:
    """Return those of ``keys`` who share a group, past or present, with ``viewer``; oneself always."""
    shared = ChatGroupUser.objects.visible_to(viewer).filter(user_id__in=keys)
    return set(shared.values_list("user_id", flat=True)) | (keys & {viewer.pk})


def _key(raw: object) -> UserId | None:
    try:
        return user_key(raw, field="user_ids")
    except InvalidInput:
        return None


def _is_text(raw: object) -> bool:
    return isinstance(raw, str)
