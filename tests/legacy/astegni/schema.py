"""The tables of the older Astegni chat, for PostgreSQL and SQLite, in each state that its databases are found in.

``S0`` is keyed by profile, as created; ``S2`` is half way to users, as deployed. A mixture takes each table as it is in
one of them. ``S1`` is S0 with one more column in ``chat_messages``. There are no foreign keys: rows without a parent
are among what a fold must account for.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from django.db.backends.base.base import BaseDatabaseWrapper


class State(StrEnum):
    """How far a table has come."""

    S0 = "0"
    S1 = "1"
    S2 = "2"


PROFILES = {kind: (f"old_{kind}_profiles", "user_id") for kind in ("student", "tutor", "parent", "advertiser")}
"""For the setting PROFILES. The demo host has tables of the real names, with keys of its own."""

_TABLES: Mapping[str, str] = {
    "conversations": """
        id serial; type varchar(20) nn; name varchar(255); description text; avatar_url text;
        created_by_profile_id int; created_by_profile_type varchar(20); created_by_user_id int @2;
        is_archived bool; is_muted bool; created_at time; updated_at time; last_message_at time
    """,
    "conversation_participants": """
        id serial; conversation_id int nn; profile_id int nn0; profile_type varchar(20) nn0; user_id int nn;
        role varchar(20); is_muted bool; is_pinned bool; last_read_at time; last_read_message_id int; is_active bool;
        joined_at time; left_at time; chat_cleared_at time; created_at time; updated_at time;
        UNIQUE (conversation_id, profile_id, profile_type)
    """,
    "chat_messages": """
        id serial; conversation_id int nn; sender_profile_id int nn0; sender_profile_type varchar(20) nn0;
        sender_user_id int nn; message_type varchar(20) nn; content text; media_url text; media_metadata json;
        reply_to_id int; forwarded_from_id int; is_edited bool; edited_at time; original_content text; is_deleted bool;
        deleted_at time; deleted_for_everyone bool; is_pinned bool; pinned_at time; pinned_by_profile_id int;
        pinned_by_profile_type varchar(20); pinned_by_user_id int @1; created_at time; updated_at time;
        deleted_for_user_ids json; is_forwarded bool; forwarded_from_name text; forwarded_from_avatar text;
        forwarder_name text @01; forwarder_avatar text @01; forwarded_from_profile_id int @2;
        forwarded_from_profile_type varchar(20) @2
    """,
    "message_reactions": """
        id serial; message_id int nn; profile_id int nn0; profile_type varchar(20) nn0; user_id int;
        reaction varchar(50) nn; created_at time; UNIQUE (message_id, profile_id, profile_type, reaction)
    """,
    "message_read_receipts": """
        id serial; message_id int nn; profile_id int; profile_type varchar(20); user_id int; read_at time
    """,
    "pinned_messages @2": """
        id serial; message_id int nn; conversation_id int nn; pinned_by_user_id int; pinned_at time
    """,
    "call_logs": """
        id serial; conversation_id int nn; caller_profile_id int nn0; caller_profile_type varchar(20) nn0;
        caller_user_id int; call_type varchar(10) nn; status varchar(20) nn; started_at time; answered_at time;
        ended_at time; duration_seconds int; participants json; created_at time
    """,
    "chat_settings": """
        id serial; user_id int nn; profile_id int; profile_type varchar(20); who_can_message varchar(20);
        allow_calls_from varchar(20); allow_group_adds varchar(20); allow_channel_adds varchar(20);
        last_seen_visibility varchar(20); read_receipts bool; online_status bool; typing_indicators bool;
        block_screenshots bool; disable_forwarding bool; hide_phone_number bool; hide_email bool;
        profile_photo_visibility varchar(20); about_visibility varchar(20); groups_visibility varchar(20);
        two_step_verification bool; two_step_email varchar(255); two_step_password_hash varchar(255);
        message_notifications bool; sound_alerts bool; mute_duration varchar(10); mute_until time;
        bubble_style varchar(20); font_size varchar(20); message_density varchar(20); enter_key varchar(20);
        auto_download varchar(20); image_quality varchar(20); default_translation varchar(10); auto_translate bool;
        tts_voice varchar(50); truevoice_enabled bool; truevoice_language varchar(10); created_at time; updated_at time;
        UNIQUE (user_id, profile_id, profile_type)
    """,
    "blocked_chat_contacts": """
        id serial; blocker_profile_id int nn0; blocker_profile_type varchar(20) nn0; blocker_user_id int;
        blocked_profile_id int nn0; blocked_profile_type varchar(20) nn0; blocked_user_id int; reason text;
        blocked_at time; block_type varchar(20);
        UNIQUE (blocker_profile_id, blocker_profile_type, blocked_profile_id, blocked_profile_type)
    """,
    "chat_privacy_reports": """
        id serial; reporter_user_id int; reporter_profile_id int; reporter_profile_type varchar(20);
        reported_user_id int; reported_profile_id int; reported_profile_type varchar(20); report_type varchar(30) nn;
        report_reason text; message_ids ints; status varchar(20); reviewed_by int; reviewed_at time; created_at time
    """,
    "connections": """
        id serial; requested_by int nn; requester_type varchar(20); requester_profile_id int; recipient_id int nn;
        recipient_type varchar(20); recipient_profile_id int; status varchar(20) nn; requested_at time;
        connected_at time
    """,
    "polls": """
        id serial; conversation_id int nn; message_id int; question text nn; created_by_profile_id int;
        created_by_profile_type varchar(20); created_by_user_id int; multiple_choice bool; anonymous bool;
        status varchar(20); created_at time; ended_at time
    """,
    "poll_options": "id serial; poll_id int nn; option_text text nn; position int",
    "poll_votes": """
        id serial; poll_id int nn; option_id int nn; profile_id int; profile_type varchar(20); user_id int;
        created_at time
    """,
    "chat_active_sessions": "id serial; user_id int; device_name text; last_active_at time; created_at time",
    "chat_two_step_verification": "id serial; user_id int; code_hash text; created_at time",
}

ARRAYS = frozenset({"message_ids"})
"""Columns that are lists of numbers on PostgreSQL."""

_TYPES: Mapping[str, Mapping[str, str]] = {
    "postgresql": {
        "serial": "serial PRIMARY KEY",
        "int": "integer",
        "bool": "boolean",
        "time": "timestamp",
        "json": "jsonb",
        "ints": "integer[]",
    },
    "sqlite": {
        "serial": "integer PRIMARY KEY AUTOINCREMENT",
        "int": "integer",
        "bool": "BOOLEAN",
        "time": "DATETIME",
        "json": "JSON",
        "ints": "JSON",
    },
}


def table_names(state: Mapping[str, State] | State = State.S2) -> list[str]:
    """Return the names of the tables that a database in this state has."""
    return [name for name, marks in _named() if _is_in(marks, _of(state, name))]


def statements(connection: BaseDatabaseWrapper, state: Mapping[str, State] | State = State.S2) -> Iterator[str]:
    """Yield what makes the tables; ``state`` is that of all of them, or of each by name (those not named: S2)."""
    types = _TYPES[connection.vendor]
    for name, marks in _named():
        if _is_in(marks, _of(state, name)):
            lines = _TABLES[f"{name} {marks}".strip()].split(";")
            columns = filter(None, (_column(line.split(), types, _of(state, name)) for line in lines))
            yield f"CREATE TABLE {name} ({', '.join(columns)})"
    for table, user_column in PROFILES.values():
        yield f"CREATE TABLE {table} (id integer PRIMARY KEY, {user_column} integer)"


def _column(words: list[str], types: Mapping[str, str], state: State) -> str | None:
    """Return one column as SQL, or None where a table in this state has no such column."""
    if words[0] == "UNIQUE":
        return " ".join(words)
    name, kind, *marks = words
    if not all(_is_in(mark, state) for mark in marks if mark.startswith("@")):
        return None
    required = "nn" in marks or ("nn0" in marks and state != State.S2)
    return f"{name} {types.get(kind, kind)}{' NOT NULL' if required else ''}"


def _named() -> Iterator[tuple[str, str]]:
    for key in _TABLES:
        name, _, marks = key.partition(" ")
        yield name, marks


def _of(state: Mapping[str, State] | State, table: str) -> State:
    return state if isinstance(state, State) else state.get(table, State.S2)


def _is_in(mark: str, state: State) -> bool:
    return not mark or state in mark
