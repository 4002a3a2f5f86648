"""Reads that are compiled once, and those that PostgreSQL nevertheless plans each time."""

from collections.abc import Iterator

import pytest
from django.db import connection

from chat.models import history_read
from chat.models.seat import seat_of
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
