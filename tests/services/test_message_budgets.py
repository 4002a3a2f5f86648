"""How many statements a change of one message takes: the same with 3 and with 30 rows of everything around it."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from chat.services.drafts import draft_set
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.hiding import message_hide, message_unhide
from chat.services.pins import message_pin, message_unpin
from chat.services.reads import read_advance
from tests.services.test_budgets import LOCK_MEMBERSHIP, LOCKS, SAVEPOINT, at_both_sizes
from tests.services.worlds import small_group

pytestmark = [pytest.mark.django_db]

FIND, LOCK, UPDATE, UPDATE_GROUP = 1, 1, 1, 1
CHANGE = FIND + LOCKS + LOCK + UPDATE + UPDATE_GROUP
OWN = FIND + SAVEPOINT + LOCK_MEMBERSHIP + LOCK


@at_both_sizes
def test_change_of_a_message_does_not_grow(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world, owner, people = small_group(rows)
    names = [person.pk for person in people]
    messages = [world.say(owner, f"text {number}", mention_ids=names[:2]) for number in range(rows)]
    for message in messages[1:]:
        message_hide(acting_user=people[0], message_id=message.pk)
        message_pin(acting_user=owner, message_id=message.pk)
    first = {"message_id": messages[0].pk}
    other = {"message_id": messages[1].pk}
    revision, members, dropped, known, added, hidden = 1, 1, 1, 1, 1, 1
    look, state, row, mention = 1, 1, 1, 1
    system = 1
    budgets: list[tuple[int, Any]] = [
        (CHANGE + revision, lambda: message_edit(acting_user=owner, **first, message_text="new")),
        (
            CHANGE + members + dropped + known + added + hidden,
            lambda: message_edit(acting_user=owner, **first, mention_ids=names),
        ),
        (CHANGE + system, lambda: message_pin(acting_user=owner, **first)),
        (CHANGE, lambda: message_unpin(acting_user=owner, **first)),
        (OWN + look + state + row + mention, lambda: message_hide(acting_user=people[0], **first)),
        (OWN + look + state + row + mention, lambda: message_unhide(acting_user=people[0], **other)),
    ]
    for budget, call in budgets:
        with django_assert_num_queries(budget):
            call()


@at_both_sizes
def test_draft_and_receiving_are_2_statements_in_a_transaction(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world, owner, [member, *_] = small_group(rows)
    for _ in range(rows):
        message = world.say(owner)
    target, update, mark = 1, 1, 1
    with django_assert_num_queries(SAVEPOINT + LOCK_MEMBERSHIP + update):
        draft_set(acting_user=member, group_id=world.id, message_text="and")
    with django_assert_num_queries(SAVEPOINT + LOCK_MEMBERSHIP + target + update):
        draft_set(acting_user=member, group_id=world.id, reply_to_id=message.pk)
    with django_assert_num_queries(SAVEPOINT + LOCK_MEMBERSHIP + mark + update):
        read_advance(acting_user=member, group_id=world.id, delivered_seq=message.seq)


@at_both_sizes
def test_forward_is_a_send_to_each_group(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world, owner, _ = small_group(rows)
    for _ in range(rows):
        message = world.say(owner)
    source, author, insert, update_membership = 1, 1, 1, 1
    with django_assert_num_queries(source + author + LOCKS + insert + update_membership + UPDATE_GROUP):
        message_forward(acting_user=owner, message_id=message.pk, group_ids=[world.id, world.id])
