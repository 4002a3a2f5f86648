"""Messages, and what hangs on them: reactions, receipts, pins."""

from collections.abc import Mapping
from typing import Any

from chat.choices import EMOJI_OF_WORDS
from chat.legacy.references import items_kept
from chat.legacy.rows import OldMessage, OldPerson, OldPin, OldReaction, OldReceipt
from chat.legacy.source import Source, Values
from chat.legacy.sources.astegni.values import (
    SYSTEM,
    flag_of,
    id_of,
    maybe_person_of,
    people_in,
    person_of,
    text_of,
)
from chat.legacy.words import Flag
from chat.roles import MessageType, ReferenceItemType

TYPES = frozenset({"text", "image", "audio", "video", "file", "system", "location", "gif"})
"""The types that are the same here."""
_KEPT = (
    *("is_forwarded", "forwarded_from_name", "forwarded_from_avatar", "forwarder_name"),
    *("forwarder_avatar", "forwarded_from_profile_id", "forwarded_from_profile_type"),
)
"""Columns whose values stay with the message as they are."""


def message_of(source: Source, values: Values) -> OldMessage:
    """Return one message."""
    kind, flags = _type_of(values)
    about = _metadata_of(source, values)
    media, media_flags = _media_of(values, about)
    sender = person_of(values, "sender_")
    edited = flag_of(values, "is_edited")
    changed = source.time(values.get("updated_at"))
    said_hidden = values.get("deleted_for_user_ids")
    hidden = [] if said_hidden == "[]" else source.json(said_hidden)
    deleted = flag_of(values, "is_deleted") or flag_of(values, "deleted_for_everyone")
    return OldMessage(
        row=source.row("chat_messages", values),
        conversation=str(values["conversation_id"]),
        sender=None if kind == MessageType.SYSTEM else sender,
        created_at=source.time(values.get("created_at")),
        message_type=kind,
        text=text_of(values, "content"),
        reference_list=media,
        reply_to=id_of(values, "reply_to_id"),
        forwarded_from=id_of(values, "forwarded_from_id"),
        forwarded_name=_forwarded_name(values),
        edited_at=source.time(values.get("edited_at")) or changed if edited else None,
        original_text=text_of(values, "original_content") if edited else None,
        deleted=deleted,
        deleted_at=source.time(values.get("deleted_at")) or changed if deleted else None,
        hidden_for=list(people_in(hidden)) if hidden else (),
        pinned=flag_of(values, "is_pinned"),
        pinned_at=source.time(values.get("pinned_at")),
        pinned_by=maybe_person_of(values, "pinned_by_"),
        changed_at=changed,
        metadata=_place_of(about) if kind == MessageType.LOCATION else {},
        legacy=_legacy_of(values, kind, sender, about, has_media=media is not None),
        flags=[*flags, *media_flags, *_hidden_flags(values, hidden)],
    )


def reaction_of(source: Source, values: Values) -> OldReaction:
    """Return one reaction."""
    said = text_of(values, "reaction") or ""
    return OldReaction(
        row=source.row("message_reactions", values),
        message=str(values["message_id"]),
        person=person_of(values),
        emoji=EMOJI_OF_WORDS.get(said, said),
        created_at=source.time(values.get("created_at")),
    )


def receipt_of(source: Source, values: Values) -> OldReceipt:
    """Return one receipt."""
    return OldReceipt(
        row=source.row("message_read_receipts", values),
        message=str(values["message_id"]),
        person=person_of(values),
        read_at=source.time(values.get("read_at")),
    )


def pin_of(source: Source, values: Values) -> OldPin:
    """Return one pin that has a row of its own."""
    return OldPin(
        row=source.row("pinned_messages", values),
        message=str(values["message_id"]),
        person=maybe_person_of(values, "pinned_by_"),
        pinned_at=source.time(values.get("pinned_at")),
    )


def _forwarded_name(values: Values) -> str | None:
    """Return whose words these were, as far as the row says; of what was not forwarded, None."""
    name = text_of(values, "forwarded_from_name") or text_of(values, "forwarder_name")
    return (name or "") if flag_of(values, "is_forwarded") else name


def _type_of(values: Values) -> tuple[str, list[str]]:
    """Return the type that a message has here, and its flags: what the system said is of no other type."""
    kind = str(values.get("message_type") or MessageType.TEXT)
    if SYSTEM in (kind, values.get("sender_profile_type")):
        return MessageType.SYSTEM, []
    if kind in TYPES:
        return kind, []
    return MessageType.TEXT, [] if kind == "session_request" else [Flag.TYPE_UNKNOWN]


def _metadata_of(source: Source, values: Values) -> Mapping[str, Any]:
    raw = values.get("media_metadata")
    found = source.json(raw) if raw else None
    return found if isinstance(found, Mapping) else {}


def _media_of(values: Values, about: Mapping[str, Any]) -> tuple[list[dict[str, Any]] | None, list[str]]:
    """Return the references of a message, and a flag where its media is at no address that anybody should open."""
    url = text_of(values, "media_url")
    url = url.strip() if url else ""
    if not url:
        return None, []
    name = about.get("filename") or url.partition("?")[0].rpartition("/")[2] or url
    item = {"type": ReferenceItemType.DOCUMENT, "name": name, "url": url, "mime_type": about.get("mime_type")}
    items, flags = items_kept([item])
    return (None, flags) if flags else (items, [])


def _place_of(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a location keeps of its place; nothing where none is named."""
    latitude = _degrees(about.get("latitude", about.get("lat")), 90)
    longitude = _degrees(about.get("longitude", about.get("lng")), 180)
    if latitude is None or longitude is None:
        return {}
    name = about.get("name") or about.get("address")
    return {"location": {"latitude": latitude, "longitude": longitude, "name": str(name)[:255] if name else None}}


def _degrees(value: object, at_most: int) -> float | None:
    try:
        degrees = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return round(degrees, 7) + 0.0 if -at_most <= degrees <= at_most else None


def _legacy_of(
    values: Values, kind: str, sender: OldPerson, about: Mapping[str, Any], *, has_media: bool
) -> dict[str, Any]:
    """Return what has no place of its own here, under the names of the old columns; nothing that says nothing."""
    kept: dict[str, Any] = {"media_metadata": dict(about)} if about else {}
    kept |= {name: value for name in _KEPT if (value := values.get(name))}
    if "is_forwarded" in kept:
        kept["is_forwarded"] = True
    if sender.profile_type:
        kept["sender_profile_type"] = sender.profile_type
    if sender.profile_id:
        kept["sender_profile_id"] = sender.profile_id
    said_type = values.get("message_type")
    if said_type and said_type != kind:
        kept["message_type"] = said_type
    if not has_media and (url := text_of(values, "media_url")):
        kept["media_url"] = url
    return kept


def _hidden_flags(values: Values, hidden: object) -> list[str]:
    """Return a flag where it cannot be read who deleted the message for themselves."""
    said = values.get("deleted_for_user_ids")
    return [] if said in (None, "null") or isinstance(hidden, list) else ["unreadable_hidden"]
