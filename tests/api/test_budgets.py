"""How many statements a request may take, signing in included: the same at 3 rows and at 30."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.roles import Role
from chat.services.groups import group_start, peer_start
from chat.services.members import member_add
from chat.services.messages import message_send
from chat.services.people.blocks import block_add
from chat.services.people.presence import presence_beat
from chat.services.polls import vote_set
from chat.services.reactions import reaction_add
from tests.api.conftest import Call, Caller
from tests.files.uploading import upload
from tests.services.people.worlds import connect
from tests.services.worlds import ON_POSTGRESQL, World, make_person, small_group

pytestmark = [pytest.mark.django_db]

SIZES = pytest.mark.parametrize("rows", [3, 30])


def _statements(call: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = call()
    assert 200 <= response.status_code < 300, response.content
    # Savepoints are of the test's own transaction; in production they are BEGIN and COMMIT.
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)


def _warm(caller: Caller, path: str) -> Callable[[], Any]:
    """Return the call, made once before: the first may compile what later ones use."""
    caller.ok("get", path)
    return lambda: caller.get(path)


@pytest.fixture(scope="module")
def busy_groups(shared_rows: None) -> dict[int, tuple[World, Any, Any]]:
    return {rows: _busy(rows) for rows in (3, 30)}


def _busy(rows: int) -> tuple[World, Any, Any]:
    world, owner, people = small_group(members=rows)
    for number in range(rows):
        world.say(owner if number % 2 else people[0])
    return world, owner, people[0]


@pytest.fixture
def busy(rows: int, busy_groups: dict[int, tuple[World, Any, Any]], db: None) -> tuple[World, Any, Any]:
    return deepcopy(busy_groups[rows])


@SIZES
@pytest.mark.parametrize("query", ["", "?unread=true", "?type=peer&limit=40"])
def test_list_of_groups_takes_3_statements(rows: int, query: str, api: Call) -> None:
    ada = make_person()
    for number in range(rows):
        other = make_person()
        if number % 2:
            group = peer_start(acting_user=other, user_id=ada.pk).group
        else:
            group = group_start(acting_user=other, member_ids=[ada.pk], name=f"group {number}").group
        message_send(acting_user=other, group_id=group.pk, message_text="hi")
    assert _statements(_warm(api(ada), f"groups/{query}")) == 3


@SIZES
def test_group_takes_5_statements(rows: int, busy: tuple[World, Any, Any], api: Call) -> None:
    world, owner, _ = busy
    assert _statements(_warm(api(owner), f"groups/{world.id}/")) == 5


@SIZES
def test_members_take_5_statements(rows: int, busy: tuple[World, Any, Any], api: Call) -> None:
    world, owner, _ = busy
    assert _statements(_warm(api(owner), f"groups/{world.id}/members/")) == 5


@SIZES
@pytest.mark.parametrize(
    ("query", "budget"), [("", 2), ("?before=3", 3), ("?after=1", 3), ("?around=2", 3), ("?reference_type=chat", 2)]
)
def test_page_of_history_takes_2_statements_and_3_with_a_position(
    rows: int, query: str, budget: int, busy: tuple[World, Any, Any], api: Call
) -> None:
    world, owner, _ = busy
    assert _statements(_warm(api(owner), f"groups/{world.id}/messages/{query}")) == budget


@SIZES
def test_changes_take_7_statements_with_members_and_2_without_anything(
    rows: int, busy: tuple[World, Any, Any], api: Call
) -> None:
    world, _, reader = busy
    caller, path = api(reader), f"groups/{world.id}/changes/"
    membership = world.membership(reader)
    floor = f"?since={membership.floor_version}&state_since=0&limit=100"
    delta = caller.ok("get", path + floor)
    assert (len(delta["members"]), len(delta["messages"])) == (rows, rows)
    assert _statements(_warm(caller, path + floor)) == 7
    now = f"?since={membership.group.version}&state_since={membership.state_version}"
    assert _statements(_warm(caller, path + now)) == 2


@SIZES
def test_unread_counts_take_2_statements(rows: int, api: Call) -> None:
    ada = make_person()
    for _ in range(rows):
        other = make_person()
        group = peer_start(acting_user=other, user_id=ada.pk).group
        message_send(acting_user=other, group_id=group.pk, message_text="hi")
    assert _statements(_warm(api(ada), "unread/")) == 2


@SIZES
def test_sync_takes_9_statements(rows: int, api: Call) -> None:
    ada = make_person()
    known = {}
    for number in range(rows):
        other = make_person()
        group = peer_start(acting_user=other, user_id=ada.pk).group
        message_send(acting_user=other, group_id=group.pk, message_text="hi")
        if number % 2:
            known[str(group.pk)] = [1, 0]
    caller = api(ada)
    assert _statements(lambda: caller.post("sync/", {"groups": known})) == 9


@SIZES
def test_message_takes_2_statements(rows: int, busy: tuple[World, Any, Any], api: Call) -> None:
    world, owner, _ = busy
    message = world.say(owner)
    assert _statements(_warm(api(owner), f"messages/{message.pk}/")) == 2


@SIZES
def test_send_takes_few_statements(rows: int, busy: tuple[World, Any, Any], api: Call) -> None:
    world, owner, _ = busy
    caller = api(owner)
    caller.send(world.id)
    assert _statements(lambda: caller.send(world.id)) == (1 if ON_POSTGRESQL else 8)


@SIZES
def test_mark_read_takes_5_statements(rows: int, busy: tuple[World, Any, Any], api: Call) -> None:
    world, owner, reader = busy
    world.say(owner)
    caller, path = api(reader), f"groups/{world.id}/read/"
    assert world.people[Role.MEMBER] == reader
    assert _statements(lambda: caller.post(path, {"read_seq": rows + 1})) <= (5 if ON_POSTGRESQL else 6)


@SIZES
def test_people_take_2_statements(rows: int, api: Call) -> None:
    ada, *others = [make_person() for _ in range(rows)]
    name = others[0].get_username()[:6]
    assert _statements(_warm(api(ada), f"users/?q={name}")) == 2


@SIZES
def test_contacts_blocks_connections_and_presence_do_not_grow(rows: int, api: Call) -> None:
    ada, *others = [make_person() for _ in range(rows + 1)]
    for person in others:
        connect(ada, person)
        block_add(acting_user=ada, user_id=person.pk)
        presence_beat(acting_user=person)
    caller, asked = api(ada), ",".join(str(person.pk) for person in others)
    paths = {"contacts/": 2, "blocks/": 3, "connections/": 3, f"presence/?user_id={asked}": 4}
    for path, budget in paths.items():
        assert len(caller.ok("get", path)["results"]) == rows
        assert _statements(_warm(caller, path)) == budget, path


@SIZES
@pytest.mark.parametrize("query", ["hello", "hlelo", "absent"])
def test_search_takes_the_same_number_of_statements(
    rows: int, query: str, busy: tuple[World, Any, Any], api: Call
) -> None:
    _, owner, _ = busy
    # On PostgreSQL each search first asks how many groups there are and how far to walk; errors need a second search.
    searches = 1 if query == "hello" else 2
    expected = 2 + searches * (3 if ON_POSTGRESQL else 1)
    assert _statements(_warm(api(owner), f"search/?q={query}&limit=50")) == expected


@SIZES
@pytest.mark.parametrize("kind", ["media", "audio", "files", "links", "references"])
def test_shared_lists_take_2_statements(rows: int, kind: str, api: Call) -> None:
    world, owner, _ = small_group()
    for number in range(rows):
        uploads = [upload(owner, f"{number}.txt").pk] if kind == "files" else []
        world.say(owner, f"http://example.org/{number}", reference_id=str(number), attachment_ids=uploads)
    caller, path = api(owner), f"groups/{world.id}/shared/?kind={kind}"
    assert len(caller.ok("get", path)["results"]) == (0 if kind in {"media", "audio"} else rows)
    assert _statements(_warm(caller, path)) == 2


@SIZES
def test_who_reacted_and_who_voted_take_4_statements(rows: int, api: Call) -> None:
    world, owner, people = small_group(members=rows)
    poll = world.say(owner, "What?", poll={"options": ["Tea", "Coffee"]})
    for person in people:
        reaction_add(acting_user=person, message_id=poll.pk, emoji="👍")
        vote_set(acting_user=person, message_id=poll.pk, option_ids=[1])
    for path in (f"messages/{poll.pk}/reactions/", f"messages/{poll.pk}/votes/"):
        assert len(api(owner).ok("get", path)["results"]) == rows
        assert _statements(_warm(api(owner), path)) == 4


@SIZES
def test_reactions_and_votes_take_the_same_number_of_statements(rows: int, api: Call) -> None:
    world, owner, people = small_group(members=rows)
    poll = world.say(owner, "What?", poll={"options": ["Tea", "Coffee"]})
    for person in people:
        reaction_add(acting_user=person, message_id=poll.pk, emoji="👍")
        vote_set(acting_user=person, message_id=poll.pk, option_ids=[1])
    caller, path = api(owner), f"messages/{poll.pk}/"
    react, vote = f"{path}reactions/%F0%9F%91%8D/", lambda: caller.put(f"{path}vote/", {"option_ids": [2]})
    expected = 10 if ON_POSTGRESQL else 13
    assert _statements(lambda: caller.put(react)) == expected
    assert _statements(vote) == expected


def test_page_of_50_rich_messages_takes_1_statement_more_than_a_plain_one(api: Call) -> None:
    plain, owner, [member] = small_group()
    rich = small_group()[0]
    member_add(acting_user=rich.people[Role.OWNER], group_id=rich.id, user_id=owner.pk, role=Role.MEMBER)
    first = rich.people[Role.OWNER]
    quoted = rich.say(first, "long ago").pk
    for number in range(50):
        plain.say(member)
        kinds: list[dict[str, Any]] = [
            {"poll": {"options": ["Tea", "Coffee"]}},
            {"attachment_ids": [upload(first, f"{number}.txt").pk]},
            {"mention_ids": [owner.pk]},
        ]
        message = rich.say(first, reply_to_id=quoted, **kinds[number % 3])
        reaction_add(acting_user=owner, message_id=message.pk, emoji="👍")
        if number % 3 == 0:
            vote_set(acting_user=owner, message_id=message.pk, option_ids=[1])
    caller, path = api(owner), "groups/{}/messages/?limit=50"
    page = caller.ok("get", path.format(rich.id))["messages"]
    assert all(row["reactions"][0]["mine"] and row["reply_to"]["id"] == str(quoted) for row in page)
    assert [bool(row["poll"]) + bool(row["attachments"]) + bool(row["mentions"]) for row in page] == [1] * 50
    budget = _statements(_warm(caller, path.format(plain.id)))

    assert _statements(_warm(caller, path.format(rich.id))) == budget + (1 if ON_POSTGRESQL else 4)
