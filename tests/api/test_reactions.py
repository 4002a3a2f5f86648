"""Reactions over the API."""

from typing import Any
from urllib.parse import quote

import pytest

from chat.models import ChatMessage
from chat.roles import GroupType, Role
from chat.services.groups import group_start
from chat.services.members import member_leave
from chat.services.reactions import reaction_add
from chat.services.states import history_clear
from chat.services.tombstones import message_delete
from tests.api.conftest import Call
from tests.services.worlds import everything, join, make_person, make_world, small_group

pytestmark = pytest.mark.django_db

HEART = quote("❤️")


@pytest.mark.parametrize("emoji", ["❤️", "👨‍👩‍👧‍👦", "🇪🇹", "#️⃣", "*️⃣", "👍🏽"])
def test_reaction_is_put_and_deleted_and_shows_whose_it_is(emoji: str, api: Call) -> None:
    world, owner, [member] = small_group()
    path = f"messages/{world.say(owner).pk}/"
    reaction = f"{path}reactions/{quote(emoji)}/"

    assert api(owner).ok("put", reaction)["reactions"] == [{"emoji": emoji, "count": 1, "mine": True}]
    assert api(member).ok("get", path)["reactions"] == [{"emoji": emoji, "count": 1, "mine": False}]
    shown = api(member).ok("put", reaction)
    assert shown["reactions"] == [{"emoji": emoji, "count": 2, "mine": True}]
    assert api(member).ok("put", reaction) == shown
    assert api(owner).ok("delete", reaction)["reactions"] == [{"emoji": emoji, "count": 1, "mine": False}]
    assert api(owner).ok("delete", reaction)["reactions"] == [{"emoji": emoji, "count": 1, "mine": False}]
    assert api(member).ok("delete", reaction)["reactions"] == []


@pytest.mark.parametrize("text", ["a", "+1", "👍👍", "👍a", "%00", "\ud83d", "<b>", "x" * 2000, "🇪", "👍" * 500])
@pytest.mark.parametrize("method", ["put", "delete"])
def test_what_is_not_one_emoji_is_refused(method: str, text: str, api: Call) -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    before = everything()
    address = text if text.startswith("%") else quote(text.encode("utf-8", "surrogatepass"))

    response = getattr(api(owner), method)(f"messages/{message.pk}/reactions/{address}/")

    assert response.status_code == 400
    assert (response.json()["code"], response.json()["field"]) == ("not_one_emoji", "emoji")
    assert everything() == before


def test_who_reacted_comes_in_pages_in_the_order_of_reacting(api: Call) -> None:
    world, owner, people = small_group(members=5)
    message = world.say(owner)
    for person in people:
        reaction_add(acting_user=person, message_id=message.pk, emoji="👍")
    reaction_add(acting_user=people[0], message_id=message.pk, emoji="❤️")
    member_leave(acting_user=people[1], group_id=world.id)
    name = people[2].get_username()
    people[2].delete()

    def walk(query: str) -> list[dict[str, Any]]:
        page = api(owner).ok("get", f"messages/{message.pk}/reactions/?limit=2{query}")
        found = page["results"]
        while page["next"]:
            page = api(owner).ok("get", page["next"])
            found += page["results"]
        return found

    everybody = walk("")
    assert [(row["emoji"], row["user_id"]) for row in everybody] == [
        *(("👍", str(message_id)) for message_id in _keys(message)),
        ("❤️", str(people[0].pk)),
    ]
    assert [row["profile"]["name"] for row in everybody].count("Deleted account") == 1
    assert name not in str(everybody)
    assert [row["user_id"] for row in walk(f"&emoji={quote('❤')}")] == [str(people[0].pk)]
    assert walk(f"&emoji={quote('🎉')}") == []


def _keys(message: ChatMessage) -> list[Any]:
    return list(message.reactions.filter(emoji="👍").order_by("created_at").values_list("user_id", flat=True))


def test_reactions_are_for_those_who_see_the_message(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    owner, member = world.people[Role.OWNER], world.people[Role.MEMBER]
    message = world.say(owner, "secret")
    reaction_add(acting_user=owner, message_id=message.pk, emoji="🤫")
    history_clear(acting_user=member, group_id=world.id)
    joined = group_start(acting_user=owner, history_visibility="joined").group
    earlier = type(world)(joined, {Role.OWNER: owner}).say(owner)
    late = make_person()
    before = everything()
    reads = [("get", ""), ("get", f"?emoji={quote('🤫')}"), ("put", f"{HEART}/"), ("delete", f"{quote('🤫')}/")]

    for outsider, seen in ((world.stranger, message), (world.former, message), (member, message), (late, earlier)):
        for method, rest in reads:
            response = getattr(api(outsider), method)(f"messages/{seen.pk}/reactions/{rest}")
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
            assert "🤫" not in response.content.decode()
    assert everything() == before


def test_reactions_go_with_the_content(api: Call) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    reaction_add(acting_user=member, message_id=message.pk, emoji="🤫")
    message_delete(acting_user=owner, message_id=message.pk)

    for method, rest in (("get", ""), ("put", f"{HEART}/"), ("delete", f"{quote('🤫')}/")):
        response = getattr(api(member), method)(f"messages/{message.pk}/reactions/{rest}")
        assert (response.status_code, response.json()["code"]) == (409, "message_gone")
    for address in (f"messages/{message.pk}/", f"groups/{world.id}/messages/", f"groups/{world.id}/"):
        assert "🤫" not in str(api(member).ok("get", address))


def test_who_came_later_sees_counts_but_nothing_of_their_own(api: Call) -> None:
    world, owner, [member] = small_group()
    message = world.say(owner)
    reaction_add(acting_user=member, message_id=message.pk, emoji="👍")
    newcomer = join(world, owner)

    assert api(newcomer).ok("get", f"messages/{message.pk}/")["reactions"] == [
        {"emoji": "👍", "count": 1, "mine": False}
    ]
