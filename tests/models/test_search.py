"""Search finds what a person may see, and nothing else."""

import sys
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Attachment, ChatMessage, Found, Search, SearchEntry, SearchProgress, messages_search
from chat.models import search as reading
from chat.models.search_index import _windows
from chat.models.search_text import fold
from chat.services.edits import message_edit
from chat.services.files import files_drop
from chat.services.hiding import message_hide, message_unhide
from chat.services.members import member_remove
from chat.services.messages import message_send
from chat.services.pins import message_pin
from chat.services.search_entries import search_entries_fill
from chat.services.states import history_clear
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.files.uploading import upload
from tests.services.worlds import World, join, make_person, make_world, quietly, small_group

pytestmark = pytest.mark.django_db

INDEXED = connection.vendor == "postgresql"


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few messages be tried one by one, so that the index is asked as well."""
    monkeypatch.setattr(reading, "WALKED", 2)
    monkeypatch.setattr(reading, "WALKED_OF_EACH", 2)
    monkeypatch.setattr(reading, "FURTHER", 2)


def texts(user: Any, query: str, **filters: Any) -> list[str]:
    found = messages_search(Search(user, query, **filters), limit=50)
    return [row["message_text"] for row in found.messages]


def said(*lines: str) -> tuple[World, Any]:
    with quietly():
        world, owner, _ = small_group()
    for line in lines:
        world.say(owner, line)
    return world, owner


def fill() -> int:
    return sum(search_entries_fill())


def entries_of(world: World) -> dict[int, str]:
    rows = SearchEntry.objects.filter(group=world.group).order_by("message__seq")
    return dict(rows.values_list("message__seq", "search_text"))


def triggers_on_insert() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 4 <> 0"
            " AND tgrelid IN ('chat_chatmessage'::regclass, 'chat_attachment'::regclass)"
        )
        return [name for (name,) in cursor.fetchall()]


LINES = (
    "We went running at dawn",
    "Run along",
    "ሰላም ነው እንኳን ደህና መጣህ",
    "مرحبا بالعالم",
    "明天开会吗",
    "明日は会議です",
    "See you tomorrow, conference at nine",
    "100% sure_thing c:\\temp it's 'quoted' a & b | !c <-> (d)",
    "Grüße aus der STRASSE, ПРИВЕТ",
    "Straße",
    "book",
    "filler one",
    "filler two",
    "filler three",
    "ΟΔΟΣ, οδός",
)


WORDS: dict[str, list[int] | None] = {
    "runs": [2, 1],
    "RUNNING": [2, 1],
    "dawn running": [1],
    "dawn along": [],
    "ደህና": [3],
    "ሰ": [3],
    "عالم": [4],
    "明": [6, 5],
    "开会": [5],
    "会議です": [6],
    "议": [],
    "morro": [7],
    "onferenc": [7],
    "%": [8],
    "_": [8],
    "\\": [8],
    "'": [8],
    "& | ! <->": [8],
    ":*": [],
    "100!": [],
    "nine.": [],
    "开!会": [],
    "(running)": [],
    "it's": [8],
    "grüsse": [],
    "GRÜSS": [],
    "GRÜ": [9],
    "привет": [9],
    "straße": [10],
    "strasse": [9],
    "οδοσ": [15],
    "ΟΔΌΣ": [15],
    "oo": [11],
    "b": [11, 8],
    "' OR 1=1 --": [],
    "@12:1": [],
    "f": None,
}
"""What is asked, and the numbers of the lines that it finds; None: too many to say."""


@pytest.mark.core
@pytest.mark.parametrize("steps", ["one step", "filled", "small steps"])
def test_words_are_found_as_they_stand(steps: str, request: Any) -> None:
    if steps == "small steps":
        request.getfixturevalue("small_steps")
    _, owner = said(*LINES)
    if steps == "filled":
        fill()
    few = {query: [LINES[n - 1] for n in numbers] for query, numbers in WORDS.items() if numbers is not None}
    many = {"f": [line for line in reversed(LINES) if "f" in line]}
    assert {query: texts_and_nothing_kept(owner, query) for query in WORDS} == few | many


def texts_and_nothing_kept(user: Any, query: str) -> list[str]:
    """Search as if nobody had searched before, which may fill the index."""
    with transaction.atomic():
        found = texts(user, query)
        transaction.set_rollback(True)
    return found


@pytest.mark.skipif(not INDEXED, reason="only PostgreSQL folds by itself")
def test_database_folds_every_character_alike() -> None:
    characters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    # Those that every version of Unicode in question knows.
    known = [char for char in characters if unicodedata.ucd_3_2_0.category(char) != "Cn"]
    changed = [char for char in known if fold(char) != char]
    originals = [*changed, "ΟΔΟΣ ΑΣΒ Σ, ΌΔΟΣ.", "e\u0327\u0301", "\u1112\u1161\u11ab", "\uff76\uff9e"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT chat_search_fold(original) FROM unnest(%s::text[]) one (original)", [originals])
        folded = [text for (text,) in cursor.fetchall()]
    assert folded == [fold(text) for text in originals]


@pytest.mark.parametrize("query", ["tomorow", "tommorow", "conferense"])
@pytest.mark.parametrize("steps", ["one step", "small steps"])
def test_typing_errors_are_found_where_nothing_else_is(query: str, steps: str, request: Any) -> None:
    if steps == "small steps":
        request.getfixturevalue("small_steps")
    world, owner = said(*LINES)
    found = messages_search(Search(owner, query), limit=50)
    assert found.errors
    assert [row["message_text"] for row in found.messages] == [LINES[6]]
    world.say(owner, f"{query} as it was typed")
    found = messages_search(Search(owner, query), limit=50)
    assert not found.errors
    assert [row["seq"] for row in found.messages] == [len(LINES) + 1]


@pytest.mark.parametrize("limit", [1, 2, 5])
@pytest.mark.parametrize("query", ["filler", "flller"])
def test_pages_are_the_whole_in_parts(limit: int, query: str, small_steps: None) -> None:
    _, owner = said(*(f"filler {n}" if n % 2 else f"other {n}" for n in range(14)))
    seqs: list[int] = []
    page = Found([])
    after = None
    while not seqs or after:
        page = messages_search(Search(owner, query), limit=limit, after=after)
        assert len(page.messages) <= limit
        seqs += [row["seq"] for row in page.messages]
        after = page.next
    assert seqs == [14, 12, 10, 8, 6, 4, 2]


def test_pages_of_typing_errors_go_on_where_candidates_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CANDIDATES", 2)
    _, owner = said("tomorrow", *("to the arrow" for _ in range(5)))
    seqs, after, pages = [], None, 0
    while not pages or after:
        page = messages_search(Search(owner, "tommorow"), limit=10, after=after)
        seqs += [row["seq"] for row in page.messages]
        after, pages = page.next, pages + 1
    assert seqs == [1]


@pytest.mark.parametrize("group_type", ["support", "peer", "group"])
def test_only_members_find_anything(group_type: str) -> None:
    with quietly():
        world = make_world(group_type)
    sender = next(iter(world.people.values()))
    world.say(sender, "secret needle")
    for user in world.people.values():
        assert texts(user, "needle") == ["secret needle"]
        assert texts(user, "needel") == ["secret needle"]
    for outsider in filter(None, (world.stranger, world.former)):
        for query in ("needle", "needel", "n"):
            found = messages_search(Search(outsider, query, group_id=world.id), limit=50)
            assert (found.messages, found.next) == ([], None)


def test_what_somebody_cannot_see_is_not_found_by_them() -> None:
    with quietly():
        world, owner, [member] = small_group(history_visibility="joined")
        first = world.say(owner, "needle one")
        newcomer = join(world, owner)
        assert texts(newcomer, "needle") == []
        second = world.say(owner, "needle two")
        assert texts(newcomer, "needle") == ["needle two"]
        message_hide(acting_user=member, message_id=second.pk)
        assert texts(member, "needle") == ["needle one"]
        message_unhide(acting_user=member, message_id=second.pk)
        history_clear(acting_user=member, group_id=world.id)
        assert texts(member, "needle") == []
        message_delete(acting_user=owner, message_id=second.pk)
        assert texts(owner, "needle") == ["needle one"]
        assert texts(newcomer, "needle") == []
        message_restore(acting_user=owner, message_id=second.pk)
        assert texts(owner, "needle") == ["needle two", "needle one"]
        ChatMessage.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        assert texts(owner, "needle") == ["needle two"]
        member_remove(acting_user=owner, group_id=world.id, user_id=newcomer.pk)
        assert texts(newcomer, "needle") == []


def test_an_edit_changes_what_is_found_and_a_purge_leaves_nothing() -> None:
    world, owner = said("old words")
    message = ChatMessage.objects.get(group=world.group, message_text="old words")
    fill()
    message_edit(acting_user=owner, message_id=message.pk, message_text="new text")
    assert texts(owner, "words") == []
    assert texts(owner, "new") == ["new text"]
    message_delete(acting_user=owner, message_id=message.pk)
    ChatMessage.objects.filter(pk=message.pk).update(deleted_at=timezone.now() - timedelta(days=1))
    assert SearchEntry.objects.filter(message=message).exists() is INDEXED
    assert list(tombstones_purge())
    assert not SearchEntry.objects.filter(message=message).exists()


def test_filters_narrow_it_down() -> None:
    with quietly():
        world, owner, [member] = small_group()
        elsewhere = make_world("peer")
    mine = world.say(owner, "needle mine")
    theirs = world.say(member, "needle theirs")
    message_pin(acting_user=owner, message_id=theirs.pk)
    both = ["needle theirs", "needle mine"]
    assert texts(owner, "needle", group_id=world.id) == both
    assert texts(owner, "needle", group_id=elsewhere.id) == []
    assert texts(owner, "needle", sender_id=member.pk) == ["needle theirs"]
    assert texts(owner, "needle", sender_id=make_person().pk) == []
    assert texts(owner, "needle", message_type="text") == both
    assert texts(owner, "needle", message_type="poll") == []
    assert texts(owner, "needle", since=theirs.created_at) == ["needle theirs"]
    assert texts(owner, "needle", until=theirs.created_at) == ["needle mine"]
    assert texts(owner, "needle", since=mine.created_at, until=mine.created_at) == []
    assert texts(owner, "needle", pinned=True) == ["needle theirs"]
    assert texts(owner, "needle", pinned=False) == ["needle mine"]
    assert texts(owner, "needle", has_file=True) == []
    assert texts(owner, "needle", has_file=False) == both


def test_options_and_places_are_found() -> None:
    with quietly():
        world, owner, _ = small_group()
        message_send(
            acting_user=owner,
            group_id=world.id,
            message_text="Where?",
            poll={"options": ["Montevideo", "Ouagadougou"]},
        )
        message_send(
            acting_user=owner,
            group_id=world.id,
            message_text="",
            location={"latitude": 1, "longitude": 2, "name": "Old Lighthouse"},
        )
    assert [row["seq"] for row in messages_search(Search(owner, "ouaga"), limit=5).messages] == [1]
    assert [row["seq"] for row in messages_search(Search(owner, "LIGHT"), limit=5).messages] == [2]


def test_nothing_is_read_for_a_person_without_groups() -> None:
    assert texts(make_person(), "anything") == []


def test_messages_are_found_by_the_names_of_their_files() -> None:
    world, owner = said("plain invoice", "nothing")
    sent = [world.say(owner, text, attachment_ids=[upload(owner, "Invoice May.txt").pk]) for text in ("", "look")]
    assert texts(owner, "invoice") == ["look", None, "plain invoice"]
    assert texts(owner, "invoice", has_file=True) == ["look", None]
    assert texts(owner, "invoice", has_file=False) == ["plain invoice"]
    fill()
    assert texts(owner, "invoice") == ["look", None, "plain invoice"]
    with quietly():
        files_drop(Attachment.objects.filter(message=sent[0]))
    assert texts(owner, "invoice") == ["look", "plain invoice"]


@pytest.mark.skipif(not INDEXED, reason="entries are PostgreSQL's")
def test_sending_writes_no_entry_and_filling_those_with_something_to_find() -> None:
    world, owner = said("\uff26ull WIDTH")
    message = world.say(owner, "", attachment_ids=[upload(owner, "name.txt").pk])
    assert not SearchEntry.objects.exists()
    assert triggers_on_insert() == []
    fill()
    entries = SearchEntry.objects.filter(group=world.group).order_by("created_at")
    assert [entry.search_text for entry in entries] == ["full width", "name.txt"]
    assert str(entries[1]) == str(message.pk)
    progress = SearchProgress.objects.get(group=world.group)
    assert str(progress) == f"{world.id} to #{message.seq}"
    ChatMessage.objects.filter(group=world.group).delete()
    assert not SearchEntry.objects.filter(group=world.group).exists()


@pytest.mark.skipif(not INDEXED, reason="entries are PostgreSQL's")
def test_entries_follow_changes_and_only_where_there_are_any() -> None:
    world, owner = said("filled", "filled too")
    fill()
    world.say(owner, "not yet")
    for seq in (1, 3):
        message = ChatMessage.objects.get(group=world.group, seq=seq)
        message_edit(acting_user=owner, message_id=message.pk, message_text=f"edited {seq}")
    assert entries_of(world) == {1: "edited 1", 2: "filled too"}
    fill()
    assert entries_of(world) == {1: "edited 1", 2: "filled too", 3: "edited 3"}
    ChatMessage.objects.filter(group=world.group, seq=2).update(message_text=None)
    assert entries_of(world) == {1: "edited 1", 3: "edited 3"}


@pytest.mark.skipif(not INDEXED, reason="entries are PostgreSQL's")
def test_search_fills_what_the_walk_does_not_reach(small_steps: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    world, owner = said("needle", *(f"line {n}" for n in range(9)))
    quiet, _ = said("of somebody else")
    assert texts(owner, "line", group_id=world.id)[0] == "line 8"
    assert texts(owner, "needle") == ["needle"]
    assert list(entries_of(world).values()) == ["needle", *(f"line {n}" for n in range(9))]
    assert entries_of(quiet) == {}
    world.say(owner, "fresh needle")
    with CaptureQueriesContext(connection) as queries:
        assert texts(owner, "needle") == ["fresh needle", "needle"]
    assert not [query for query in queries if "chat_search_fill" in query["sql"]]
    assert len(entries_of(world)) == 10


@pytest.mark.skipif(not INDEXED, reason="entries are PostgreSQL's")
def test_one_search_fills_only_so_much(small_steps: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCHES", 1)
    monkeypatch.setattr(reading, "BATCH", 4)
    _, owner = said(*(f"needle {n}" for n in range(11)))
    assert texts(owner, "needle") == [f"needle {n}" for n in (10, 9, 8, 3, 2, 1, 0)]
    assert texts(owner, "needle") == [f"needle {n}" for n in range(10, -1, -1)]


@pytest.mark.skipif(not INDEXED, reason="SQLite has one step")
def test_each_step_is_asked_by_the_index_and_without_any_end_to_time(small_steps: None) -> None:
    world, owner = said(*(f"line {n}" for n in range(9)))
    ChatMessage.objects.filter(group=world.group, seq=1).update(created_at="0101-01-01T00:00:00Z")
    assert texts(owner, "line") == [f"line {n}" for n in range(8, -1, -1)]
    assert len(entries_of(world)) == 9


@pytest.mark.skipif(not INDEXED, reason="SQLite has one step")
def test_time_further_back_than_any_is_all_time(small_steps: None) -> None:
    world, owner = said(*(f"line {n}" for n in range(9)))
    for seq in range(1, 9):
        ChatMessage.objects.filter(group=world.group, seq=seq).update(created_at=f"0101-01-01T00:00:0{seq}Z")
    assert texts(owner, "line") == [f"line {n}" for n in range(8, -1, -1)]


def test_somebody_in_no_group_finds_nothing_whatever_they_ask() -> None:
    nobody = make_person()

    assert texts(nobody, "words") == []
    assert texts(nobody, "words", until=datetime(117, 5, 12, tzinfo=UTC)) == []


def test_windows_of_time_grow_with_the_time_until_there_are_too_many() -> None:
    hour, century = 3600, 100 * 366 * 24 * 3600

    assert [len(_windows(0, hours * hour)) for hours in (1, 30)] == [1, 27]
    assert len({window.split(":")[0] for window in _windows(0, century)}) == 1
    assert _windows(0, 4 * century) == []
