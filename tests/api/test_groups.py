"""Starting, listing, changing and deleting groups."""

from typing import Any

import pytest

from chat.adapter import ChatAdapter
from chat.roles import GroupType, Role
from chat.services.groups import group_start, peer_start, support_start
from chat.services.messages import message_send
from chat.services.states import history_clear, state_set
from tests.api.conftest import Call
from tests.factories import UserFactory
from tests.services.worlds import make_person, make_staff, make_world, quietly

pytestmark = [pytest.mark.django_db, pytest.mark.core]


class NamedAdapter(ChatAdapter):
    """Knows people by the local part of their e-mail address, whatever user model the host has."""

    def display_name(self, user: Any) -> str:
        return str(user.email).partition("@")[0]

    def search(self, people: Any, text: str) -> Any:
        return people.filter(email__icontains=text)


def _names(page: dict[str, Any]) -> list[str | None]:
    return [group["name"] for group in page["results"]]


def test_start_of_each_type_answers_the_whole_group(api: Call) -> None:
    ada, ben, eli = make_person(), make_person(), make_staff()
    support = api(ada).ok("post", "groups/", {"client_user_id": str(ada.pk), "member_ids": [str(eli.pk)]})
    assert (support["group_type"], support["my_role"], support["owner_profile"]) == ("support", "client", None)
    assert support["client_user_id"] == str(ada.pk)
    assert {member["user_id"]: member["role"] for member in support["members"]} == {
        str(ada.pk): "client",
        str(eli.pk): "staff",
    }

    response = api(ada).post("groups/", {"group_type": "peer", "member_ids": [str(ben.pk)]})
    peer = response.json()
    assert (response.status_code, peer["my_role"], peer["owner_profile"]["id"]) == (201, "owner", str(ada.pk))
    again = api(ben).post("groups/", {"group_type": "peer", "member_ids": [ada.pk]})
    assert (again.status_code, again.json()["id"], again.json()["my_role"]) == (200, peer["id"], "member")

    body = {"group_type": "group", "member_ids": [str(ben.pk)], "name": "Tuesday", "posting": "admins"}
    group = api(ada).ok("post", "groups/", body)
    assert (group["name"], group["posting"], group["history_visibility"]) == ("Tuesday", "admins", "joined")
    assert (group["created_by_user_id"], len(group["members"])) == (str(ada.pk), 2)
    assert all(member["chat_group_id"] == group["id"] for member in group["members"])


def test_notes_to_oneself_show_oneself(api: Call) -> None:
    ada = make_person()
    started = api(ada).ok("post", "groups/", {"group_type": "peer", "member_ids": [str(ada.pk)]})
    assert [member["user_id"] for member in started["members"]] == [str(ada.pk)]
    assert api(ada).ok("get", "groups/")["results"][0]["other_user"]["id"] == str(ada.pk)


def test_request_for_somebody_else_is_for_support_staff_only(api: Call) -> None:
    ada, ben, eli = make_person(), make_person(), make_staff()
    refused = api(ada).post("groups/", {"client_user_id": str(ben.pk)})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_support_staff")
    assert api(eli).ok("post", "groups/", {"client_user_id": str(ben.pk)})["my_role"] == "staff"


def test_list_shows_pinned_groups_first_then_the_latest_activity(api: Call) -> None:
    ada = make_person()
    ids = [group_start(acting_user=ada, name=name).group.pk for name in ("old", "pinned", "new")]
    message_send(acting_user=ada, group_id=ids[0], message_text="back again")
    state_set(acting_user=ada, group_id=ids[1], pinned=True)
    assert _names(api(ada).ok("get", "groups/")) == ["pinned", "old", "new"]


def test_list_shows_the_last_message_and_the_other_person(api: Call) -> None:
    ada, ben, chala = make_person(), make_person(), make_person()
    peer = peer_start(acting_user=ada, user_id=ben.pk).group
    sent = message_send(acting_user=ben, group_id=peer.pk, message_text="hi").message
    quiet = group_start(acting_user=chala, member_ids=[ada.pk]).group
    cleared = group_start(acting_user=ada).group
    message_send(acting_user=ada, group_id=cleared.pk, message_text="gone for me")
    history_clear(acting_user=ada, group_id=cleared.pk)

    listed = {group["id"]: group for group in api(ada).ok("get", "groups/")["results"]}
    shown = listed[str(peer.pk)]
    assert (shown["last_message"]["id"], shown["other_user"]["id"]) == (str(sent.pk), str(ben.pk))
    assert (shown["unread_count"], shown["last_seq"]) == (1, 1)
    for other in (quiet, cleared):
        assert (listed[str(other.pk)]["last_message"], listed[str(other.pk)]["other_user"]) == (None, None)
    assert api(ben).ok("get", "groups/")["results"][0]["other_user"]["id"] == str(ada.pk)


def test_list_shows_a_deleted_account_where_the_other_person_is_gone(api: Call) -> None:
    ada, ben = make_person(), make_person()
    peer_start(acting_user=ada, user_id=ben.pk)
    ben_id = str(ben.pk)
    ben.delete()
    group = api(ada).ok("get", "groups/")["results"][0]
    assert group["other_user"] == {"id": ben_id, "name": "Deleted account", "avatar_url": None, "email": None}
    assert group["closed_at"]
    assert "message.send" not in group["actions"]
    refused = api(ada).send(group["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "group_closed")


def test_list_filters(api: Call, settings: Any) -> None:
    settings.CHAT = {"ADAPTER": f"{__name__}.{NamedAdapter.__qualname__}"}
    ada, ben, chala = make_person(), UserFactory.create(name="benjamin"), UserFactory.create(name="chala")
    peer = peer_start(acting_user=ada, user_id=ben.pk).group
    peer_start(acting_user=chala, user_id=ada.pk)
    support_start(acting_user=ada, client_user_id=ada.pk, name="Invoice")
    away = group_start(acting_user=ada, name="Archived boats").group
    group_start(acting_user=ada, name="Boats", member_ids=[ben.pk])
    message_send(acting_user=ben, group_id=peer.pk, message_text="unread")
    state_set(acting_user=ada, group_id=away.pk, archived=True)

    def found(query: str) -> set[str]:
        page = api(ada).ok("get", f"groups/?{query}")
        return {group["name"] or group["other_user"]["name"] for group in page["results"]}

    assert found("") == {"benjamin", "chala", "Invoice", "Boats"}
    assert found("type=peer") == {"benjamin", "chala"}
    assert found("type=support") == {"Invoice"}
    assert found("unread=true") == {"benjamin"}
    assert found("unread=false") == {"chala", "Invoice", "Boats"}
    assert found("archived=true") == {"Archived boats"}
    assert found("archived=false&type=group") == {"Boats"}
    assert found("search=bOAt") == {"Boats"}
    assert found("archived=true&search=boat") == {"Archived boats"}
    assert found("search=%25") == set()
    assert found("search=bENJa") == {"benjamin"}
    assert found("search=benja&type=group") == set()
    assert found("search=a") == {"benjamin", "chala", "Boats"}


def test_list_is_walked_by_cursor_without_gap_or_repeat(api: Call) -> None:
    ada = make_person()
    ids = [group_start(acting_user=ada, name=f"Group {n}").group.pk for n in range(7)]
    for n in (0, 3):
        message_send(acting_user=ada, group_id=ids[n], message_text="hi")
    for n in (5, 1):
        state_set(acting_user=ada, group_id=ids[n], pinned=True)
    everything = _names(api(ada).ok("get", "groups/"))
    for query in ("", "&type=group"):
        walked: list[Any] = []
        page = api(ada).ok("get", f"groups/?limit=3{query}")
        walked += _names(page)
        while page["next"]:
            page = api(ada).ok("get", page["next"])
            walked += _names(page)
        assert walked == everything
    assert len(everything) == 7


def test_cursor_of_another_list_is_refused(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    owner = api(world.people[Role.OWNER])
    cursor = owner.ok("get", f"groups/{world.id}/members/?limit=1")["next"].split("cursor=")[1].split("&")[0]
    refused = owner.get(f"groups/?cursor={cursor}")
    assert (refused.status_code, refused.json()["field"]) == (400, "cursor")


def test_detail_shows_the_live_members_and_the_owner(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    shown = api(world.people[Role.MEMBER]).ok("get", f"groups/{world.id}/")
    ids = {member["user_id"] for member in shown["members"]}
    everybody = [*world.people.values(), *world.others.values()]
    assert ids == {str(person.pk) for person in everybody}
    assert shown["owner_profile"]["id"] in {str(world.people[Role.OWNER].pk), str(world.others[Role.OWNER].pk)}
    assert all(member["left_at"] is None and member["profile"]["email"] is None for member in shown["members"])


def test_change_keeps_what_is_not_named_and_stamps_a_version(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    owner = api(world.people[Role.OWNER])
    before = owner.ok("get", f"groups/{world.id}/")
    with quietly():  # what is said about it has a version of its own
        changed = owner.ok("patch", f"groups/{world.id}/", {"description": "For boats"})
    assert (changed["name"], changed["description"]) == (before["name"], "For boats")
    assert changed["version"] == before["version"] + 1
    assert owner.ok("patch", f"groups/{world.id}/", {})["version"] == changed["version"]
    assert owner.ok("patch", f"groups/{world.id}/", {"name": None})["name"] is None


def test_deleted_group_is_gone_for_everyone(api: Call) -> None:
    world = make_world(GroupType.GROUP)
    owner = api(world.people[Role.OWNER])
    assert owner.delete(f"groups/{world.id}/").status_code == 204
    for person in world.people.values():
        assert api(person).get(f"groups/{world.id}/").status_code == 404
        assert api(person).ok("get", "groups/")["results"] == []
    assert owner.delete(f"groups/{world.id}/").status_code == 404
