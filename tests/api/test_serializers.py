"""The hand-written JSON and the serializer classes that describe it say the same."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from chat import serializers
from chat.adapter import get_adapter
from chat.api import shapes
from chat.models import ChatMessage
from chat.roles import GroupType, Role
from chat.serializers.groups import member_json
from chat.services.states import state_set
from chat.services.tombstones import message_delete
from tests.api.conftest import Call
from tests.services.worlds import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.core]


def _plain(value: Any) -> Any:
    """Return what the serializer class shows, with UUIDs as the text that JSON has."""
    return {key: str(item) if key.endswith("id") and item is not None else item for key, item in value.items()}


@pytest.mark.parametrize("gone", [False, True])
def test_message(gone: bool) -> None:
    world = make_world(GroupType.GROUP)
    owner = world.people[Role.OWNER]
    message = world.say(owner, "hello", reference_id="17", client_id=uuid4())
    if gone:
        message_delete(acting_user=owner, message_id=message.pk)
    message = ChatMessage.objects.get(pk=message.pk)
    shown = serializers.message_json(vars(message), owner.pk)
    described = shapes.MessageShape().fields
    assert list(shown) == list(described)
    columns = [name for name, field in described.items() if field.source in vars(message)]
    expected = {name: described[name].get_attribute(message) for name in columns}
    expected = {
        name: described[name].to_representation(value) if value is not None else None
        for name, value in expected.items()
    }
    if gone:
        expected |= {"message_text": None, "reference_list": None}
    assert {name: shown[name] for name in columns} == _plain(expected)
    assert serializers.message_json(vars(message), world.stranger.pk) == shown | {"client_id": None}


def test_member_and_state() -> None:
    world = make_world(GroupType.SUPPORT)
    client = world.people[Role.CLIENT]
    now = datetime.now(tz=UTC)
    state_set(acting_user=client, group_id=world.id, muted_until=now, pinned=True)
    membership = world.membership(client)
    profile = get_adapter().profile(client)
    membership.profile = profile  # type: ignore[attr-defined]
    assert member_json(membership, profile) == _plain(shapes.MemberShape(membership).data)
    assert serializers.state_json(vars(membership)) == dict(shapes.StateShape(membership).data)


@pytest.mark.parametrize("group_type", GroupType)
def test_group_has_exactly_the_described_fields(group_type: str, api: Call) -> None:
    world = make_world(group_type)
    for user in world.people.values():
        world.say(user)
        listed = api(user).ok("get", "groups/")["results"][0]
        assert list(listed) == list(shapes.GroupListedShape().fields)
        detail = api(user).ok("get", f"groups/{world.id}/")
        assert list(detail) == list(shapes.GroupDetailShape().fields)
        assert detail["members"]
        assert all(list(member) == list(shapes.MemberShape().fields) for member in detail["members"])
        shared = set(shapes.GroupShape().fields)
        assert {key: listed[key] for key in shared} == {key: detail[key] for key in shared}
        columns = set(shapes.GroupShape().fields) - {"state_version", "my_role", "actions", "state"}
        columns -= {"unread_count", "unread_mention_count"}
        described = {
            name: shapes.GroupShape().fields[name].get_attribute(world.membership(user).group) for name in columns
        }
        assert {name: detail[name] for name in columns} == {
            name: shapes.GroupShape().fields[name].to_representation(value) if value is not None else None
            for name, value in described.items()
        } | {"id": str(world.id)}


def test_changes_has_exactly_the_described_fields(api: Call) -> None:
    world = make_world(GroupType.PEER)
    changes = api(world.people[Role.OWNER]).ok("get", f"groups/{world.id}/changes/?since=0&state_since=0")
    assert list(changes) == list(shapes.ChangesShape().fields)
    synced = api(world.people[Role.OWNER]).ok("post", "sync/", {"groups": {str(world.id): [0, 0]}})
    assert list(synced) == list(shapes.SyncShape().fields)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000000Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 120, tzinfo=UTC), "2026-01-02T03:04:05.000120Z"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=5, minutes=45))), "2026-01-01T21:19:05.000000Z"),
        (None, None),
    ],
)
def test_times_have_six_digits_in_utc(value: datetime | None, text: str | None) -> None:
    assert serializers.wire_time(value) == text


def test_people_without_an_id_have_none_on_the_wire() -> None:
    assert serializers.wire_user_id(None) is None
