"""``groups/{id}/shared/``: files, links and references of a group, newest first, for those who see them."""

from typing import Any

import pytest

from chat.models.shared import links_in
from chat.services.hiding import message_hide
from chat.services.tombstones import message_delete
from tests.api.conftest import Call
from tests.files import samples
from tests.files.uploading import upload, upload_image
from tests.services.worlds import World, join, make_world, quietly, small_group

pytestmark = pytest.mark.django_db

KINDS = ("media", "audio", "files", "links", "references")


def fill(world: World, user: Any) -> None:
    for number in range(3):
        images = [upload_image(user, f"image {number}{letter}.png").pk for letter in "ab"]
        world.say(user, "", attachment_ids=images)
        world.say(user, "", attachment_ids=[upload(user, f"file {number}.txt").pk])
        world.say(user, "", attachment_ids=[upload(user, f"voice {number}.ogg", samples.ogg()).pk])
        world.say(user, f"see https://example.org/{number} and http://example.org/{number}?a=b.")
        world.say(user, "about it", reference_id=f"invoice-{number}", reference_type="field")
        world.say(user, "plain ftp://example.org/")


def read(api: Call, user: Any, world: World, kind: str, limit: int = 50) -> list[Any]:
    caller, found = api(user), []
    path = f"groups/{world.id}/shared/?kind={kind}&limit={limit}"
    while path:
        page = caller.ok("get", path)
        assert len(page["results"]) <= limit
        found += page["results"]
        path = page["next"]
    return found


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_each_kind_is_listed_newest_first(limit: int, api: Call) -> None:
    world, owner, [member] = small_group()
    fill(world, owner)
    names = {kind: [row["file"]["name"] for row in read(api, member, world, kind, limit)] for kind in KINDS[:3]}
    assert names == {
        "media": [f"image {number}{letter}.png" for number in (2, 1, 0) for letter in "ab"],
        "audio": ["voice 2.ogg", "voice 1.ogg", "voice 0.ogg"],
        "files": ["file 2.txt", "file 1.txt", "file 0.txt"],
    }
    links = [row["links"] for row in read(api, member, world, "links", limit) if row["links"]]
    assert links == [[f"https://example.org/{n}", f"http://example.org/{n}?a=b"] for n in (2, 1, 0)]
    references = read(api, member, world, "references", limit)
    assert [row["reference_id"] for row in references] == ["invoice-2", "invoice-1", "invoice-0"]


def test_reference_lists_are_listed(api: Call) -> None:
    world, owner, _ = small_group()
    world.say(
        owner, "look", reference_list=[{"type": "url", "url": "https://example.org/", "name": "Terms", "id": "1"}]
    )
    [row] = read(api, owner, world, "references")
    assert row["reference_list"][0]["name"] == "Terms"
    assert row["message_id"]


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_a_member_sees_is_listed(kind: str, api: Call) -> None:
    with quietly():
        world, owner, [member] = small_group(history_visibility="joined")
        fill(world, owner)
        newcomer = join(world, owner)
    assert read(api, newcomer, world, kind) == []
    shown = read(api, owner, world, kind)
    message_hide(acting_user=member, message_id=shown[0]["message_id"])
    message_delete(acting_user=owner, message_id=shown[-1]["message_id"])
    gone = {shown[0]["message_id"], shown[-1]["message_id"]}
    assert read(api, member, world, kind) == [row for row in shown if row["message_id"] not in gone]
    assert read(api, owner, world, kind) == [row for row in shown if row["message_id"] != shown[-1]["message_id"]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("group_type", ["support", "peer", "group"])
def test_for_outsiders_there_is_no_such_list(kind: str, group_type: str, api: Call) -> None:
    with quietly():
        world = make_world(group_type)
    for outsider in filter(None, (world.stranger, world.former)):
        assert api(outsider).get(f"groups/{world.id}/shared/?kind={kind}").status_code == 404


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("(see https://example.org/a_(b)).", ["https://example.org/a_(b)"]),
        ("HTTPS://EXAMPLE.ORG, https://example.org", ["HTTPS://EXAMPLE.ORG", "https://example.org"]),
        ("<https://example.org/x>", ["https://example.org/x"]),
        ("https://example.org https://example.org", ["https://example.org"]),
        ("看https://example.org/页。", ["https://example.org/页"]),
        ("https://... http://)))) javascript://x ftp://y http:// x", []),
        ("http://" + ")" * 5000, []),
    ],
)
def test_links_end_where_people_think(text: str, links: list[str]) -> None:
    assert links_in(text) == links
