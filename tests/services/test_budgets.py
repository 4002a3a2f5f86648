"""How many statements a service takes: the same with 3 and with 30 rows of backlog and members."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from chat.models import ChatGroupUser, ChatMessage, changes_since, sync_since
from chat.roles import Role
from chat.services.groups import group_update, peer_start
from chat.services.members import member_add, member_remove
from chat.services.messages import message_send
from chat.services.reads import read_advance
from chat.services.states import history_clear, state_set
from chat.services.tombstones import message_delete, message_restore
from tests.services.worlds import ON_POSTGRESQL, World, make_person, small_group

pytestmark = [pytest.mark.django_db]

SAVEPOINT = 2  # begin and end; in a request of its own this is BEGIN and COMMIT
LOCK_GROUP, LOCK_MEMBERSHIP = (1, 1) if ON_POSTGRESQL else (2, 2)  # SQLite begins with a write
LOCKS = SAVEPOINT + LOCK_GROUP + LOCK_MEMBERSHIP
at_both_sizes = pytest.mark.parametrize("rows", [3, 30])
Backlog = Callable[[int], tuple[World, Any, Any]]
Assert = DjangoAssertNumQueries


@pytest.fixture(scope="module")
def backlogs(shared_rows: None) -> dict[int, tuple[World, Any, Any]]:
    """Make groups of so many members, so many messages of the owner, and so many groups of the first member."""
    return {rows: _backlog(rows) for rows in (3, 30)}


def _backlog(rows: int) -> tuple[World, Any, Any]:
    world, owner, members = small_group(rows)
    for _ in range(rows):
        world.say(owner)
        peer_start(acting_user=members[0], user_id=make_person().pk)
    return world, owner, members[0]


@pytest.fixture
def backlog(backlogs: dict[int, tuple[World, Any, Any]], db: None) -> Backlog:
    return lambda rows: deepcopy(backlogs[rows])


@at_both_sizes
@pytest.mark.usefixtures("send_path")
def test_send_is_1_statement_on_the_fast_path(
    rows: int, backlog: Backlog, send_path: str, django_assert_num_queries: Assert
) -> None:
    world, owner, member = backlog(rows)
    world.group.memberships.update(is_guarded=False)
    insert_message, update_membership, update_group = 1, 1, 1
    orm = LOCKS + insert_message + update_membership + update_group
    mark_and_stamp = 2
    with django_assert_num_queries(1 if send_path == "fast" else orm):
        world.say(owner)
    with django_assert_num_queries(1 if send_path == "fast" else orm + mark_and_stamp):
        world.say(member)
    lookup = 1
    with django_assert_num_queries(1 if send_path == "fast" else orm + lookup):
        world.say(member, client_id=uuid4())


@at_both_sizes
@pytest.mark.usefixtures("send_path")
def test_retry_is_at_most_1_more_than_the_locks_and_its_lookup(
    rows: int, backlog: Backlog, send_path: str, django_assert_num_queries: Assert
) -> None:
    world, owner, _ = backlog(rows)
    key = uuid4()
    world.say(owner, client_id=key)
    with django_assert_num_queries((1 if send_path == "fast" else 0) + LOCKS + 1):
        message_send(acting_user=owner, group_id=world.id, message_text="hello", client_id=key)


@at_both_sizes
def test_mark_read_is_4_statements_in_a_transaction(
    rows: int, backlog: Backlog, django_assert_num_queries: Assert
) -> None:
    world, _, member = backlog(rows)
    mark, stamp, update = 1, 1, 1
    with django_assert_num_queries(SAVEPOINT + LOCK_MEMBERSHIP + mark + stamp + update):
        read_advance(acting_user=member, group_id=world.id, read_seq=rows)
    with django_assert_num_queries(SAVEPOINT + LOCK_MEMBERSHIP):
        read_advance(acting_user=member, group_id=world.id, read_seq=rows)


@at_both_sizes
def test_delete_and_restore_are_8_statements_in_a_transaction(
    rows: int, backlog: Backlog, django_assert_num_queries: Assert
) -> None:
    world, owner, _ = backlog(rows)
    message = ChatMessage.objects.filter(group_id=world.id)[0]
    find, lock, hidden_and_mentions, update, update_group = 1, 1, 2, 1, 1
    for service in (message_delete, message_restore):
        with django_assert_num_queries(find + LOCKS + lock + hidden_and_mentions + update + update_group):
            service(acting_user=owner, message_id=message.pk)


@at_both_sizes
def test_state_and_clearing_are_2_statements_in_a_transaction(
    rows: int, backlog: Backlog, django_assert_num_queries: Assert
) -> None:
    world, _, member = backlog(rows)
    with django_assert_num_queries(SAVEPOINT + LOCK_MEMBERSHIP + 1):
        state_set(acting_user=member, group_id=world.id, pinned=True, unread_from_seq=1)
    with django_assert_num_queries(SAVEPOINT + LOCK_MEMBERSHIP + 1):
        history_clear(acting_user=member, group_id=world.id)


@at_both_sizes
def test_changes_of_groups_and_members_do_not_grow_with_them(
    rows: int, backlog: Backlog, django_assert_num_queries: Assert
) -> None:
    world, owner, _ = backlog(rows)
    newcomer = make_person()
    line = 1  # what the system says
    with django_assert_num_queries(LOCKS + line + 1):
        group_update(acting_user=owner, group_id=world.id, name="Renamed")
    find, present, count, former, insert, update_group = 1, 1, 1, 1, 1, 1
    wanted, asked = 3, 1  # whether they let themselves be added, under a lock; what they asked for is accepted
    with django_assert_num_queries(
        LOCKS + find + present + wanted + count + asked + former + insert + line + update_group
    ):
        member_add(acting_user=owner, group_id=world.id, user_id=newcomer.pk, role=Role.MEMBER)
    update, owners = 1, 1
    left = 4  # what they scheduled, what waits for a moderator, their invitations, their part in a call
    with django_assert_num_queries(LOCKS + LOCK_MEMBERSHIP + update + left + line + owners + update_group):
        member_remove(acting_user=owner, group_id=world.id, user_id=newcomer.pk)


@at_both_sizes
def test_changes_are_3_statements_and_sync_5(rows: int, backlog: Backlog, django_assert_num_queries: Assert) -> None:
    world, _, member = backlog(rows)
    membership = world.membership(member)
    with django_assert_num_queries(3):
        changes = changes_since(membership, (membership.floor_version, 0), limit=100)
    assert len(changes.messages) == rows
    with django_assert_num_queries(0):
        changes_since(membership, (membership.group.version, membership.state_version), limit=100)
    mine = ChatGroupUser.objects.of(member).select_related("group")
    known = {row.group_id: (row.floor_version, 0) for row in mine}
    with django_assert_num_queries(5):
        synced = sync_since(member, known, limit=100, gained_limit=10)
    assert len(synced.changed) == rows + 1


@at_both_sizes
def test_groups_with_unread_counts_are_1_statement(
    rows: int, backlog: Backlog, django_assert_num_queries: Assert
) -> None:
    world, _, member = backlog(rows)
    with django_assert_num_queries(1):
        counts = {row.group_id: row.unread for row in ChatGroupUser.objects.of(member).with_unread()}
    assert (len(counts), counts[world.id]) == (rows + 1, rows)
