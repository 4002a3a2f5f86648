"""The JSON that the client reads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from chat.adapter import Profile, User, get_adapter
from chat.models import ChatMessage
from chat.rendering import NOBODY, plain_text
from chat.roles import MessageType
from chat.serializers import gone_at, wire_time

SYSTEM = "chat:system"
DELETED = "chat:deleted"

MESSAGE_FIELDS = (
    "id",
    "group_id",
    "sender_id",
    "message_type",
    "message_text",
    "reference_id",
    "reference_type",
    "reference_list",
    "metadata",
    "deleted_at",
    "expires_at",
    "created_at",
    "changed_at",
)


def message_json(
    row: dict[str, Any],
    read_at: datetime | None,
    files: Sequence[dict[str, Any]] = (),
    names: Mapping[str, str] = NOBODY,
) -> dict[str, Any]:
    """Return a message on the wire from the values of MESSAGE_FIELDS; of a tombstone only that it was there.

    ``files`` are its files as references, which come before the others; ``names`` those of ``people_named``.
    """
    gone = gone_at(row, datetime.now(UTC))
    live = gone is None
    own = row["reference_list"] if isinstance(row["reference_list"], list) else None
    file_names = () if row["message_text"] else [file["name"] for file in files]
    return {
        "id": str(row["id"]),
        "reference_id": row["reference_id"],
        "reference_type": row["reference_type"],
        "sender_user_id": _sender(row),
        "chat_group_id": str(row["group_id"]),
        "message_text": plain_text(row, file_names=file_names, names=names) if live else None,
        "reference_list": [*files, *(own or ())] if live and (files or own is not None) else None,
        "read_at": wire_time(read_at),
        "deleted_at": wire_time(gone),
        "created_at": wire_time(row["created_at"]),
        "changed_at": wire_time(row["changed_at"]),
    }


def message_row(message: ChatMessage) -> dict[str, Any]:
    """Return the values of MESSAGE_FIELDS."""
    return {name: getattr(message, name) for name in MESSAGE_FIELDS}


def profile_json(profile: Profile) -> dict[str, Any]:
    """Return a person as others may see them."""
    optional = {"email": profile.email, "avatar_url": profile.avatar_url}
    return {"id": profile.id, "name": profile.name} | {name: value for name, value in optional.items() if value}


def reserved_profiles() -> dict[str, dict[str, Any]]:
    """Return those who send without being a person, by id."""
    names = {SYSTEM: _("System"), DELETED: _("Deleted account")}
    return {key: {"id": key, "name": name} for key, name in names.items()}


def me_json(user: User) -> dict[str, Any]:
    """Return the signed-in person in both forms that clients read, nested and flat."""
    profile = get_adapter().profile(user)
    email = getattr(user, get_user_model().get_email_field_name(), "") or ""
    picture = {"profile_picture_url": profile.avatar_url}
    nested = {"id": profile.id, "name": profile.name, "email_address": email, "email": email} | picture
    flat = {"user_id": profile.id, "name": profile.name, "email": email} | picture
    return {"authenticated": True, "user": nested} | flat


def _sender(row: Mapping[str, Any]) -> str:
    if row["sender_id"] is not None:
        return str(row["sender_id"])
    return SYSTEM if row["message_type"] == MessageType.SYSTEM else DELETED
