"""What one row or one pair can promise, the database promises: each bad row is tried."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, Model, UniqueConstraint
from django.db.models.functions import Now

from chat.choices import NumberKind
from chat.models import (
    Attachment,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    LegacyNumber,
    Mention,
    MessageHidden,
    MessageReaction,
    MessageRevision,
    PollVote,
    ReadMark,
    ScheduledMessage,
)
from chat.peers import peer_key
from chat.roles import FileKind, GroupType, MessageType
from tests.models.duty_rows import DUTY_ROWS
from tests.models.joining_rows import JOINING_ROWS
from tests.models.people_rows import PEOPLE_ROWS
from tests.models.safety_rows import SAFETY_ROWS
from tests.models.support_rows import SUPPORT_ROWS
from tests.services.legacies import folded
from tests.services.worlds import make_person, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]

Bad = Callable[[], object]


def _group(**values: Any) -> Bad:
    fields = {"group_type": GroupType.GROUP, "created_at": Now(), "changed_at": Now()}
    return lambda: ChatGroup.objects.create(**fields | values)


def _peer_twice() -> None:
    group = make_world(GroupType.PEER).group
    _group(group_type=GroupType.PEER, peer_key=group.peer_key, scope=group.scope)()


def _member(**values: Any) -> Bad:
    def insert() -> None:
        world, _, [member] = small_group()
        old = ChatGroupUser.objects.filter(group_id=world.id, user=member).values().get()
        new = old | {"id": None, "user_id": make_person().pk, "version": 999}
        ChatGroupUser.objects.create(
            **new | {name: old[name] if value is SAME else value for name, value in values.items()}
        )

    return insert


def _message(**values: Any) -> Bad:
    def insert() -> None:
        world, owner, _ = small_group()
        old = ChatMessage.objects.filter(pk=world.say(owner, client_id=uuid4()).pk).values().get()
        fresh = {"id": uuid4(), "seq": 2, "version": 999, "client_id": None, "created_at": Now(), "changed_at": Now()}
        new = {name: old[name] if value is SAME else value for name, value in values.items()}
        ChatMessage.objects.create(**old | fresh | new)

    return insert


def _mark(*kinds: str) -> Bad:
    def insert() -> None:
        world, owner, _ = small_group()
        for kind in kinds:
            ReadMark.objects.create(group_id=world.id, user=owner, kind=kind, seq=1, at=Now())

    return insert


def _twice(model: type[Model], **values: Any) -> Bad:
    """Insert two rows of one message and one person."""

    def insert() -> None:
        world, owner, _ = small_group()
        message = world.say(owner)
        for _ in range(2):
            model._default_manager.create(group_id=world.id, message=message, **values | _whose(model, owner))

    return insert


def _whose(model: type[Model], user: Any) -> dict[str, Any]:
    return {"user": user} if any(field.name == "user" for field in model._meta.fields) else {}


def _schedule(**values: Any) -> Bad:
    def insert() -> None:
        world, owner, _ = small_group()
        times = {"send_at": Now(), "created_at": Now(), "changed_at": Now()}
        ScheduledMessage.objects.create(group_id=world.id, user=owner, content={}, **times | values)

    return insert


def _file(**values: Any) -> Bad:
    return lambda: _file_row(**values)


def _file_row(**values: Any) -> Attachment:
    fields = {"file": "x", "name": "x.txt", "mime_type": "text/plain", "kind": FileKind.FILE, "size": 1}
    return Attachment.objects.create(**fields | {"created_at": Now()} | values)


def _sent_file(*without: str, times: int = 1) -> Bad:
    """Insert a file of a message, lacking some of what says whose it is."""

    def insert() -> None:
        world, owner, _ = small_group()
        message = world.say(owner)
        whose = {"message": message, "group_id": world.id, "seq": message.seq}
        for _ in range(times):
            _file_row(**{name: value for name, value in whose.items() if name not in without})

    return insert


SAME = object()
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _number(**values: Any) -> Bad:
    def insert() -> None:
        first = {"kind": NumberKind.CALL, "number": 1, "new_id": uuid4()}
        LegacyNumber.objects.create(**first)
        new = {"kind": NumberKind.CALL, "number": 2, "new_id": uuid4()} | values
        LegacyNumber.objects.create(**{name: first[name] if new[name] is SAME else new[name] for name in new})

    return insert


def _old_row(**values: Any) -> Bad:
    def insert() -> None:
        folded(NumberKind.CALL, 1, None)
        folded(NumberKind.CALL, **{"old_id": 2, "new_id": None} | values)

    return insert


BAD_ROWS: dict[str, list[Bad]] = {
    "chat_legacy_once": [_old_row(old_id=1)],
    "chat_legacy_outcome": [_old_row(outcome="lost")],
    "chat_number_once": [_number(number=SAME)],
    "chat_number_of": [_number(new_id=SAME)],
    "chat_number_kind_known": [_number(kind="sticker")],
    "chat_group_type_known": [_group(group_type="broadcast"), _group(group_type="")],
    "chat_group_posting_known": [_group(posting="nobody")],
    "chat_group_history_known": [_group(history_visibility="never")],
    "chat_group_lifetime_positive": [_group(message_lifetime=0)],
    "chat_group_client_iff_support": [_group(client_user_id=1), _group(group_type=GroupType.SUPPORT)],
    "chat_group_peer_key_iff_peer": [_group(peer_key="x"), _group(group_type=GroupType.PEER)],
    "chat_group_one_per_pair": [_peer_twice],
    "chat_member_once": [_member(user_id=SAME)],
    "chat_member_version": [_member(version=SAME)],
    "chat_member_role_known": [_member(role="chief"), _member(role="")],
    "chat_member_sees_from_1": [_member(visible_from_seq=0)],
    "chat_message_seq": [_message(seq=SAME)],
    "chat_message_version": [_message(version=SAME)],
    "chat_message_created": [_message(created_at=SAME)],
    "chat_message_client_id": [_message(client_id=SAME)],
    "chat_message_type_known": [_message(message_type="joke")],
    "chat_message_seq_from_1": [_message(seq=0)],
    "chat_message_counts": [
        _message(counts=False),
        _message(deleted_at=LONG_AGO),
        _message(message_type=MessageType.SYSTEM),
    ],
    "chat_message_purged_is_deleted": [
        _message(purged_at=LONG_AGO, message_text=None),
        _message(purged_at=LONG_AGO, deleted_at=LONG_AGO, counts=False),
        _message(purged_at=LONG_AGO, deleted_at=LONG_AGO, counts=False, message_text=None, reference_list=[]),
        _message(purged_at=LONG_AGO, deleted_at=LONG_AGO, counts=False, message_text=None, metadata={"gif": {}}),
    ],
    "chat_message_pinned_is_live": [_message(pinned_at=LONG_AGO, deleted_at=LONG_AGO, counts=False)],
    "chat_read_mark_once": [_mark("read", "read"), _mark("delivered", "delivered")],
    "chat_read_mark_kind_known": [_mark("guessed")],
    "chat_hidden_once": [_twice(MessageHidden, seq=1, counts=True, state_version=1)],
    "chat_mention_once": [_twice(Mention, seq=1)],
    "chat_reaction_once": [_twice(MessageReaction, emoji="👍", created_at=Now())],
    "chat_revision_once": [_twice(MessageRevision, version=1, message_text="old", written_at=Now())],
    "chat_vote_once": [_twice(PollVote, option=1, created_at=Now())],
    "chat_scheduled_state_known": [_schedule(state="lost")],
    "chat_attachment_position": [_sent_file(times=2)],
    "chat_attachment_sent_as_a_whole": [
        *(_sent_file(name) for name in ("message", "group_id", "seq")),
        *(_sent_file(*names) for names in (("message", "seq"), ("message", "group_id"), ("group_id", "seq"))),
    ],
    "chat_attachment_kind_known": [_file(kind="joke"), _file(kind="")],
    "chat_attachment_scan_known": [_file(scan_state="perhaps"), _file(scan_state="")],
    **PEOPLE_ROWS,
    **SAFETY_ROWS,
    **SUPPORT_ROWS,
    **JOINING_ROWS,
    **DUTY_ROWS,
}


@pytest.mark.parametrize(("name", "number"), [(name, n) for name, rows in BAD_ROWS.items() for n in range(len(rows))])
def test_database_refuses_the_row(name: str, number: int) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        BAD_ROWS[name][number]()

    assert _speaks_of(str(refused.value), name)


def _speaks_of(error: str, name: str) -> bool:
    """Return whether the database names the constraint, or (SQLite) its columns."""
    if name in error:
        return True
    [rule] = [rule for model in MODELS for rule in model._meta.constraints if rule.name == name]
    return isinstance(rule, UniqueConstraint) and all(field in error for field in rule.fields)


MODELS = list(apps.get_app_config("chat").get_models())


def test_every_constraint_is_tried() -> None:
    rules = [rule for model in MODELS for rule in model._meta.constraints]

    assert {rule.name for rule in rules} == set(BAD_ROWS)
    assert all(isinstance(rule, CheckConstraint | UniqueConstraint) for rule in rules)


def test_rows_beside_the_bad_ones_are_taken() -> None:
    _message(client_id=uuid4())()
    _message(message_type=MessageType.SYSTEM, counts=False, sender_id=None)()
    _message(message_type=MessageType.SYSTEM, counts=False, deleted_at=LONG_AGO)()
    _message(purged_at=LONG_AGO, deleted_at=LONG_AGO, counts=False, message_text=None)()
    _member(visible_from_seq=2)()
    _message(pinned_at=LONG_AGO)()
    _mark("read", "delivered")()
    _schedule()()
    _file()()
    _sent_file()()
    _group(message_lifetime=1)()


def test_pair_whose_group_was_deleted_may_have_another() -> None:
    group = make_world(GroupType.PEER).group
    ChatGroup.objects.filter(pk=group.pk).update(deleted_at=Now())

    _group(group_type=GroupType.PEER, peer_key=group.peer_key)()
    _group(group_type=GroupType.PEER, peer_key=group.peer_key, scope="other")()


def test_peer_key_is_of_the_pair_and_the_scope() -> None:
    assert peer_key("", (1, 12)) == peer_key("", (12, 1))
    keys = [peer_key("", (1, 12)), peer_key("", (11, 2)), peer_key("1", (1, 12)), peer_key("", (1, 1))]
    assert len(set(keys)) == 4


def test_users_are_referred_to_without_a_constraint() -> None:
    """So that deleting a user rewrites nothing and fails for nothing."""
    with connection.cursor() as cursor:
        for model in MODELS:
            rules = connection.introspection.get_constraints(cursor, model._meta.db_table)
            targets = {rule["foreign_key"][0] for rule in rules.values() if rule["foreign_key"]}
            assert targets <= {model._meta.db_table for model in MODELS}
