"""Bad rows of what people make of each other."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.db.models.functions import Now

from chat.models import Block, ChatSettings, Connection, Presence
from tests.services.worlds import make_person

Bad = Callable[[], object]


def _rows(model: type[Model], *rows: dict[str, Any]) -> Bad:
    """Insert rows; ``one`` and ``two`` in them are two people."""

    def insert() -> None:
        people = {"one": make_person().pk, "two": make_person().pk}
        for row in rows:
            model._default_manager.create(
                **{name: people.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
            )

    return insert


def _block(**values: Any) -> dict[str, Any]:
    return {"blocker_id": "one", "blocked_id": "two", "created_at": Now()} | values


def _connection(**values: Any) -> dict[str, Any]:
    return {"pair_key": "key", "requester_id": "one", "recipient_id": "two", "requested_at": Now()} | values


def _settings(**values: Any) -> dict[str, Any]:
    return {"user_id": "one", "created_at": Now(), "changed_at": Now()} | values


AUDIENCES = ("who_can_message", "allow_calls_from", "allow_group_adds", "allow_channel_adds")
VISIBILITIES = ("last_seen_visibility", "profile_photo_visibility", "about_visibility", "groups_visibility")
PEOPLE_ROWS: dict[str, list[Bad]] = {
    "chat_block_once": [_rows(Block, _block(), _block())],
    "chat_block_not_oneself": [_rows(Block, _block(blocked_id="one"))],
    "chat_connection_one_per_pair": [_rows(Connection, _connection(), _connection())],
    "chat_connection_state": [_rows(Connection, _connection(state="perhaps"))],
    "chat_connection_not_oneself": [_rows(Connection, _connection(recipient_id="one"))],
    "chat_presence_once": [_rows(Presence, *[{"user_id": "one", "seen_at": Now()}] * 2)],
    "chat_settings_once": [_rows(ChatSettings, _settings(), _settings())],
    "chat_settings_mute_duration": [_rows(ChatSettings, _settings(mute_duration="2h"))],
    **{
        f"chat_settings_{name}": [_rows(ChatSettings, _settings(**{name: value})) for value in ("nobody", "", "all")]
        for name in AUDIENCES
    },
    **{
        f"chat_settings_{name}": [_rows(ChatSettings, _settings(**{name: value})) for value in ("none", "", "all")]
        for name in VISIBILITIES
    },
}
