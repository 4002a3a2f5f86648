"""Malformed requests on every route: 4xx with a code and the field, never 500, and nothing changes."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIRequestFactory

from chat.api.errors import BodyTooLarge, error_response
from chat.api.parsers import StrictJSONParser
from chat.models import Call as CallRow
from chat.models import ChatMessage, Invitation, JoinRequest, ScheduledMessage
from chat.roles import GroupType, MessageType, Role
from chat.serializers import wire_time
from chat.services.calls import call_start
from chat.services.groups import group_start
from chat.services.people.invitations import invitation_create, invitation_join
from chat.services.scheduled import scheduled_create
from tests.api.addresses import address_ids
from tests.api.conftest import Call, Caller
from tests.api.contract import PREFIX, operations
from tests.services.worlds import World, everything, make_person, make_world

pytestmark = [pytest.mark.django_db]

NUL, SURROGATE = "a\x00b", "\ud800"
HUGE = 10**50  # larger than a UUID, too
NOT_UUIDS = ["nope", "0", "optimistic-1732-abc", "01932c5e-7a10-7c4e-9b1f-3f1d2a6c5eZZ", "%00", "%ED%A0%80", "٩٩٩٩٩٩٩٩"]

RAW = {
    "broken JSON": b'{"message_text": ',
    "broken UTF-8": b'{"message_text": "\xff\xfe", "name": "\xff", "groups": {"\xff": 1}}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "a list": b"[]",
    "text": b'"hello"',
    "a number": b"1",
    "null": b"null",
    "NaN": b'{"read_seq": NaN, "name": NaN, "pinned": NaN}',
    "too deep": b"[" * 100_000,
    "an int that Python refuses": b'{"read_seq": ' + b"9" * 5000 + b"}",
}
WRONG_TEXT = [5, True, [], {}, NUL, SURROGATE]
WRONG_IDS = ["nobody", NUL, SURROGATE, True, None, [], {}, 1.5, HUGE, ""]
WRONG_ID_LISTS = ["x", {}, None, [HUGE], [None], [[]], [NUL], [SURROGATE], [""], list(range(1001))]
WRONG_UUIDS = ["x", "", 5, True, [], {}, NUL, SURROGATE]
WRONG_SECONDS = [0, -1, HUGE, "x", 1.5, True, [], {}, NUL]
TOO_LATE = str(wire_time(datetime.now(UTC) + timedelta(days=400)))
LATER = str(wire_time(datetime.now(UTC) + timedelta(days=30)))
WRONG_FUTURES = [
    *("soon", "", 5, 1e300, True, None, [], {}, NUL, SURROGATE),
    *("2000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    LATER.removesuffix("Z"),
]
"""No time, past, too far away, or nobody knows whose clock it is by."""
WRONG_SUPPORT_TIMES = ["soon", "", 5, 1e300, True, [], {}, NUL, SURROGATE, "9999-12-31T23:59:59-14:00", LATER[:-1]]
WRONG_SEQS = [-1, HUGE, "x", 1.5, True, None, [], {}, NUL]

AUDIENCES = ("who_can_message", "allow_calls_from", "allow_group_adds", "allow_channel_adds")
VISIBILITIES = ("last_seen_visibility", "profile_photo_visibility", "about_visibility", "groups_visibility")
SWITCHES = (
    *("read_receipts", "online_status", "typing_indicators", "block_screenshots", "disable_forwarding"),
    *("hide_phone_number", "hide_email", "message_notifications", "sound_alerts"),
)

TWO = ["Tea", "Coffee"]
WRONG_POLLS = [
    *(None, "x", 5, True, [], {}, NUL),
    *({"options": options} for options in (None, "x", 5, {"0": "a"}, [], ["a"], ["a", "a"], ["a", 5], ["a", None])),
    *({"options": ["a", text]} for text in (NUL, SURROGATE, "", " ", "x" * 101, "x" * 10_000)),
    *({"options": [str(number) for number in range(size)]} for size in (13, 1001)),
    *({"options": TWO, name: value} for name in ("multiple", "anonymous") for value in (None, 5, "x", [], NUL)),
]
WRONG_PLACES = [
    *(None, "x", 5, True, [], {}, {"latitude": 1}, {"longitude": 1}),
    *({"latitude": value, "longitude": 0} for value in (90.1, -91, HUGE, -(10**400), None, True, "x", [], {}, "nan")),
    *({"latitude": 0, "longitude": value} for value in (180.1, -181, 10**400, None, False, "inf", "", NUL)),
    *({"latitude": 0, "longitude": 0, "name": name} for name in ("x" * 256, NUL, SURROGATE, 5, [])),
]
WRONG_GIFS = [None, "x", 5, [], {}, *({"id": name} for name in (None, 5, "", NUL, SURROGATE, "x" * 256, "cat"))]

# Route, then each field with values that it refuses; {me} and so on are filled in.
BODIES: dict[tuple[str, str], tuple[dict[str, Any], dict[str, list[Any]]]] = {
    ("post", "groups/"): (
        {"group_type": "group"},
        {
            "group_type": ["broadcast", "", None, 5, [], {}, NUL, SURROGATE],
            "member_ids": ["x", 5, {}, None, [HUGE], [None], [[]], [NUL], [SURROGATE], [""], list(range(1001))],
            "name": [*WRONG_TEXT, "", "  ", "x" * 256],
            "description": [*WRONG_TEXT, None, "x" * 2001],
            "posting": ["nobody", "", None, 5, [], SURROGATE],
            "history_visibility": ["never", "", None, 5, {}, NUL],
            "message_lifetime": [*WRONG_SECONDS, 9, 366 * 86400 + 1],
        },
    ),
    ("patch", "groups/{group_id}/"): (
        {},
        {
            "name": [*WRONG_TEXT, "", "  ", "x" * 256],
            "description": [*WRONG_TEXT, None, "x" * 2001],
            "message_lifetime": [*WRONG_SECONDS, 9, 366 * 86400 + 1],
            "slow_mode": [*WRONG_SECONDS, 6 * 3600 + 1],
            "posting": ["nobody", "", None, 5, [], SURROGATE],
            "history_visibility": ["never", "", None, 5, {}, NUL],
        },
    ),
    ("post", "groups/{group_id}/members/"): (
        {"user_id": "{findable}", "role": "member"},
        {"user_id": WRONG_IDS, "role": ["king", "", None, 5, [], SURROGATE]},
    ),
    ("patch", "groups/{group_id}/members/{user_id}/"): ({}, {"role": ["king", "", None, 5, [], SURROGATE]}),
    ("post", "groups/{group_id}/transfer/"): ({}, {"user_id": WRONG_IDS}),
    ("put", "groups/{group_id}/members/{user_id}/silence/"): ({}, {"until": [*WRONG_FUTURES, TOO_LATE]}),
    ("post", "groups/{group_id}/bans/"): (
        {"user_id": "{findable}"},
        {"user_id": WRONG_IDS, "reason": [*WRONG_TEXT, None, "x" * 501]},
    ),
    ("post", "messages/{message_id}/report/"): (
        {"kind": "spam"},
        {"kind": ["boring", "", None, 5, [], SURROGATE], "reason": [*WRONG_TEXT, None, "x" * 2001]},
    ),
    ("post", "users/{user_id}/report/"): (
        {"kind": "spam"},
        {
            "kind": ["boring", "", None, 5, {}, NUL],
            "reason": [*WRONG_TEXT, None, "x" * 2001],
            "message_ids": [*WRONG_ID_LISTS, 5, ["x"], [str(uuid4())], [str(uuid4()) for _ in range(51)]],
        },
    ),
    ("post", "erasures/"): (
        {"confirm": True},
        {"confirm": [False, None, 5, "x", [], {}, NUL]},
    ),
    ("post", "groups/{group_id}/messages/"): (
        {"message_text": "hello"},
        {
            "message_text": [*WRONG_TEXT, None, "", " \n", "x" * 5001],
            "reference_id": [*WRONG_TEXT, None, "x" * 256],
            "reference_type": [*WRONG_TEXT, None, "x" * 101],
            "client_id": ["x", "", True, [], {}, -1, HUGE * HUGE, NUL, SURROGATE, None],
            "reply_to_id": [*WRONG_UUIDS, None, str(uuid4())],
            "mention_ids": [*WRONG_ID_LISTS, [10**6]],
            "poll": WRONG_POLLS,
            "location": WRONG_PLACES,
            "gif": WRONG_GIFS,
        },
    ),
    ("post", "groups/{group_id}/scheduled/"): (
        {"message_text": "hello", "send_at": LATER},
        {
            "message_text": [*WRONG_TEXT, None, "", " \n", "x" * 5001],
            "reference_id": [*WRONG_TEXT, None, "x" * 256],
            "reply_to_id": [*WRONG_UUIDS, None, str(uuid4())],
            "mention_ids": [*WRONG_ID_LISTS, [10**6]],
            "poll": WRONG_POLLS,
            "location": WRONG_PLACES,
            "gif": WRONG_GIFS,
            "send_at": WRONG_FUTURES,
        },
    ),
    ("patch", "scheduled/{scheduled_id}/"): (
        {},
        {
            "message_text": [*WRONG_TEXT, None, "", " \n", "x" * 5001],
            "reply_to_id": [*WRONG_UUIDS, str(uuid4())],
            "mention_ids": [*WRONG_ID_LISTS, [10**6]],
            "send_at": WRONG_FUTURES,
        },
    ),
    ("post", "groups/{group_id}/invitations/"): (
        {},
        {
            "needs_approval": ["perhaps", None, [], {}, 0, 1, ""],
            "use_limit": [0, -1, HUGE, 100_001, "x", 1.5, True, [], {}, NUL],
            "expires_at": [value for value in WRONG_FUTURES if value not in ("", None)],
        },
    ),
    ("post", "invitations/{invitation_token}/"): ({}, {"text": [*WRONG_TEXT, None, "x" * 501]}),
    ("patch", "joins/{join_id}/"): ({}, {"state": ["pending", "ok", "", None, 5, [], SURROGATE]}),
    ("post", "groups/{group_id}/calls/"): ({}, {"call_type": ["audio", "", None, 5, [], SURROGATE]}),
    ("patch", "calls/{call_id}/"): ({}, {"state": ["connected", "", None, 5, [], SURROGATE]}),
    ("patch", "support/{group_id}/"): (
        {"status": "snoozed"},
        {"status": ["lost", "", None, 5, [], SURROGATE], "snoozed_until": WRONG_SUPPORT_TIMES},
    ),
    ("post", "support/{group_id}/assign/"): (
        {"user_id": None},
        {
            "user_id": [wrong for wrong in WRONG_IDS if wrong is not None],
            "note": [*WRONG_TEXT, "", "x" * 5001],
        },
    ),
    ("put", "support/{group_id}/tags/"): (
        {},
        {"tags": ["x", 5, None, {}, [5], [None], [""], [NUL], [SURROGATE], ["x" * 51], ["x"] * 21]},
    ),
    ("put", "support/{group_id}/priority/"): ({}, {"priority": [0, 5, -1, HUGE, "x", 1.5, True, None, [], {}, NUL]}),
    ("put", "support/{group_id}/rating/"): (
        {"rating": 5},
        {"rating": [0, 6, -1, HUGE, "x", 1.5, True, None, [], {}, NUL], "rating_text": [*WRONG_TEXT, None, "x" * 1001]},
    ),
    ("post", "support/{group_id}/notes/"): (
        {"message_text": "note"},
        {"message_text": [*WRONG_TEXT, None, "", " \n", "x" * 5001], "client_id": WRONG_UUIDS},
    ),
    ("post", "support/{group_id}/attendance/"): ({}, {"is_writing": ["perhaps", None, [], {}, 0, 1, ""]}),
    ("post", "support/canned/"): (
        {"name": "hello", "text": "Hi"},
        {"name": [*WRONG_TEXT, None, "", "x" * 101], "text": [*WRONG_TEXT, None, "", "x" * 5001]},
    ),
    ("patch", "support/canned/{canned_id}/"): (
        {},
        {"name": [*WRONG_TEXT, None, "", "x" * 101], "text": [*WRONG_TEXT, None, "", "x" * 5001]},
    ),
    ("post", "support/visitor/"): ({}, {"name": [*WRONG_TEXT, None, "", "x" * 101]}),
    ("put", "messages/{message_id}/vote/"): (
        {},
        {
            "option_ids": [
                *("x", 5, None, True, {}, NUL, list(range(1001))),
                *([value] for value in ("x", None, True, 1.5, -1, HUGE, [], {}, NUL, SURROGATE)),
            ]
        },
    ),
    ("patch", "messages/{message_id}/"): (
        {},
        {"message_text": [*WRONG_TEXT, None, "", " \n", "x" * 5001], "mention_ids": [*WRONG_ID_LISTS, [10**6]]},
    ),
    ("post", "messages/{message_id}/forward/"): (
        {"group_ids": ["01932c5e-7a10-7c4e-9b1f-3f1d2a6c5e01"]},
        {
            "group_ids": [*WRONG_ID_LISTS, [], 5, ["x"], [str(uuid4()) for _ in range(11)]],
            "client_id": [*WRONG_UUIDS, None],
        },
    ),
    ("post", "groups/{group_id}/typing/"): ({}, {"is_typing": ["perhaps", None, [], {}, 0, 1, ""]}),
    ("put", "groups/{group_id}/draft/"): (
        {},
        {"message_text": [*WRONG_TEXT, None, "x" * 5001], "reply_to_id": [*WRONG_UUIDS, str(uuid4())]},
    ),
    ("post", "groups/{group_id}/read/"): ({}, {"read_seq": WRONG_SEQS, "delivered_seq": WRONG_SEQS}),
    ("patch", "groups/{group_id}/state/"): (
        {},
        {
            "muted_until": ["soon", "", 5, [], {}, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", NUL],
            "pinned": ["perhaps", None, [], {}, 0, 1, ""],
            "archived": ["perhaps", None, [], {}, 0, 1, ""],
            "unread_from_seq": WRONG_SEQS,
        },
    ),
    ("post", "groups/{group_id}/add/"): (
        {"user_ids": ["1"], "role": "member"},
        {"user_ids": [*WRONG_ID_LISTS, [], 5], "role": ["king", "", None, 5, [], SURROGATE]},
    ),
    ("patch", "settings/"): (
        {},
        {
            "appearance": [
                *(None, "x", 5, True, [], {"a": []}, {"a": {}}, {"a": NUL}, {"a": SURROGATE}, {NUL: 1}, {SURROGATE: 1}),
                *({"a": "x" * 4001}, {str(number): "x" * 50 for number in range(100)}),
            ],
            "language": [*WRONG_TEXT, None, "a b", "x" * 17],
            "mute_duration": ["2h", "", None, 8, [], NUL],
            **{name: ["nobody", "", None, 5, [], {}, NUL, SURROGATE] for name in AUDIENCES},
            **{name: ["none", "", None, 5, [], {}, NUL, SURROGATE] for name in VISIBILITIES},
            **{name: ["perhaps", None, [], {}, 0, 1, ""] for name in SWITCHES},
        },
    ),
    ("put", "blocks/{user_id}/"): ({}, {"reason": [*WRONG_TEXT, None, "x" * 501]}),
    ("post", "connections/"): ({}, {"user_id": WRONG_IDS}),
    ("post", "sync/"): (
        {},
        {
            "groups": [
                *("x", 5, [], None),
                {"nope": [1, 1]},
                {NUL: [1, 1]},
                {SURROGATE: [1, 1]},
                {str(uuid4()): [1]},
                {str(uuid4()): [1, 2, 3]},
                {str(uuid4()): [HUGE, 1]},
                {str(uuid4()): [-1, 1]},
                {str(uuid4()): ["x", None]},
                {str(uuid4()): {}},
                {str(uuid4()): None},
                {str(uuid4()): [1, 1] for _ in range(501)},
            ]
        },
    ),
}
FORMS = {("post", "uploads/")}
"""What is not read as JSON; its malformed requests are in tests/api/test_files.py."""
REQUIRED = {
    ("post", "groups/{group_id}/members/"): ["user_id", "role"],
    ("patch", "groups/{group_id}/members/{user_id}/"): ["role"],
    ("post", "groups/{group_id}/transfer/"): ["user_id"],
    ("put", "groups/{group_id}/members/{user_id}/silence/"): ["until"],
    ("post", "groups/{group_id}/bans/"): ["user_id"],
    ("post", "messages/{message_id}/report/"): ["kind"],
    ("post", "users/{user_id}/report/"): ["kind"],
    ("post", "erasures/"): ["confirm"],
    ("post", "groups/{group_id}/messages/"): ["message_text"],
    ("put", "messages/{message_id}/vote/"): ["option_ids"],
    ("patch", "joins/{join_id}/"): ["state"],
    ("post", "groups/{group_id}/calls/"): ["call_type"],
    ("patch", "support/{group_id}/"): ["status"],
    ("post", "support/{group_id}/assign/"): ["user_id"],
    ("put", "support/{group_id}/tags/"): ["tags"],
    ("put", "support/{group_id}/priority/"): ["priority"],
    ("put", "support/{group_id}/rating/"): ["rating"],
    ("post", "support/canned/"): ["name", "text"],
    ("post", "support/visitor/"): ["name"],
    ("patch", "calls/{call_id}/"): ["state"],
    ("post", "messages/{message_id}/forward/"): ["group_ids"],
    ("post", "groups/{group_id}/add/"): ["user_ids", "role"],
    ("post", "connections/"): ["user_id"],
    ("post", "sync/"): ["groups"],
}
NAMING_ANYBODY = {"blocks/{user_id}/", "users/{user_id}/status/"}
"""Where whoever can be found may be named, and an id of nobody tells nothing."""
QUERIES: dict[str, dict[str, list[str]]] = {
    "groups/": {
        "limit": ["0", "-1", "101", "x", "1e3", str(HUGE), "%00"],
        "cursor": ["x", "abc:def:ghi", "%00", "%FF", "x" * 1001],
        "type": ["broadcast", "%00", "%FF"],
        "unread": ["maybe", "1", "%00"],
        "archived": ["maybe", "True"],
        "search": ["%00", "x" * 101],
    },
    "groups/{group_id}/members/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "groups/{group_id}/held/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "erasures/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "exports/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "groups/{group_id}/bans/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "groups/{group_id}/pins/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "messages/{message_id}/receipts/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "messages/{message_id}/revisions/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "groups/{group_id}/messages/": {
        "limit": ["0", "-1", "101", "x", str(HUGE)],
        "before": ["-1", "x", "1.5", str(HUGE), "%00", "1&after=2"],
        "after": ["-1", "x", str(HUGE), "%FF"],
        "around": ["-1", "x", str(HUGE), "1&before=1"],
        "reference_type": ["x" * 101, "%00"],
        "reference_id": ["x" * 256, "%00"],
    },
    "groups/{group_id}/changes/": {
        "since": ["-1", "x", str(HUGE), "%00", ""],
        "state_since": ["-1", "x", str(HUGE), ""],
        "limit": ["0", "101", "x"],
    },
    "search/": {
        "q": ["", "%20%20", "x" * 201, "%00", "+".join(map(str, range(11)))],
        "chat_group_id": ["x", "%00", "1"],
        "sender_user_id": ["nobody", "%00", str(HUGE)],
        "message_type": ["system", "x", "%00"],
        "since": ["x", "yesterday", "%00"],
        "until": ["x", "2000-01-01T00:00:00Z&since=2001-01-01T00:00:00Z"],
        "has_file": ["2", "maybe", "%00"],
        "pinned": ["2", "%00"],
        "limit": ["0", "101", "x"],
        "cursor": ["x", "%00", "WyJ4Il0:1abcde:x"],
    },
    "groups/{group_id}/invitations/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "groups/{group_id}/joins/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "joins/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "calls/": {"chat_group_id": ["x", "%00", "1"], "limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "groups/{group_id}/scheduled/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "groups/{group_id}/shared/": {"kind": ["", "secrets", "%00"], "limit": ["0", "101"], "cursor": ["x"]},
    "messages/{message_id}/reactions/": {
        "emoji": ["x", "%00", "%FF", "+1", "%F0%9F%91%8D%F0%9F%91%8D"],
        "limit": ["0", "101", "x"],
        "cursor": ["x", "%00"],
    },
    "messages/{message_id}/votes/": {
        "option": ["x", "-1", str(HUGE), "%00"],
        "limit": ["0", "101", "x"],
        "cursor": ["x", "%00"],
    },
    "support/": {
        "assignee": ["17", "%00", "%FF"],
        "status": ["lost", "%00"],
        "priority": ["0", "5", "x", "%00"],
        "tag": ["%00", "x" * 51],
        "limit": ["0", "101", "x"],
        "cursor": ["x", "%00"],
    },
    "support/{group_id}/desk/": {
        "before": ["-1", "x", str(HUGE), "1&after=2"],
        "after": ["-1", "x", "%FF"],
        "notes_before": ["-1", "x", "1&notes_after=2"],
        "notes_after": ["-1", "x", "%00"],
        "limit": ["0", "101", "x"],
    },
    "support/canned/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "support/canned/{canned_id}/text/": {"group_id": ["x", "%00", "1", ""]},
    "support/summary/": {
        "since": ["x", "2000-01-01", "2000-01-01T00:00:00Z", "%00"],
        "until": ["x", "2000-01-01", "2000-01-01T00:00:00Z&since=2001-01-01T00:00:00Z"],
    },
    "files/{file_id}/": {"download": []},  # whatever it says
    "gifs/": {"q": ["", "%20", "x" * 101, "%00"]},
    "blocks/": {"limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "connections/": {"state": ["x", "%00"], "limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "contacts/": {"q": ["x" * 101, "%00"], "limit": ["0", "101", "x"], "cursor": ["x", "%00"]},
    "presence/": {"user_id": ["", "nobody", "%00", "1.5", str(HUGE), ",".join(map(str, range(101)))]},
    "users/": {"q": ["", "a", "x" * 101, "%00%00"], "limit": ["0", "x"], "cursor": ["x"]},
}


@pytest.fixture(scope="module")
def first_world(shared_rows: None) -> World:
    """Make a group with a text, which can be edited, and a poll, which takes what any other message takes."""
    world = make_world(GroupType.GROUP)
    world.say(world.people[Role.OWNER])
    world.say(world.people[Role.OWNER], poll={"options": TWO})
    send_at = datetime.now(UTC) + timedelta(days=1)
    scheduled_create(acting_user=world.people[Role.OWNER], group_id=world.id, message_text="later", send_at=send_at)
    call_start(acting_user=world.people[Role.OWNER], group_id=world.id, call_type="voice")
    asking = invitation_create(acting_user=world.people[Role.OWNER], group_id=world.id, needs_approval=True)
    invitation_join(acting_user=make_person(), token=asking.token)
    return world


@pytest.fixture(scope="module")
def foreign(shared_rows: None) -> dict[str, Any]:
    """Return ids of what a stranger has."""
    stranger = make_person()
    return address_ids(World(group_start(acting_user=stranger).group, {}), stranger, stranger)


@pytest.fixture
def world(first_world: World) -> World:
    return deepcopy(first_world)


@pytest.fixture
def owner(world: World, api: Call) -> Caller:
    return api(world.people[Role.OWNER])


def _fill(path: str, world: World) -> str:
    kind = MessageType.TEXT if path == "messages/{message_id}/" else MessageType.POLL
    message = ChatMessage.objects.get(group_id=world.id, message_type=kind)
    ids = {"group_id": world.id, "user_id": world.people[Role.MEMBER].pk, "message_id": message.pk}
    invitation = Invitation.objects.get(group_id=world.id)
    ids |= {"invitation_token": invitation.token, "invitation_id": invitation.pk}
    ids |= {"canned_id": uuid4()}
    models = {"join_id": JoinRequest, "call_id": CallRow, "scheduled_id": ScheduledMessage}
    ids |= {name: model._default_manager.get(group_id=world.id).pk for name, model in models.items()}
    return path.format(**ids)


def _require_refused(response: Any, *, field: str | None = None) -> None:
    assert response.status_code == 400, (response.status_code, response.content)
    body = response.json()
    assert body["code"]
    assert body["detail"]
    if field is not None:
        assert body["field"] == field, body


def _wrong_fields() -> Iterator[Any]:
    for (method, path), (good, fields) in BODIES.items():
        for field, values in fields.items():
            yield pytest.param(method, path, good, field, values, id=f"{method} {path} {field}")


def test_every_route_that_takes_a_body_or_a_query_is_in_the_tables() -> None:
    described = [(method, path.removeprefix(PREFIX), operation) for method, path, operation in operations()]
    assert BODIES.keys() | FORMS == {
        (method, path) for method, path, operation in described if "requestBody" in operation
    }
    for _method, path, operation in described:
        names = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"}
        assert names == set(QUERIES.get(path, {})) or _method != "get"


@pytest.mark.parametrize(("method", "path", "good", "field", "values"), list(_wrong_fields()))
def test_wrong_value_is_refused_by_its_name(
    method: str, path: str, good: dict[str, Any], field: str, values: list[Any], world: World, owner: Caller
) -> None:
    findable = make_person()
    before = everything()
    good = {name: str(findable.pk) if value == "{findable}" else value for name, value in good.items()}
    address = _fill(path, world)
    for value in values:
        body = json.dumps(good | {field: value})
        response = owner.generic(method.upper(), address, body, content_type="application/json")
        _require_refused(response, field=field)
        assert SURROGATE not in response.json()["detail"]
    assert everything() == before


@pytest.mark.parametrize(("method", "path"), list(BODIES))
def test_unreadable_body_is_refused(method: str, path: str, world: World, owner: Caller) -> None:
    before = everything()
    address = _fill(path, world)
    for raw in RAW.values():
        _require_refused(owner.generic(method.upper(), address, raw, content_type="application/json"))
    assert everything() == before


@pytest.mark.parametrize(("method", "path"), list(BODIES))
def test_body_of_another_kind_is_refused(method: str, path: str, world: World, owner: Caller) -> None:
    before = everything()
    address = _fill(path, world)
    for content_type in ("text/plain", "application/xml", "application/octet-stream", "nonsense"):
        response = owner.generic(method.upper(), address, b"x", content_type=content_type)
        assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    response = owner.generic(method.upper(), address, b"x", content_type="multipart/form-data; boundary=")
    _require_refused(response)
    assert everything() == before


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "no-such-thing"])
def test_charset_that_a_request_claims_changes_nothing(charset: str, world: World, owner: Caller) -> None:
    kind = f"application/json; charset={charset}"
    path = f"groups/{world.id}/messages/?before=%35"
    assert owner.generic("GET", path, b"{}", content_type=kind).status_code == 200
    response = owner.generic("POST", path, '{"message_text": "schön"}'.encode(), content_type=kind)
    assert (response.status_code, response.json()["message_text"]) == (201, "schön")


def test_body_that_is_too_large_is_refused(world: World, owner: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    before = everything()
    response = owner.send(world.id, "x" * 200)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert everything() == before


def test_body_is_measured_before_it_is_read(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    request = APIRequestFactory().post("/", b"x" * 101, content_type="application/json")
    with pytest.raises(BodyTooLarge):
        StrictJSONParser().parse(BytesIO(), parser_context={"request": request})


def test_error_that_nobody_foresaw_is_left_to_django() -> None:
    assert error_response(RuntimeError("oops"), {}) is None


@pytest.mark.parametrize(("route", "names"), list(REQUIRED.items()))
def test_missing_value_is_refused_by_its_name(
    route: tuple[str, str], names: list[str], world: World, owner: Caller
) -> None:
    method, path = route
    body = getattr(owner, method)(_fill(path, world), {}).json()
    assert (body["code"], body["field"]) == ("invalid", names[0])
    assert {name: errors[0]["code"] for name, errors in body["errors"].items()} == dict.fromkeys(names, "required")


@pytest.mark.parametrize(
    ("path", "field", "values"),
    [(path, field, values) for path, fields in QUERIES.items() for field, values in fields.items() if values],
)
def test_wrong_query_is_refused_by_its_name(
    path: str, field: str, values: list[str], world: World, owner: Caller
) -> None:
    usual = {
        "groups/{group_id}/changes/": {"since": 0, "state_since": 0},
        "groups/{group_id}/shared/": {"kind": "links"},
        "search/": {"q": "ab"},
        "users/": {"q": "ab"},
    }.get(path, {})
    address = _fill(path, world)
    for value in values:
        query = "&".join(f"{name}={given}" for name, given in (usual | {field: value}).items())
        response = owner.get(f"{address}?{query}")
        _require_refused(response)
        second = value.split("&")[-1].split("=")[0] if "&" in value else field
        assert response.json()["field"] in (field, second)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (method, path)
        for method, path, _ in operations()
        if "_id}" in path and path.removeprefix(PREFIX) not in NAMING_ANYBODY
    ],
)
def test_id_in_the_address_that_cannot_be_or_is_not_ones_own_is_not_found(
    method: str, path: str, world: World, owner: Caller, foreign: dict[str, Any]
) -> None:
    emoji = foreign["emoji"]
    body: dict[str, Any] = {"user_id": str(foreign["user_id"]), "role": "member", "message_text": "x"}
    body |= {
        "group_ids": [str(foreign["group_id"])],
        "option_ids": [1],
        "send_at": LATER,
        "call_type": "voice",
        "until": LATER,
        "kind": "spam",
    }
    body |= {"status": "pending", "tags": ["x"], "priority": 3, "rating": 5}
    body |= {"state": "rejected" if "joins" in path else "ended"}
    body["user_ids"] = [str(foreign["user_id"])]
    before = everything()
    names = [name for name in foreign if f"{{{name}}}" in path and name != "emoji"]
    member_id = world.people[Role.MEMBER].pk
    own = {"group_id": world.id, "user_id": member_id, "message_id": uuid4(), "emoji": emoji, "invitation_id": uuid4()}
    for name in names:
        values = [*NOT_UUIDS, uuid4(), foreign[name]]
        if name == "user_id" and path.endswith("/report/"):
            values.pop()  # whom one finds, one may report
        for value in values:
            address = path.format(**own | {name: value})
            query = (
                "?since=0&state_since=0" if "changes" in path else f"?group_id={world.id}" if "canned" in path else ""
            )
            response = getattr(owner, method)(address + query, None if method == "get" else body)
            assert response.status_code == 404, (address, response.content)
            assert response.json()["code"] in ("not_found", "member_not_found")
    assert everything() == before


def test_start_needs_what_its_type_needs_and_takes_nothing_else(world: World, api: Call) -> None:
    ada, ben = make_person(), make_person()
    before = everything()
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({}, "client_user_id", "required"),
        ({"group_type": "support"}, "client_user_id", "required"),
        ({"client_user_id": str(ada.pk), "posting": "admins"}, "posting", "not_for_this_type"),
        ({"client_user_id": str(ada.pk), "description": "x"}, "description", "not_for_this_type"),
        ({"group_type": "peer"}, "member_ids", "not_one"),
        ({"group_type": "peer", "member_ids": []}, "member_ids", "not_one"),
        ({"group_type": "peer", "member_ids": [str(ben.pk), str(ada.pk)]}, "member_ids", "not_one"),
        ({"group_type": "peer", "member_ids": [str(ben.pk)], "name": "x"}, "name", "not_for_this_type"),
        ({"group_type": "group", "client_user_id": str(ada.pk)}, "client_user_id", "not_for_this_type"),
    ]
    for body, field, code in wrong:
        response = api(ada).post("groups/", body)
        _require_refused(response, field=field)
        assert response.json()["errors"][field][0]["code"] == code
    assert everything() == before


def test_people_who_cannot_be_found_are_refused_like_people_who_do_not_exist(api: Call) -> None:
    ada, hidden, ben = make_person(), make_person(is_active=False), make_person()
    missing = make_person()
    missing_id = str(missing.pk)
    missing.delete()
    before = everything()
    for person in (str(hidden.pk), missing_id):
        for body, field in (
            ({"client_user_id": person}, "client_user_id"),
            ({"client_user_id": str(ada.pk), "member_ids": [person]}, "member_ids"),
            ({"group_type": "peer", "member_ids": [person]}, "member_ids"),
            ({"group_type": "group", "member_ids": [str(ben.pk), person]}, "member_ids"),
        ):
            response = api(ada).post("groups/", body)
            _require_refused(response, field=field)
            assert response.json()["code"] == "unknown_user"
    assert everything() == before


def test_same_client_id_with_other_content_is_refused(world: World, owner: Caller) -> None:
    client_id = str(uuid4())
    assert owner.send(world.id, "one", client_id=client_id).status_code == 201
    before = everything()
    response = owner.send(world.id, "two", client_id=client_id)
    assert response.status_code == 422
    assert (response.json()["code"], response.json()["field"]) == ("client_id_reused", "client_id")
    assert everything() == before


def test_method_that_a_route_does_not_have_is_refused(world: World, owner: Caller) -> None:
    owner.checked = False
    message = ChatMessage(group_id=world.id)
    for path in ("groups/", f"groups/{world.id}/", f"messages/{message.pk}/", "sync/", "unread/"):
        response = owner.put(path, {})
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_answer_of_another_kind_is_refused(owner: Caller) -> None:
    owner.checked = False
    response = owner.get("groups/", headers={"Accept": "application/xml"})
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")
