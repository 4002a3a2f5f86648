from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from chat.legacy.rows import OldMessage, OldPerson
from chat.legacy.source import Options
from chat.legacy.sources.pairs import PairsSource, pair_key
from tests.legacy.hazo.builder import at

pytestmark = pytest.mark.django_db

NEEDED = {"table": "old mail", "sender": "from", "receiver": "to", "text": "body", "time": "sent"}


def execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


@pytest.fixture
def mail(settings: Settings) -> None:
    """A host's own table, with names that must be quoted, and people who are numbers."""
    settings.CHAT = {"FOLD_PAIRS": NEEDED}
    execute(
        'CREATE TABLE "old mail" (number INTEGER PRIMARY KEY, "from" INTEGER, "to" INTEGER, body TEXT,'
        " sent TIMESTAMP NOT NULL, seen BOOLEAN, seen_at TIMESTAMP, gone BOOLEAN, about INTEGER)"
    )
    rows = [(1, 7, 12, "hello", at(0), False, None, False, 5), (2, 12, 7, "hi", at(1), True, at(2), True, None)]
    for row in [*rows, (3, None, 7, "from nobody", at(3), None, None, None, None)]:
        values = [value.replace(tzinfo=None).isoformat(" ") if hasattr(value, "isoformat") else value for value in row]
        execute('INSERT INTO "old mail" VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)', *values)


def described(settings: Settings, **more: str) -> PairsSource:
    settings.CHAT = {"FOLD_PAIRS": NEEDED | more}
    return PairsSource(Options())


def messages(source: PairsSource) -> list[OldMessage]:
    return sorted(source.messages(["1", "2", "3"]), key=lambda message: message.row.old_id)


def test_nothing_is_found_where_nothing_is_described(settings: Settings) -> None:
    settings.CHAT = {}

    source = PairsSource(Options())

    assert not source.found
    assert source.tables == {}


def test_table_and_every_column_must_be_there(mail: None, settings: Settings) -> None:
    assert described(settings).found
    assert described(settings, read="seen").found
    assert not described(settings, read="seen_on").found
    assert not described(settings, table="other").found


def test_rows_are_named_by_the_primary_key(mail: None, settings: Settings) -> None:
    source = described(settings)

    assert source.tables == {"old mail": ("number",)}
    assert [row.old_id for row in source.rows("old mail")] == ["1", "2", "3"]
    assert described(settings, id="sent").tables == {"old mail": ("sent",)}


def test_pairs_of_numbers_are_conversations(mail: None, settings: Settings) -> None:
    source = described(settings)

    found = {each.key: [member.person for member in each.members] for each in source.conversations()}

    assert found == {
        pair_key("7", "12"): [OldPerson("12"), OldPerson("7")],
        pair_key("7", ""): [OldPerson(), OldPerson("7")],
    }
    keys = [key.conversation for key in source.message_keys()]
    assert keys == [pair_key("7", "12"), pair_key("7", "12"), pair_key("", "7")]


def test_what_is_not_described_is_left_open(mail: None, settings: Settings) -> None:
    hello, hi, nobodys = messages(described(settings))

    assert (hello.text, hello.sender, hello.created_at) == ("hello", OldPerson("7"), at(0))
    assert (hi.read_at, hi.deleted, hi.reference_id, hi.reference_type) == (None, False, "", "chat")
    assert hi.keep_id is None
    assert nobodys.sender == OldPerson()


def test_times_that_are_described_are_read(mail: None, settings: Settings) -> None:
    hello, hi, _ = messages(described(settings, read="seen_at", deleted="gone", reference="about"))

    assert (hello.read_at, hello.deleted, hello.reference_id) == (None, False, "5")
    assert (hi.read_at, hi.deleted, hi.deleted_at) == (at(2), True, None)


def test_what_was_read_at_no_known_time_was_read_when_it_came(mail: None, settings: Settings) -> None:
    hello, hi, _ = messages(described(settings, read="seen"))

    assert (hello.read_at, hi.read_at) == (None, at(1))


def test_changes_are_found_by_the_times_that_are_described(mail: None, settings: Settings) -> None:
    assert described(settings).changed_since(at(1.5)) == {pair_key("", "7")}
    assert described(settings, read="seen_at").changed_since(at(1.5)) == {pair_key("", "7"), pair_key("7", "12")}


def test_long_ids_have_a_short_key() -> None:
    key = pair_key("a" * 300, "b")

    assert len(key) <= 200
    assert key == pair_key("b", "a" * 300)
    assert key != pair_key("a" * 301, "b")


ODD = {
    "typeless": "CREATE TABLE odd (id PRIMARY KEY, a, b, body, sent)",
    "filled up": "CREATE TABLE odd (id CHAR(9) PRIMARY KEY, a CHAR(9), b CHAR(9), body CHAR(9), sent TIMESTAMP)",
    "computed": "CREATE VIEW odd AS SELECT n + 0 AS id, f + 0 AS a, t + 0 AS b, 'x' || n AS body, s AS sent FROM mine",
}
"""Tables and views in which text is filled up, or numbers are not found by text."""


@pytest.mark.parametrize("shape", ODD)
def test_rows_are_found_whatever_the_columns_are(settings: Settings, shape: str) -> None:
    if shape == "typeless" and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has no columns without a type")
    sent = at(0).replace(tzinfo=None).isoformat(" ")
    execute("CREATE TABLE mine (n INTEGER, f INTEGER, t INTEGER, s TIMESTAMP)")
    execute("INSERT INTO mine VALUES (1, 7, 12, %s)", sent)
    execute(ODD[shape])
    if shape != "computed":
        execute("INSERT INTO odd SELECT n, f, t, 'x1', s FROM mine")
    settings.CHAT = {
        "FOLD_PAIRS": {"table": "odd", "sender": "a", "receiver": "b", "text": "body", "time": "sent", "id": "id"}
    }
    source = PairsSource(Options())

    [conversation], [key] = source.conversations(), source.message_keys()
    [message] = source.messages([key.old_id])

    assert (message.row.old_id, message.text) == ("1", "x1")
    assert conversation.key == key.conversation == message.conversation == pair_key("7", "12")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's times are text")
@pytest.mark.parametrize("sent", ["-infinity", "infinity", "0044-03-15 12:00 BC", "20000-01-01"])
def test_times_that_no_calendar_has_are_unreadable(mail: None, settings: Settings, sent: str) -> None:
    execute('DELETE FROM "old mail" WHERE number > 1')
    execute('UPDATE "old mail" SET sent = %s', sent)
    source = described(settings)

    [conversation], [key] = source.conversations(), source.message_keys()

    assert (conversation.created_at, key.created_at) == (None, None)
