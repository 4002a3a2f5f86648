"""What stands between people: settings, blocks, connections, reports; and what is only reported."""

from collections.abc import Iterator
from typing import Any

from chat.legacy.rows import OldBlock, OldConnection, OldOther, OldPerson, OldReport, OldSettings
from chat.legacy.source import Source, Values
from chat.legacy.sources.astegni.values import flag_of, ids_in, person_of, text_of

SWITCHES = frozenset(
    {
        *("read_receipts", "online_status", "typing_indicators", "block_screenshots", "disable_forwarding"),
        *("hide_phone_number", "hide_email", "message_notifications", "sound_alerts"),
    }
)
CHOICES = frozenset(
    {
        *("who_can_message", "allow_calls_from", "allow_group_adds", "allow_channel_adds", "last_seen_visibility"),
        *("profile_photo_visibility", "about_visibility", "groups_visibility", "mute_duration"),
    }
)
APPEARANCE = frozenset(
    {
        *("bubble_style", "font_size", "message_density", "enter_key", "auto_download", "image_quality"),
        *("default_translation", "auto_translate", "tts_voice"),
    }
)
TRUEVOICE = "truevoice_"
"""What the names of some more of these begin with."""
_NOT_FOLDED = {"chat_active_sessions": "session", "chat_two_step_verification": "two_step"}


def settings_of(source: Source, values: Values) -> OldSettings:
    """Return one row of settings."""
    return OldSettings(
        row=source.row("chat_settings", values),
        person=person_of(values),
        values=_named(source, values),
        changed_at=source.time(values.get("updated_at")) or source.time(values.get("created_at")),
        two_step=flag_of(values, "two_step_verification"),
    )


def block_of(source: Source, values: Values) -> OldBlock:
    """Return one block."""
    return OldBlock(
        row=source.row("blocked_chat_contacts", values),
        blocker=person_of(values, "blocker_"),
        blocked=person_of(values, "blocked_"),
        reason=text_of(values, "reason") or "",
        blocked_at=source.time(values.get("blocked_at")),
    )


def connection_of(source: Source, values: Values) -> OldConnection:
    """Return one connection."""
    return OldConnection(
        row=source.row("connections", values),
        requester=_connected(values, "requested_by", "requester"),
        recipient=_connected(values, "recipient_id", "recipient"),
        state=str(values.get("status") or ""),
        requested_at=source.time(values.get("requested_at")) or source.time(values.get("created_at")),
        answered_at=source.time(values.get("connected_at")) or source.time(values.get("updated_at")),
    )


def report_of(source: Source, values: Values) -> OldReport:
    """Return one report."""
    reviewer = values.get("reviewed_by")
    return OldReport(
        row=source.row("chat_privacy_reports", values),
        reporter=person_of(values, "reporter_"),
        reported=person_of(values, "reported_"),
        kind=str(values.get("report_type") or ""),
        reason=text_of(values, "report_reason") or "",
        messages=ids_in(source, values.get("message_ids")),
        state=str(values.get("status") or "pending"),
        reviewed_by=None if reviewer is None else OldPerson(reviewer),
        reviewed_at=source.time(values.get("reviewed_at")),
        created_at=source.time(values.get("created_at")),
    )


def others(source: Source) -> Iterator[OldOther]:
    """Yield sessions and codes of two-step sign-in, which say nothing that chat could use."""
    for table, reason in _NOT_FOLDED.items():
        for row in source.rows(table):
            yield OldOther(row=row, reason=reason)


def _named(source: Source, values: Values) -> dict[str, Any]:
    """Return the settings by the names that they have here."""
    named: dict[str, Any] = {name: _switch(values[name]) for name in SWITCHES & values.keys()}
    named |= {name: values[name] for name in CHOICES & values.keys()}
    named["mute_until"] = source.time(values.get("mute_until"))
    looks = [name for name in values if name in APPEARANCE or name.startswith(TRUEVOICE)]
    named["appearance"] = {name: _plain(values[name]) for name in looks if values[name] is not None}
    return named


def _switch(value: object) -> bool | None:
    return None if value is None else bool(value)


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str) else str(value)


def _connected(values: Values, user: str, prefix: str) -> OldPerson:
    """Return one side of a connection: its user, and its profile where type and number are both there."""
    return person_of({**values, f"{prefix}_profile_type": values.get(f"{prefix}_type")}, f"{prefix}_", user=user)
