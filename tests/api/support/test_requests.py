"""The queue over HTTP: who sees what, and what staff do with a request."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import ChatGroup
from chat.services.support.assignments import request_take
from chat.services.support.desks import note_send
from chat.services.support.tags import request_set_priority, request_set_tags
from tests.api.conftest import Call
from tests.services.support.desk_world import make_person, make_staff, queued, request_world
from tests.services.worlds import World

pytestmark = pytest.mark.django_db


def test_queue_shows_what_is_most_urgent_then_oldest_in_pages(api: Call) -> None:
    staff = make_staff()
    groups = [queued() for _ in range(4)]
    ChatGroup.objects.filter(pk=groups[2].pk).update(priority=4)
    caller = api(staff)

    first = caller.ok("get", "support/?limit=3")
    second = caller.ok("get", first["next"])

    ids = [row["chat_group_id"] for row in first["results"] + second["results"]]
    assert ids == [str(groups[number].pk) for number in (2, 0, 1, 3)]
    assert second["next"] is None


def test_queue_is_filtered(api: Call) -> None:
    staff = make_staff()
    waiting, mine, resolved = queued(), queued(), queued()
    for group in (mine, resolved):
        request_take(acting_user=staff, group_id=group.pk)
    request_set_tags(acting_user=staff, group_id=mine.pk, names=["billing"])
    request_set_priority(acting_user=staff, group_id=mine.pk, priority=3)
    caller = api(staff)
    caller.ok("patch", f"support/{resolved.pk}/", {"status": "resolved"})

    def shown(query: str) -> set[str]:
        return {row["chat_group_id"] for row in caller.ok("get", f"support/?{query}")["results"]}

    assert shown("") == {str(waiting.pk)}
    assert shown("assignee=me") == {str(mine.pk)}
    assert shown("assignee=any") == {str(waiting.pk), str(mine.pk)}
    assert shown("assignee=me&status=resolved") == {str(resolved.pk)}
    assert shown("assignee=any&status=any") == {str(group.pk) for group in (waiting, mine, resolved)}
    assert shown("assignee=any&tag=billing") == shown("assignee=any&priority=3") == {str(mine.pk)}
    assert shown("assignee=any&tag=angry") == set()


def test_others_than_staff_have_no_queue(api: Call) -> None:
    client = make_person()
    group = queued(client)
    for path in ("support/", "support/summary/", "support/tags/"):
        response = api(client).get(path)
        assert (response.status_code, response.json()["code"]) == (403, "not_support_staff")
    assert api(client).ok("get", "support/canned/")["results"] == []
    for method, path in (("get", ""), ("get", "desk/"), ("post", "take/"), ("post", "attendance/")):
        response = getattr(api(client), method)(f"support/{group.pk}/{path}", {})
        assert response.status_code == 404, path


def test_who_finds_a_request_in_the_queue_is_told_to_take_it_first(api: Call) -> None:
    staff, other, stranger = make_staff(), make_staff(), make_person()
    group = queued(make_person())
    writes: list[tuple[str, str, Any]] = [
        ("patch", "", {"status": "pending"}),
        ("put", "tags/", {"tags": ["a"]}),
        ("put", "priority/", {"priority": 4}),
        ("post", "notes/", {"message_text": "n"}),
        ("post", "assign/", {"user_id": None}),
        ("post", "resolve/", {}),
    ]

    def answers(user: Any) -> set[tuple[int, str]]:
        sent = [getattr(api(user), method)(f"support/{group.pk}/{path}", body) for method, path, body in writes]
        return {(answer.status_code, answer.json()["code"]) for answer in sent}

    assert answers(staff) == {(409, "take_first")}
    assert answers(stranger) == {(404, "not_found")}
    api(other).ok("post", f"support/{group.pk}/take/")
    assert answers(staff) == {(404, "not_found")}


def test_request_is_taken_and_then_shows_what_is_unread(api: Call) -> None:
    client, staff, other = make_person(), make_staff(), make_staff()
    group = queued(client)
    world = World(group, {})
    world.say(client, "help")
    before = api(staff).ok("get", f"support/{group.pk}/")
    assert (before["my_role"], before["last_message"]["message_text"]) == (None, "help")

    taken = api(staff).ok("post", f"support/{group.pk}/take/")
    assert (taken["my_role"], taken["assignee"]["id"]) == ("staff", str(staff.pk))
    late = api(other).post(f"support/{group.pk}/take/")
    assert (late.status_code, late.json()["code"]) == (409, "already_taken")
    assert api(other).get(f"support/{group.pk}/").status_code == 404

    api(staff).ok("post", f"support/{group.pk}/assign/", {"user_id": str(other.pk), "note": "yours"})
    world.say(client, "hello?")
    shown = api(other).ok("get", f"support/{group.pk}/")
    assert (shown["unread_count"], shown["desk"]["unread_count"], shown["desk"]["unread_mention_count"]) == (1, 1, 1)
    assert shown["assignee"]["id"] == str(other.pk)


def test_staff_change_status_tags_and_priority(api: Call) -> None:
    world, _, staff, _ = request_world()
    caller, path = api(staff), f"support/{world.id}/"

    until = "2026-12-05T07:00:00.000000Z"
    assert caller.ok("patch", path, {"status": "snoozed", "snoozed_until": until})["snoozed_until"] == until
    assert caller.ok("put", f"{path}tags/", {"tags": ["b", "a"]})["tags"] == ["a", "b"]
    assert caller.ok("put", f"{path}priority/", {"priority": 4})["priority"] == 4
    assert caller.ok("get", "support/tags/") == {"tags": ["a", "b"]}
    response = caller.patch(path, {"status": "snoozed"})
    assert (response.status_code, response.json()["code"], response.json()["field"]) == (
        400,
        "required",
        "snoozed_until",
    )


def test_client_resolves_and_rates(api: Call) -> None:
    world, client, staff, _ = request_world()
    caller, path = api(client), f"support/{world.id}/"

    early = caller.put(f"{path}rating/", {"rating": 5})
    assert (early.status_code, early.json()["code"]) == (409, "not_resolved")
    assert caller.patch(path, {"status": "resolved"}).status_code == 403
    resolved = caller.ok("post", f"{path}resolve/")
    assert (resolved["support_status"], resolved["my_role"]) == ("resolved", "client")
    rated = caller.ok("put", f"{path}rating/", {"rating": 4, "rating_text": "fine"})
    assert caller.ok("get", f"{path}rating/") == api(staff).ok("get", f"{path}rating/") == rated
    assert api(staff).ok("get", path)["rating"] == 4


def test_hours_are_everybody_s_to_read(api: Call) -> None:
    hours = api(make_person()).ok("get", "support/hours/")
    assert hours["intervals"] == []
    assert hours["opens_at"] is not None


def test_summary_counts(api: Call) -> None:
    world, client, staff, _ = request_world()
    world.say(client)
    world.say(staff)
    caller = api(staff)
    caller.ok("put", f"support/{world.id}/tags/", {"tags": ["billing"]})

    summary = caller.ok("get", "support/summary/")

    [person], [day], [tag] = summary["people"], summary["days"], summary["tags"]
    assert (person["profile"]["id"], person["answered"], day["answered"]) == (str(staff.pk), 1, 1)
    assert (tag["tag"], tag["answered"], tag["resolved"], tag["rating"]) == ("billing", 1, 0, None)


def _full(staff: Any, number: int) -> None:
    for _ in range(number):
        client = make_person()
        group = queued(client)
        World(group, {}).say(client)
        request_take(acting_user=staff, group_id=group.pk)
        note_send(acting_user=staff, group_id=group.pk, message_text="note")
        request_set_tags(acting_user=staff, group_id=group.pk, names=["a", "b"])


def test_list_costs_the_same_at_3_and_at_30_rows(api: Call) -> None:
    staff = make_staff()
    caller = api(staff)
    counts = []
    for number in (3, 27):
        _full(staff, number)
        with CaptureQueriesContext(connection) as queries:
            rows = caller.ok("get", "support/?assignee=me&limit=100")["results"]
        counts.append(len(queries))
    assert len(rows) == 30
    assert counts == [8, 8], [query["sql"] for query in queries]
