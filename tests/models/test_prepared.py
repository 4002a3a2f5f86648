"""Reads that are compiled once, and those that PostgreSQL nevertheless plans each time."""

import gc
from collections.abc import Iterator

import pytest
from django.db import connection

from chat.models import ChatMessage, history_read
from chat.models.extras import _ATTACHMENTS, _MY_REACTIONS, _MY_VOTES, _QUOTES
from chat.models.prepared import Row, rows_together
from chat.models.seat import seat_of
from chat.services.hiding import message_hide
from chat.services.polls import vote_set
from chat.services.reactions import reaction_add
from tests.files.uploading import upload
from tests.services.worlds import ON_POSTGRESQL, small_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def preparing() -> Iterator[None]:
    """Let the driver prepare every statement at once, as a host may set it to do after a few."""
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415 (where the driver is installed)

    connection.ensure_connection()
    driver = connection.connection
    before = driver.cursor_factory, driver.prepare_threshold
    driver.cursor_factory, driver.prepare_threshold = ServerBindingCursor, 0
    yield
    driver.cursor_factory, driver.prepare_threshold = before


@pytest.mark.skipif(not ON_POSTGRESQL, reason="only PostgreSQL prepares")
@pytest.mark.usefixtures("preparing")
def test_page_of_history_is_planned_for_its_group_and_signing_in_is_prepared() -> None:
    world, owner, _ = small_group()
    world.say(owner)
    seat = seat_of(group_id=world.group.pk, user_field=owner._meta.pk.name, value=owner.pk)
    assert seat is not None
    assert len(history_read(seat, around=1, limit=5).messages) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        statements = [sql for (sql,) in cursor.fetchall()]
    assert any('"chat_chatgroupuser"' in sql and '"password"' in sql for sql in statements)
    assert not any('FROM "chat_chatmessage"' in sql and " LIMIT " in sql for sql in statements)


@pytest.mark.skipif(not ON_POSTGRESQL, reason="only PostgreSQL prepares")
def test_page_of_history_leaves_nothing_to_the_garbage_collector() -> None:
    from psycopg import Cursor  # noqa: PLC0415 (where the driver is installed)

    world, owner, _ = small_group()
    seat = seat_of(group_id=world.group.pk, user_field=owner._meta.pk.name, value=owner.pk)
    assert seat is not None
    history_read(seat, limit=5)  # compiles what it reads by
    gc.collect()
    before = [one for one in gc.get_objects() if isinstance(one, Cursor)]
    gc.disable()
    try:
        history_read(seat, limit=5)
        left = [one for one in gc.get_objects() if isinstance(one, Cursor)]
    finally:
        gc.enable()
    assert [one for one in left if all(one is not other for other in before)] == []


@pytest.mark.skipif(not ON_POSTGRESQL, reason="only PostgreSQL prepares")
@pytest.mark.usefixtures("preparing")
def test_reads_together_can_be_prepared() -> None:
    _compare_together()


@pytest.mark.core
def test_reads_together_find_what_each_finds_alone() -> None:
    _compare_together()


def _compare_together() -> None:
    world, owner, [member, *_] = small_group(members=3)
    poll = world.say(owner, "What?", poll={"options": ["Tea", "Coffee"]})
    picture = world.say(owner, attachment_ids=[upload(owner, name).pk for name in ("b.txt", "a.txt")])
    reaction_add(acting_user=member, message_id=poll.pk, emoji="👍")
    vote_set(acting_user=member, message_id=poll.pk, option_ids=[1])
    message_hide(acting_user=member, message_id=picture.pk)
    keys = [poll.pk, picture.pk]
    reads = [
        (prepared, {"message_ids": keys, "viewer_id": member.pk})
        for prepared in (_ATTACHMENTS, _MY_VOTES, _QUOTES, _MY_REACTIONS)
    ]
    for chosen in (reads, reads[::-1], reads[1:3], reads[:1]):
        alone = [prepared.rows(ChatMessage, **values) for prepared, values in chosen]
        assert [_sorted(rows) for rows in rows_together(ChatMessage, chosen)] == [_sorted(rows) for rows in alone]
        assert all(alone)


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=repr)
