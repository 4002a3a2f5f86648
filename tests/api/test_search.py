"""``search/``: pages, highlights, where to jump, groups, and that nothing leaks."""

from typing import Any
from urllib.parse import quote

import pytest

from chat.services.groups import group_start, peer_start
from chat.services.hiding import message_hide
from chat.services.messages import message_send
from chat.services.tombstones import message_delete
from tests.api.conftest import Call
from tests.files.uploading import upload
from tests.services.worlds import join, make_person, make_world, quietly, small_group

pytestmark = pytest.mark.django_db

HOSTILE = ["%", "_", "\\", "'", '"', "a & !b", "x:*", "(", "[a-z]+", ".*", "<->", "';--", "\u202e", "😀" * 40, "\uff5a"]


def hits(api: Call, user: Any, query: str) -> list[Any]:
    return [hit["message"]["message_text"] for hit in api(user).ok("get", f"search/?q={query}")["results"]]


def test_pages_go_on_to_the_end(api: Call) -> None:
    world, owner, _ = small_group()
    for number in range(5):
        world.say(owner, f"needle {number}")
        world.say(owner, "straw")
    caller, found, path = api(owner), [], "search/?q=needle&limit=2"
    while path:
        page = caller.ok("get", path)
        found += [hit["message"]["message_text"] for hit in page["results"]]
        path = page["next"]
    assert found == [f"needle {number}" for number in (4, 3, 2, 1, 0)]


def test_hit_says_where_its_words_are_and_where_to_jump(api: Call) -> None:
    world, owner, _ = small_group()
    text = "👍🏽 Meet me; a MEETING <b>"
    world.say(owner, "before")
    sent = world.say(owner, text)
    world.say(owner, "after")
    caller = api(owner)
    [hit] = caller.ok("get", "search/?q=meet")["results"]
    assert [text[start:end] for start, end in hit["highlights"]] == ["Meet", "MEETING"]
    assert hit["message"]["seq"] == sent.seq
    page = caller.ok(
        "get", f"groups/{hit['message']['chat_group_id']}/messages/?around={hit['message']['seq']}&limit=3"
    )
    assert [message["message_text"] for message in page["messages"]] == ["before", text, "after"]


def test_typing_errors_are_marked(api: Call) -> None:
    world, owner, _ = small_group()
    world.say(owner, "see you tomorrow")
    caller = api(owner)
    page = caller.ok("get", "search/?q=tommorow")
    assert (page["approximate"], [hit["highlights"] for hit in page["results"]]) == (True, [[[8, 16]]])
    assert caller.ok("get", "search/?q=tomorrow")["approximate"] is False
    assert caller.ok("get", "search/?q=elephants")["approximate"] is False


def test_groups_are_found_by_their_name_and_by_the_other_person(api: Call) -> None:
    ada, zoe = make_person(), make_person(first_name="Zoe", last_name="Quux")
    peer = peer_start(acting_user=ada, user_id=zoe.pk).group
    quux = group_start(acting_user=ada, name="The quux club", member_ids=[]).group
    group_start(acting_user=zoe, name="Quux of others", member_ids=[])
    caller = api(ada)
    found = caller.ok("get", "search/?q=quux")
    assert {group["id"] for group in found["groups"]} == {str(peer.pk), str(quux.pk)}
    assert caller.ok("get", f"search/?q=quux&chat_group_id={quux.pk}")["groups"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_only_text(text: str, api: Call) -> None:
    world, owner, _ = small_group()
    world.say(owner, "nothing of that kind here")
    world.say(owner, f"<{text}>")
    assert hits(api, owner, quote(text)) == [f"<{text}>"]


@pytest.mark.parametrize("group_type", ["support", "peer", "group"])
def test_outsiders_get_the_same_answer_as_for_nothing(group_type: str, api: Call) -> None:
    with quietly():
        world = make_world(group_type)
    world.say(next(iter(world.people.values())), "needle")
    for outsider in filter(None, (world.stranger, world.former)):
        nothing = {"next": None, "results": [], "groups": [], "approximate": False}
        for query in ("needle", "needel", "n", f"needle&chat_group_id={world.id}"):
            assert api(outsider).ok("get", f"search/?q={query}") == nothing


def test_members_find_only_what_they_see(api: Call) -> None:
    with quietly():
        world, owner, [member] = small_group(history_visibility="joined")
        world.say(owner, "needle early")
        newcomer = join(world, owner)
        hidden, deleted = world.say(owner, "needle hidden"), world.say(owner, "needle deleted")
    message_hide(acting_user=member, message_id=hidden.pk)
    message_delete(acting_user=owner, message_id=deleted.pk)
    assert hits(api, owner, "needle") == ["needle hidden", "needle early"]
    assert hits(api, member, "needle") == ["needle early"]
    assert hits(api, newcomer, "needle") == ["needle hidden"]


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ("message_type=poll", 1),
        ("message_type=text", 2),
        ("message_type=file", 1),
        ("has_file=true", 1),
        ("has_file=false&pinned=false", 3),
        ("sender_user_id={owner}", 4),
        ("since=2999-01-01T00:00:00Z", 0),
        ("until=2999-01-01T00:00:00Z", 4),
    ],
)
def test_filters(filters: str, number: int, api: Call) -> None:
    world, owner, _ = small_group()
    world.say(owner, "needle one")
    world.say(owner, "needle two")
    message_send(acting_user=owner, group_id=world.id, message_text="needle?", poll={"options": ["Yes", "No"]})
    world.say(owner, "", attachment_ids=[upload(owner, "needle.txt").pk])
    assert len(hits(api, owner, f"needle&{filters.format(owner=owner.pk)}")) == number


def test_a_cursor_of_another_list_is_refused(api: Call) -> None:
    world, owner, _ = small_group()
    for _ in range(3):
        world.say(owner, "needle http://example.org/")
    caller = api(owner)
    shared = caller.ok("get", f"groups/{world.id}/shared/?kind=links&limit=1")["next"]
    cursor = shared.split("cursor=")[1].split("&")[0]
    refused = caller.get(f"search/?q=needle&cursor={cursor}")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")
