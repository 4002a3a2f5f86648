"""What a folded message keeps of its old row, under the names of the old columns: see docs/astegni.md."""

from collections.abc import Mapping
from typing import Any, TypedDict, cast

from chat.identities import Pair


class Legacy(TypedDict, total=False):
    """The part of ``metadata.legacy`` that this surface shows. The fold writes what the old row said, and no more."""

    sender_profile_type: str
    sender_profile_id: int
    """The profile that it was sent under: the person may have several, or none any more."""
    media_metadata: dict[str, Any]
    """What the older chat knew of a file."""


def legacy_of(row: Mapping[str, Any]) -> Legacy:
    """Return what a message, or a quote, keeps of its old row; of one that was written here, nothing."""
    legacy: Any = (row.get("metadata") or {}).get("legacy")
    return cast("Legacy", legacy or {})


def sender_pair(row: Mapping[str, Any]) -> Pair | None:
    """Return the profile that a folded message was sent under, if its old row had a whole one."""
    legacy = legacy_of(row)
    profile_type, profile_id = legacy.get("sender_profile_type"), legacy.get("sender_profile_id")
    if isinstance(profile_type, str) and isinstance(profile_id, int):
        return profile_type, profile_id
    return None
